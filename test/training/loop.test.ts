import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import tf, { type LayersModel, type Tensor } from '../../src/lib/model/tf.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { train, type TrainingPlan } from '../../src/training/loop.js';
import { temporaryFolder, tinyNetwork, weightsOf } from '../lib/model/tiny.js';

const STEPS = 24;
/** Between two checkpoints. */
const MINUTES = 3 * 60_000;

afterEach(() => {
  vi.useRealTimers();
});

/** A network that begins with the same weights every time. */
function beginner(): LayersModel {
  const network = tinyNetwork();
  const random = seededRandom(5);
  const tensors = network.weights.map((weight) => {
    const shape = weight.shape.map(Number);
    // Variances of normalisations must be positive.
    return tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.2 + 0.3 * random.uniform()),
      shape,
    );
  });
  network.setWeights(tensors);
  tf.dispose(tensors);
  return network;
}

class Killed extends Error {}

/** A small regression; `onStep` sees every step before its loss. */
function plan(work: string, network: LayersModel, onStep: (step: number) => void = () => undefined): TrainingPlan {
  return {
    name: 'tiny',
    work,
    steps: STEPS,
    peakRate: 0.05,
    warmup: 0.25,
    weightDecay: 0.01,
    clipNorm: 1,
    networks: { network },
    identity: { seed: 1 },
    loss: (step) => {
      onStep(step);
      const random = seededRandom(step);
      const x = tf.tensor4d(
        Array.from({ length: 32 }, () => random.normal()),
        [4, 1, 8, 1],
      );
      const wanted = tf.stack([tf.sum(x, [1, 2, 3]), tf.max(x, [1, 2, 3])], 1);
      return tf.losses.meanSquaredError(wanted, network.apply(x, { training: true }) as Tensor);
    },
    validate: () => ({ fixed: 0.5 }),
    validateEvery: 10,
  };
}

/** Runs until the loss of step `at` would be computed; checkpoints are made after the steps of `saved`. */
async function killedAt(work: string, at: number, saved: readonly number[]): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const run = train(
    plan(work, beginner(), (step) => {
      if (step === at) throw new Killed();
      if (saved.includes(step)) vi.setSystemTime(Date.now() + MINUTES);
    }),
  );
  await expect(run).rejects.toBeInstanceOf(Killed);
  vi.useRealTimers();
}

describe('a training', () => {
  it('lowers the loss', async () => {
    const work = await temporaryFolder();
    await train(plan(work, beginner()));
    const lines = (await readFile(join(work, 'history.jsonl'), 'utf8')).trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as Record<string, number>;
    expect(last).toMatchObject({ step: STEPS, fixed: 0.5 });
    const loss = (network: LayersModel): number => plan(work, network).loss(1000).dataSync()[0]!;
    const trained = beginner();
    await train(plan(work, trained));
    expect(loss(trained)).toBeLessThan(0.8 * loss(beginner()));
  });

  it('that was killed and resumed ends with exactly the weights of one that was not', async () => {
    const whole = beginner();
    await train(plan(await temporaryFolder(), whole));
    expect(weightsOf(whole)).not.toEqual(weightsOf(beginner()));

    const work = await temporaryFolder();
    // Killed before any checkpoint, then long after one, then right after one.
    await killedAt(work, 2, []);
    await killedAt(work, 6, [3]);
    await killedAt(work, 14, [11]);
    await killedAt(work, 16, [15]);
    const steps: number[] = [];
    const resumed = beginner();
    await train(plan(work, resumed, (step) => steps.push(step)));
    expect(steps).toEqual(Array.from({ length: STEPS - 16 }, (_, i) => 16 + i));
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  it('that has ended is not run again', async () => {
    const work = await temporaryFolder();
    const first = beginner();
    await train(plan(work, first));
    const again = beginner();
    const steps: number[] = [];
    await train(plan(work, again, (step) => steps.push(step)));
    expect(steps).toEqual([]);
    expect(weightsOf(again)).toEqual(weightsOf(first));
  });

  it('leaves frozen networks alone and steps over a gradient that is not finite', async () => {
    const frozen = beginner();
    const trained = beginner();
    const both = plan(await temporaryFolder(), trained);
    await train({ ...both, networks: { frozen, trained }, frozen: ['frozen'] });
    expect(weightsOf(frozen)).toEqual(weightsOf(beginner()));
    expect(weightsOf(trained)).not.toEqual(weightsOf(beginner()));

    const network = beginner();
    const own = plan(await temporaryFolder(), network);
    await train({ ...own, loss: (step) => (step === 5 ? tf.mul(own.loss(step), NaN) : own.loss(step)) });
    expect(weightsOf(network).flat().every(Number.isFinite)).toBe(true);
  });

  it('leaves out steps whose records are not finite, moving moments too, says so, and gives up after ten', async () => {
    const said: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    /** The first `steps` batches go through the network with a value that is not finite. */
    const withWrong = (own: TrainingPlan, network: LayersModel, steps: number): TrainingPlan => ({
      ...own,
      loss: (step) => {
        const wrong = step < steps ? Number.NaN : 0;
        const answer = network.apply(tf.fill([4, 1, 8, 1], wrong), { training: true }) as Tensor;
        return tf.add(own.loss(step), tf.mean(answer));
      },
    });
    const network = beginner();
    await train(withWrong(plan(await temporaryFolder(), network), network, 10));
    expect(weightsOf(network).flat().every(Number.isFinite)).toBe(true);
    expect(said.filter((line) => line.includes('left out'))).toHaveLength(10);

    const gone = beginner();
    await expect(train(withWrong(plan(await temporaryFolder(), gone), gone, 11))).rejects.toMatchObject({
      code: 'DATA_INVALID',
    });
    expect(weightsOf(gone)).toEqual(weightsOf(beginner()));
    stderr.mockRestore();
  });

  it('keeps the number of live tensors', async () => {
    const work = await temporaryFolder();
    const network = beginner();
    const counts: number[] = [];
    await train(plan(work, network, () => counts.push(tf.memory().numTensors)));
    // The first steps make the optimizer's moments.
    expect(new Set(counts.slice(2)).size).toBe(1);
  });
});

describe('a checkpoint', () => {
  it('of another plan is refused', async () => {
    const work = await temporaryFolder();
    await killedAt(work, 9, [4]);
    const own = plan(work, beginner());
    for (const other of [
      { ...own, steps: STEPS + 1 },
      { ...own, identity: { seed: 2 } },
      { ...own, name: 'other' },
    ]) {
      await expect(train(other)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    }
  });

  it('that was cut short is refused', async () => {
    const work = await temporaryFolder();
    await killedAt(work, 9, [4]);
    const path = join(work, 'checkpoint.bin');
    const bytes = await readFile(path);
    for (const length of [2, 20, bytes.length - 4]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(train(plan(work, beginner()))).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    }
  });

  it('leads the averaged network between where the trained one was and where it is', async () => {
    const [network, average] = [beginner(), beginner()];
    const first = weightsOf(beginner());
    await train({
      ...plan(await temporaryFolder(), network),
      networks: { network, average },
      average: { of: 'network', into: 'average', decay: 0.9 },
    });
    const [trained, averaged] = [weightsOf(network), weightsOf(average)];
    const distance = (a: number[][], b: number[][]): number =>
      Math.hypot(...a.flatMap((row, r) => row.map((v, i) => v - b[r]![i]!)));
    expect(distance(averaged, first)).toBeGreaterThan(0);
    expect(distance(averaged, trained)).toBeGreaterThan(0);
    expect(distance(averaged, trained)).toBeLessThan(distance(first, trained));
  });
});
