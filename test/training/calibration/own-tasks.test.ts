import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../../src/lib/certification/certificates.js';
import { openCodec } from '../../../src/lib/offline/codec.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { readOwnTask } from '../../../src/lib/tasks/own/folder.js';
import { calibrate, type CalibrateOptions } from '../../../src/training/calibration/calibrate.js';
import { temporaryFolder } from '../../lib/model/tiny.js';
import { moduleFolder } from '../../lib/tasks/own/tasks.js';
import { MODELS } from '../../models.js';

const to = await temporaryFolder();
const records = join(to, 'records');
const shipped = { rhythm: 5, peaks: 2 };
let mean = '';

async function options(policies: unknown, some: Partial<CalibrateOptions> = {}): Promise<CalibrateOptions> {
  const policy = join(to, 'policy.json');
  await writeFile(policy, JSON.stringify(policies));
  return {
    records,
    policy: [policy],
    alpha: 0.75,
    delta: 0.05,
    json: join(to, 'out.json'),
    models: MODELS,
    predictor: 'synthesis',
    tasks: [mean],
    taus: [1],
    split: [],
    part: undefined,
    allowSeen: false,
    work: join(to, 'work'),
    program: '0.0.0',
    ...some,
  };
}

beforeAll(async () => {
  mean = await moduleFolder(to);
  await mkdir(records);
  for (const name of ['A00282', 'A02370', 'A04040']) {
    for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `${name}.${kind}`), join(records, `${name}.${kind}`)); // prettier-ignore
  }
});

describe('calibrate with a task of one’s own', () => {
  it('certifies its bound with the others, and names the very task', async () => {
    const policies = [{ bounds: { ...shipped, tasks: { mean: 1e-12 } } }, { bounds: shipped }];
    const calibration = await calibrate(await options(policies));
    const [tight, without] = calibration.policies;
    const { hash } = await readOwnTask(mean);
    expect(tight).toMatchObject({ tau: 1, k: 0, n: 3, bounds: { tasks: { mean: 1e-12 } } });
    expect(tight!.models.tasks).toEqual({ mean: hash });
    // Nothing lossy keeps the mean to a picovolt: lossless.
    expect(tight!.payloadGainTotal).toBeLessThan(6);
    expect(without!.payloadGainTotal).toBeGreaterThan(50);
    expect(without!.models).not.toHaveProperty('tasks');
    const { ladder } = await openCodec(join(MODELS, 'codec'));
    const policy = { ...tight!, alpha: 0.75 };
    const find = async (tasks: Record<string, string>) =>
      (await Certificates.open(MODELS, ladder, join(to, 'out.json'), tasks)).find(policy, 'synthesis');
    expect((await find({ mean: hash })).certificate).toMatchObject({ k: 0 });
    expect(await find({ mean: 'f'.repeat(64) })).toMatchObject({
      reason: expect.stringContaining('version') as string,
    });
    expect(await find({})).toMatchObject({ reason: 'the task mean is not loaded' });
  }, 240_000);

  it('counts what the task lost, as what was measured says', async () => {
    // A task that fails where something was lost: no window is lossy, and nothing is violated.
    const failing = await moduleFolder(to, { name: 'failing' }, 'export default () => { throw new Error("no"); };');
    const { policies } = await calibrate(await options({ bounds: { ...shipped, tasks: { failing: 9 } } }, { tasks: [failing] })); // prettier-ignore
    expect(policies[0]).toMatchObject({ k: 0, tau: 1 });
    expect(policies[0]!.payloadGainTotal).toBeLessThan(6);
  }, 240_000);

  it('refuses a bound on a task that is not loaded, and a predictor that knows none', async () => {
    const own = { bounds: { ...shipped, tasks: { mean: 1 } } };
    const refused = async (some: Partial<CalibrateOptions>, why: string): Promise<void> => {
      await expect(calibrate(await options(own, some))).rejects.toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) as string }),
      );
    };
    await refused({ tasks: [] }, 'the task mean, which is not loaded');
    await refused({ predictor: 'dense' }, 'the dense predictor');
  });
});
