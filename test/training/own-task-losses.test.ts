import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { RECORD } from '../../src/lib/signal/grid.js';
import { resample } from '../../src/lib/signal/resample.js';
import { toMillivolts } from '../../src/lib/signal/units.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { loadOwnTaskLosses } from '../../src/training/own-task-losses.js';
import { moduleFolder, opened } from '../lib/tasks/own/tasks.js';

const PVC = 'examples/tasks/pvc';
const BOUND = 0.05;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dynamic-deep-own-losses-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Two records of a recording with ventricular beats, at 300 Hz. */
async function records(): Promise<Float32Array[]> {
  const [lead] = (await readRecording(join(SHIPPED_SAMPLES, 'mitdb-228-pvc'))).leads;
  const signal = resample(toMillivolts(lead!, 0, lead!.samples.length), {
    rate: lead!.rate,
    first: 0,
    outRate: 300,
    outFirst: 0,
    outCount: Math.min(2 * RECORD, 18_000),
  });
  return [signal.subarray(0, RECORD), signal.subarray(RECORD, 2 * RECORD)];
}
const smoothed = (signal: Float32Array): Float32Array =>
  signal.map((_, i) => signal.subarray(Math.max(0, i - 12), i + 13).reduce((a, b) => a + b, 0) / 25);
const tensorOf = (rows: readonly Float32Array[]): Tensor =>
  tf.tensor4d(
    rows.flatMap((row) => [...row]),
    [rows.length, 1, RECORD, 1],
  );

describe('a task of one’s own as a loss', () => {
  it('is the error that audits measure, in units of its bound, and 0 where nothing was lost', async () => {
    const [own] = await loadOwnTaskLosses([PVC]);
    const [original] = await records();
    const decoded = smoothed(original!);
    const [error] = await (await opened([PVC])).errors('pvc', [{ original: original!, decoded }]);
    const lossOf = (x: Float32Array): number =>
      tf.tidy(() => own!.loss(tensorOf([original!]), tensorOf([x])).dataSync<'float32'>()[0]!);
    expect(error).toBeGreaterThan(0.001);
    expect(lossOf(decoded)).toBeCloseTo(error! / BOUND, 4);
    expect(lossOf(original!)).toBe(0);
  });

  it('has a gradient in the decoded signal, and each record its own', async () => {
    const [own] = await loadOwnTaskLosses([PVC]);
    const both = await records();
    const gradient = tf.tidy(() => {
      const original = tensorOf(both);
      const decoded = tensorOf([both[0]!, smoothed(both[1]!)]);
      return tf
        .grad((x) => own!.loss(original, x))(decoded)
        .dataSync<'float32'>();
    });
    expect(gradient.every(Number.isFinite)).toBe(true);
    const largest = (from: number): number =>
      gradient.subarray(from, from + RECORD).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(largest(RECORD)).toBeGreaterThan(1e-4);
    // Where nothing was lost there is nothing to mend.
    expect(largest(0)).toBeLessThan(1e-2 * largest(RECORD));
  });

  it('is refused where it has no gradient, and says why', async () => {
    const module = await moduleFolder(scratch);
    await expect(loadOwnTaskLosses([module])).rejects.toThrow(/cannot be trained through: a module/);
    await expect(loadOwnTaskLosses(['examples/tasks/pan-tompkins'])).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });
});
