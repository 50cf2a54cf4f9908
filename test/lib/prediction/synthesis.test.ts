import { describe, expect, it } from 'vitest';
import { readLadder, type Ladder, type NeuralRung } from '../../../src/lib/codec/ladder.js';
import {
  NEURAL_CHANNELS,
  NEURAL_CONTEXTS,
  NEURAL_LATENTS,
  NEURAL_SYMBOLS,
} from '../../../src/lib/codec/neural-latents.js';
import { encodeLatentPayload } from '../../../src/lib/codec/payload.js';
import type { RungCandidate, WindowCandidates } from '../../../src/lib/codec/window-encoder.js';
import { SynthesisPredictor } from '../../../src/lib/prediction/synthesis.js';
import { STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import type { Inference } from '../../../src/lib/tasks/inference.js';

const counts = Array.from({ length: NEURAL_CONTEXTS }, () => new Array<number>(NEURAL_SYMBOLS + 1).fill(1));
const ones = new Array<number>(NEURAL_CHANNELS).fill(1);
const neural = (name: string) => ({ name, kind: 'neural', nominalGain: null, gains: ones, inverses: ones, counts });
const ladder: Ladder = readLadder({
  hash: 'ab'.repeat(32),
  manifest: {
    ...{ name: 'codec', version: 1, architecture: { kind: 'neural-codec', config: {} }, networks: {}, training: {} },
    parameters: {
      ladder: [
        { name: 'lossless', kind: 'lossless', nominalGain: 1 },
        neural('fine'),
        neural('middle'),
        neural('coarse'),
      ],
      ...{ scaleRange: [0, 127], tau: 1, synthesisTau: 1 },
    },
  },
});
const rungs = ladder.rungs.filter((rung): rung is NeuralRung => rung.kind === 'neural');
const lead = { rate: 300, gain: 1000, baseline: 0 };

/** Each rung decodes to a line at its own height above the original, which is a line at 0. */
const HEIGHT = new Map(rungs.map(({ index }, i) => [index, 0.1 * (i + 1)]));

function window(stream: string, start: number, rungsOf = rungs): WindowCandidates {
  const candidates = rungsOf.map((rung, i): RungCandidate => {
    const payload = encodeLatentPayload(rung, { offset: 0, index: 45 }, new Int8Array(NEURAL_LATENTS));
    const predicted = { rhythm: Number.NaN, peaks: Number.NaN };
    return { rung: rung.index, gain: i + 1, predicted, code: { rung, payload, predicted } };
  });
  return { stream, start, lead, millivolts: new Float32Array(WINDOW), candidates };
}

/** The classifier is as unsure as the mean of its context is high; the map is the signal itself. */
function fake(): { inference: Inference; contexts: number[][] } {
  const contexts: number[][] = [];
  return {
    contexts,
    inference: {
      rhythm: (rows) => {
        contexts.push(rows.map((row) => row.length / WINDOW));
        return Promise.resolve(
          rows.map((row) => {
            const mean = row.reduce((a, b) => a + b, 0) / row.length;
            const unsure = Math.min(0.9, Math.max(0, mean));
            return Float32Array.from({ length: (row.length / STEP) * 4 }, (_, i) =>
              i % 4 === 0 ? 1 - unsure : unsure / 3,
            );
          }),
        );
      },
      peaks: (rows) => Promise.resolve(rows.map((row) => row.slice())),
    },
  };
}

function predictor(bounds: { rhythm: number; peaks: number }, tau = 1, heights = HEIGHT) {
  const { inference, contexts } = fake();
  // Normalised samples: what is put out is multiplied by the scale of index 45.
  const scale = 0.02 * 2 ** (45 / 8);
  const decode = (rung: number, _: Int8Array, n: number) =>
    Promise.resolve(new Float32Array(n * WINDOW).fill((heights.get(rung) ?? 0) / scale));
  return { contexts, synthesis: new SynthesisPredictor({ ladder, bounds, tau, decode, inference }) };
}

const names = (chosen: readonly (RungCandidate | undefined)[]) =>
  chosen.map((own) => own?.code.rung.name ?? 'lossless');
/** Added cross-entropy of a context with this mean. */
const added = (mean: number): number => -Math.log(1 - mean);

describe('the synthesis predictor', () => {
  it('takes the largest gain whose measured errors keep both bounds, and says them', async () => {
    const { synthesis } = predictor({ rhythm: added(0.25), peaks: 1 });
    const [chosen] = await synthesis.choose([window('a', 0)]);
    expect(chosen?.code.rung.name).toBe('middle');
    expect(chosen?.predicted.rhythm).toBeCloseTo(added(0.2), 5);
    expect(chosen?.code.predicted).toEqual(chosen?.predicted);
    const tight = predictor({ rhythm: 10, peaks: 0.05 * 0.99 }).synthesis;
    // Smooth L1 of 0.1 with a transition of 0.2: 0.025; of 0.2: 0.1.
    expect(names(await tight.choose([window('a', 0)]))).toEqual(['fine']);
  });

  it('trusts a bound as far as tau says', async () => {
    const { synthesis } = predictor({ rhythm: added(0.25), peaks: 1 }, 0.5);
    expect(names(await synthesis.choose([window('a', 0)]))).toEqual(['fine']);
    expect(names(await predictor({ rhythm: added(0.25), peaks: 1 }, 0).synthesis.choose([window('a', 0)]))).toEqual([
      'lossless',
    ]);
  });

  it('asks the classifier about the window in its context as sent: windows that went well give room', async () => {
    const { synthesis, contexts } = predictor({ rhythm: added(0.12), peaks: 1 });
    const windows = [0, 1, 2, 3, 4, 5, 6].map((w) => window('a', w * WINDOW, w === 0 ? [] : rungs));
    const chosen = names(await synthesis.choose(windows));
    // Lossless at first; then 0.2 / 2 = 0.1, and 0.3 only once the mean of the context allows it.
    expect(chosen.slice(0, 3)).toEqual(['lossless', 'middle', 'fine']);
    expect(Math.max(...contexts.flat())).toBe(5);
  });

  it('refuses a candidate that puts a beat into a silence, whatever the bounds', async () => {
    const beatAt = (...places: number[]): Float32Array => {
      const map = new Float32Array(WINDOW).fill(1);
      for (const place of places) map[place] = 0;
      return map;
    };
    const chosenWith = async (decodedBeat: number): Promise<string[]> => {
      const { inference } = fake();
      // One beat in the original; the coarsest rung, 0.3 high, adds one.
      const peaks: Inference['peaks'] = (rows) =>
        Promise.resolve(rows.map((row) => (row[0]! > 0.25 ? beatAt(500, decodedBeat) : beatAt(500))));
      const scale = 0.02 * 2 ** (45 / 8);
      const decode = (rung: number, _: Int8Array, n: number) =>
        Promise.resolve(new Float32Array(n * WINDOW).fill(HEIGHT.get(rung)! / scale));
      const bounds = { rhythm: 10, peaks: 10 };
      const synthesis = new SynthesisPredictor({ ladder, bounds, tau: 1, decode, inference: { ...inference, peaks } });
      return names(await synthesis.choose([window('a', 0)]));
    };
    expect(await chosenWith(620)).toEqual(['coarse']);
    expect(await chosenWith(1400)).toEqual(['middle']);
  });

  it('begins a context anew after a gap, and keeps streams apart', async () => {
    const { synthesis, contexts } = predictor({ rhythm: 10, peaks: 10 });
    await synthesis.choose([window('a', 0), window('b', 5 * WINDOW)]);
    contexts.length = 0;
    await synthesis.choose([window('a', WINDOW), window('b', 7 * WINDOW)]);
    // Originals and the first candidates, in one run.
    expect(contexts[0]).toEqual([2, 1, 2, 1]);
  });

  it('sends losslessly what the networks cannot decode, and answers in order', async () => {
    const { synthesis } = predictor(
      { rhythm: 10, peaks: 10 },
      1,
      new Map([...HEIGHT.keys()].map((k) => [k, Number.NaN])),
    );
    const windows = [window('a', 0), window('b', 0), window('a', WINDOW)];
    expect(await synthesis.choose(windows)).toEqual([undefined, undefined, undefined]);
    expect(await synthesis.choose([])).toEqual([]);
  });
});
