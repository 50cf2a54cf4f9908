import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicies } from '../../../src/training/calibration/policies.js';

const KNOWN = { rungs: ['lossless', 'fine', 'coarse'], tasks: ['pvc'] };
async function file(content: unknown): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'policies-')), 'policy.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const policy = (rhythm: number, more: object = {}) => ({ bounds: { rhythm, peaks: 0.1 }, ...more });

describe('the policies to certify', () => {
  it('are one a file or a list, in their order, with what is left out filled in', async () => {
    const paths = [await file([policy(0.1), policy(0.2)]), await file(policy(0.3, { scope: 'default', auditShare: 1 }))];
    const found = await readPolicies(paths, undefined, KNOWN);
    expect(found.map(({ bounds }) => bounds.rhythm)).toEqual([0.1, 0.2, 0.3]);
    expect(found[2]).toEqual({ bounds: { rhythm: 0.3, peaks: 0.1, reconstruction: null, weightedSum: null },
      weights: { rhythm: 1, peaks: 1 }, rungs: null, alpha: 0.01,
    });
  }); // prettier-ignore

  it('may bound tasks of their own that are loaded', async () => {
    const path = await file({ bounds: { rhythm: 0.1, peaks: 0.1, tasks: { pvc: 0.05 } } });
    expect((await readPolicies([path], undefined, KNOWN))[0]!.bounds.tasks).toEqual({ pvc: 0.05 });
  });

  it('have the alpha of the command, or their own', async () => {
    const path = await file(policy(0.1, { alpha: 0.02 }));
    expect((await readPolicies([path], undefined, KNOWN))[0]!.alpha).toBe(0.02);
    expect((await readPolicies([path], 0.03, KNOWN))[0]!.alpha).toBe(0.03);
  });

  it('are refused where they are none, twice the same, or of unknown rungs', async () => {
    const refused = async (content: unknown, why: string) =>
      expect(readPolicies([await file(content)], 0.01, KNOWN)).rejects.toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) as string }),
      );
    await refused('{', 'cannot be read');
    await refused([], 'no policy');
    await refused({ bounds: { rhythm: 0.1 } }, 'peaks');
    await refused([policy(0.1), policy(0.1)], 'twice');
    await refused(policy(0.1, { rungs: ['fine', 'paper-64'] }), 'paper-64');
    await refused({ bounds: { rhythm: 0.1, peaks: 0.1, tasks: { pvc: 0.1, steps: 0.2 } } }, 'task steps');
    await expect(readPolicies(['/no/such/file'], 0.01, KNOWN)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
