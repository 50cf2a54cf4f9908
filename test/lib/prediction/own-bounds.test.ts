import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DensePredictor } from '../../../src/lib/prediction/dense.js';
import { SynthesisPredictor } from '../../../src/lib/prediction/synthesis.js';
import { STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import type { Inference } from '../../../src/lib/tasks/inference.js';
import type { OwnTasks } from '../../../src/lib/tasks/own/own-tasks.js';
import { temporaryFolder } from '../model/tiny.js';
import { moduleFolder, opened } from '../tasks/own/tasks.js';
import { decodeTo, ladder, names, rungs, window } from './fake-codec.js';

/** Never changes its mind, so that only tasks of one's own decide. */
const inference: Inference = {
  rhythm: (rows) => Promise.resolve(rows.map((row) => new Float32Array((row.length / STEP) * 4).fill(0.25))),
  peaks: (rows) => Promise.resolve(rows.map(({ length }) => new Float32Array(length).fill(1))),
};
const folder = await temporaryFolder();
const mean = await opened([await moduleFolder(folder)]);

function predictor(
  tasks: Record<string, number> | undefined,
  { tau = 1, ownTasks = mean }: { readonly tau?: number; readonly ownTasks?: OwnTasks | null } = {},
) {
  const bounds = { rhythm: 10, peaks: 10, reconstruction: Infinity, ...(tasks && { tasks }) };
  return new SynthesisPredictor({ ladder, bounds, tau, decode: decodeTo(), inference, ...(ownTasks && { ownTasks }) });
}
const chosen = async (...given: Parameters<typeof predictor>): Promise<string | undefined> =>
  names(await predictor(...given).choose([window('a', 0)]))[0];

describe('a bound on a task of one’s own', () => {
  it('decides what is sent: the cheapest candidate whose error is within tau of it', async () => {
    expect(await chosen(undefined)).toBe('coarse');
    expect(await chosen({ mean: 0.31 })).toBe('coarse');
    expect(await chosen({ mean: 0.21 })).toBe('middle');
    expect(await chosen({ mean: 0.11 })).toBe('fine');
    expect(await chosen({ mean: 0.01 })).toBe('lossless');
    expect(await chosen({ mean: 0.31 }, { tau: 0.5 })).toBe('fine');
  });

  it('is asked in the context that its manifest says, as the windows before were sent', async () => {
    const contexts: number[] = [];
    const spying = (context: number): OwnTasks => ({
      ...mean,
      contextOf: () => context,
      errors: (name, pairs) => {
        contexts.push(...pairs.map(({ decoded }) => decoded.length / WINDOW));
        return mean.errors(name, pairs);
      },
    });
    const windows = [0, 1, 2].map((w) => window('a', w * WINDOW, w === 0 ? [] : rungs));
    // The first goes losslessly: in its context the second may go further, alone it may not.
    const both = names(await predictor({ mean: 0.16 }, { ownTasks: spying(5) }).choose(windows));
    expect(both.slice(0, 2)).toEqual(['lossless', 'coarse']);
    expect(Math.max(...contexts)).toBe(3);
    contexts.length = 0;
    const alone = names(await predictor({ mean: 0.16 }, { ownTasks: spying(1) }).choose(windows));
    expect(alone.slice(0, 2)).toEqual(['lossless', 'fine']);
    expect(new Set(contexts)).toEqual(new Set([1]));
  });

  it('is kept by nothing where the task is not loaded, or fails', async () => {
    expect(await chosen({ pvc: 10 })).toBe('lossless');
    expect(await chosen({ mean: 10 }, { ownTasks: null })).toBe('lossless');
    const failing = await opened([
      await moduleFolder(join(folder, 'failing'), {}, 'export default () => { throw 1; };'),
    ]);
    expect(await chosen({ mean: 10 }, { ownTasks: failing })).toBe('lossless');
  });

  it('holds for the windows that have it, each by its own limits', async () => {
    const limits = (tasks: Record<string, number>) => ({
      limits: { bounds: { rhythm: 10, peaks: 10, reconstruction: Infinity, tasks }, tau: 1, rungs: undefined },
    });
    const windows = [window('a', 0), window('b', 0, rungs, limits({ mean: 0.11 })), window('c', 0, rungs, limits({}))];
    expect(names(await predictor(undefined).choose(windows))).toEqual(['coarse', 'fine', 'coarse']);
  });

  it('sends losslessly where the predictor is the dense one, which knows nothing of it', async () => {
    const dense = (tasks?: Record<string, number>) =>
      new DensePredictor({
        ladder,
        decode: decodeTo(),
        tau: 1,
        bounds: { rhythm: 10, peaks: 10, reconstruction: Infinity, ...(tasks && { tasks }) },
      });
    const said = window('a', 0);
    const sure = {
      ...said,
      candidates: said.candidates.map((own) => ({ ...own, predicted: { rhythm: 0, peaks: 0 } })),
    };
    expect(names(await dense().choose([sure]))).toEqual(['coarse']);
    expect(names(await dense({ mean: 10 }).choose([sure]))).toEqual(['lossless']);
  });
});
