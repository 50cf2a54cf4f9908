import { readLadder, type Ladder, type NeuralRung } from '../../../src/lib/codec/ladder.js';
import {
  NEURAL_CHANNELS,
  NEURAL_CONTEXTS,
  NEURAL_LATENTS,
  NEURAL_SYMBOLS,
} from '../../../src/lib/codec/neural-latents.js';
import { encodeLatentPayload } from '../../../src/lib/codec/payload.js';
import type { RungCandidate, WindowCandidates } from '../../../src/lib/codec/window-encoder.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';

const counts = Array.from({ length: NEURAL_CONTEXTS }, () => new Array<number>(NEURAL_SYMBOLS + 1).fill(1));
const ones = new Array<number>(NEURAL_CHANNELS).fill(1);
const neural = (name: string) => ({ name, kind: 'neural', nominalGain: null, gains: ones, inverses: ones, counts });
export const ladder: Ladder = readLadder({
  hash: 'ab'.repeat(32),
  manifest: {
    name: 'codec',
    version: 1,
    architecture: { kind: 'neural-codec', config: {} },
    networks: {},
    training: {},
    parameters: {
      ladder: [
        { name: 'lossless', kind: 'lossless', nominalGain: 1 },
        neural('fine'),
        neural('middle'),
        neural('coarse'),
      ],
      scaleRange: [0, 127],
      tau: 1,
      synthesisTau: 1,
    },
  },
});
export const rungs = ladder.rungs.filter((rung): rung is NeuralRung => rung.kind === 'neural');
const lead = { rate: 300, gain: 1000, baseline: 0 };

/** Each rung decodes to a line at its own height, millivolts. */
export const HEIGHT = new Map(rungs.map(({ index }, i) => [index, 0.1 * (i + 1)]));

/** What is put out is normalised: it is multiplied by the scale of index 45. */
const SCALE = 0.02 * 2 ** (45 / 8);

export function decodeTo(heights: ReadonlyMap<number, number> = HEIGHT) {
  return (rung: number, _: Int8Array, n: number): Promise<Float32Array> =>
    Promise.resolve(new Float32Array(n * WINDOW).fill((heights.get(rung) ?? 0) / SCALE));
}

/** A distance map with clear beats at these places. */
export function beatsAt(...places: readonly number[]): Float32Array {
  const map = new Float32Array(WINDOW).fill(1);
  for (const place of places) map[place] = 0;
  return map;
}

/** Bytes that the rungs' gains speak of, from the finest: so far apart that errors are not worth a finer one. */
const FAR_APART = [3000, 2000, 1000];

/** The coarser a rung the larger its gain; nothing is predicted but what is said. */
export function window(
  stream: string,
  start: number,
  rungsOf = rungs,
  { bytes = FAR_APART, ...some }: Partial<WindowCandidates> & { readonly bytes?: readonly number[] } = {},
): WindowCandidates {
  const candidates = rungsOf.map((rung, i): RungCandidate => {
    const payload = encodeLatentPayload(rung, { offset: 0, index: 45 }, new Int8Array(NEURAL_LATENTS));
    const predicted = { rhythm: Number.NaN, peaks: Number.NaN };
    return { rung: rung.index, gain: 1 / bytes[i]!, predicted, code: { rung, payload, predicted } };
  });
  const line = new Float32Array(WINDOW);
  return { stream, start, lead, millivolts: line, native: line, candidates, ...some };
}

export const names = (chosen: readonly (RungCandidate | undefined)[]): string[] =>
  chosen.map((own) => own?.code.rung.name ?? 'lossless');
