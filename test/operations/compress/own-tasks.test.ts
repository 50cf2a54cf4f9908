import { appendFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRuns } from '../../../src/lib/compressed-file/index.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { readOwnTask } from '../../../src/lib/tasks/own/folder.js';
import { certificate } from '../../lib/certification/certificates.js';
import { temporaryFolder } from '../../lib/model/tiny.js';
import { moduleFolder } from '../../lib/tasks/own/tasks.js';
import { MODELS } from '../../models.js';
import { runCompress } from './records.js';

const EXAMPLE = 'examples/tasks/pan-tompkins';
const folder = await temporaryFolder();
const out = (name: string): string => join(folder, name);
const record = join(SHIPPED_SAMPLES, 'A02370');
const bounds = { rhythm: 0.75, peaks: 0.1, reconstruction: null, weightedSum: null };
let mean: string;

/** The file of a certificate for these bounds on these tasks, without the minutes of `calibrate`. */
async function certify(name: string, own: readonly (readonly [folder: string, bound: number])[]): Promise<string> {
  const hashOf = async (model: string): Promise<string> => (await readManifest(join(MODELS, model))).hash;
  const declared = await Promise.all(own.map(async ([path, bound]) => ({ ...(await readOwnTask(path)), bound })));
  const tasks = Object.fromEntries(declared.map((task) => [task.manifest.name, task.bound]));
  const hashes = Object.fromEntries(declared.map(({ manifest, hash }) => [manifest.name, hash]));
  const models = { codec: await hashOf('codec'), rhythm: await hashOf('rhythm'), peaks: await hashOf('peaks') };
  const some =
    own.length === 0 ? { models, bounds } : { models: { ...models, tasks: hashes }, bounds: { ...bounds, tasks } };
  const path = out(`${name}.json`);
  await writeFile(path, JSON.stringify({ policies: [certificate({ ...some, tau: 1 })] }));
  return path;
}

const free = { bound: bounds.rhythm, prdnBound: 1000, models: MODELS, verify: false };

async function compressed(name: string, own: readonly (readonly [folder: string, bound: number])[] = []) {
  const certificates = await certify(name, own);
  const named = await Promise.all(
    own.map(async ([path, bound]) => `${(await readOwnTask(path)).manifest.name}=${bound}`),
  );
  const file = out(`${name}.avro`);
  const ran = await runCompress([record], file, { ...free, certificates, tasks: own.map(([path]) => path), taskBounds: named }); // prettier-ignore
  const payloads: string[] = [];
  for await (const { segments } of readRuns(file)) {
    payloads.push(...segments.map(({ rung, payload }) => `${rung} ${payload.toString('base64')}`));
  }
  return { ...ran, payloads };
}

beforeAll(async () => {
  mean = await moduleFolder(folder);
});

describe('compress with a task of one’s own', () => {
  it('sends what it sent without the task where its bound is loose, and losslessly where nothing keeps it', async () => {
    const without = await compressed('without');
    const loose = await compressed('loose', [[mean, 1000]]);
    expect(without.summary.losslessWindows).toBe(0);
    expect(loose.payloads).toEqual(without.payloads);
    const hopeless = await compressed('hopeless', [[mean, 1e-12]]);
    expect(hopeless.summary.losslessWindows).toBe(hopeless.payloads.length - hopeless.summary.losslessPieces);
    expect(hopeless.summary).toMatchObject({ bounds: { tasks: { mean: 1e-12 } }, certified: { tau: 1 } });
    expect(hopeless.stdout).toContain('1e-12 (mean)');
  }, 120_000);

  it('takes finer rungs under a tighter bound of the task, as a non-differentiable detector shows', async () => {
    const loose = await compressed('beats', [[EXAMPLE, 1]]);
    const tight = await compressed('no-beat-lost', [[EXAMPLE, 1e-6]]);
    expect(tight.summary.payloadBytes).toBeGreaterThan(loose.summary.payloadBytes);
    expect(tight.summary.losslessWindows).toBeLessThan(tight.payloads.length);
  }, 120_000);

  it('sends losslessly and says why where no certificate is of this very task', async () => {
    const other = out('changed');
    await cp(mean, other, { recursive: true });
    await appendFile(join(other, 'mean.js'), '// other bytes\n');
    const certificates = await certify('of-another', [[mean, 1000]]);
    const own = { ...free, certificates, tasks: [other], taskBounds: ['mean=1000'] };
    const { summary, stderr } = await runCompress([record], out('changed.avro'), own);
    expect(stderr).toContain('another version of a task of your own was certified');
    expect(stderr).toContain('--tasks DIR');
    expect(Object.entries(summary.rungShares).filter(([, share]) => share > 0)).toEqual([['lossless', 1]]);
    expect(summary.certified).toBeNull();
  });

  it('refuses a bound on a task that is not loaded, with its name', async () => {
    const run = runCompress([record], out('unknown.avro'), { ...free, taskBounds: ['pvc=0.1'] });
    await expect(run).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('pvc') as string }),
    );
  });
});
