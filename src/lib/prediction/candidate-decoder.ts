/** Decodes candidates from their actual bytes, as the decoder would, and measures how far the result is from the original. */
import type { Ladder } from '../codec/ladder.js';
import { isLossy, readSegment, runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import { STEPS_PER_MILLIVOLT } from '../codec/window-scale.js';
import { MODEL_RATE, nativeIndex, WINDOW } from '../signal/grid.js';
import { resample } from '../signal/resample.js';
import { prdn } from '../tasks/reconstruction.js';

export interface DecodedCandidate {
  /** 1,792 samples at 300 Hz, millivolts; all NaN if the networks' output is not finite. */
  readonly sent: Float32Array;
  /** PRDN of this window alone: percent, mean removed, native rate. NaN if the networks' output is not finite. */
  readonly prdn: number;
}

export type WindowAndCandidate = readonly [window: WindowCandidates, candidate: RungCandidate];

/** Decodes each candidate only once, however many callers ask for it. */
export class CandidateDecoder {
  readonly #ladder: Ladder;
  readonly #decode: Parameters<typeof runLossy>[1];
  readonly #known = new WeakMap<RungCandidate, DecodedCandidate>();

  /** @param decode runs the decoder's networks: `DecoderNetworks.decode`, or a worker that calls it */
  constructor(ladder: Ladder, decode: Parameters<typeof runLossy>[1]) {
    this.#ladder = ladder;
    this.#decode = decode;
  }

  /** Returns the results in order. Neural candidates share one run of the networks for each rung. */
  async decode(asked: readonly WindowAndCandidate[]): Promise<DecodedCandidate[]> {
    const fresh = asked.filter(([, candidate]) => !this.#known.has(candidate));
    const read = fresh.map(([{ start, lead }, { rung, code }]) =>
      readSegment(this.#ladder, { rung, start, length: WINDOW, payload: code.payload }, lead),
    );
    const lossy = (await runLossy(read.filter(isLossy), this.#decode))[Symbol.iterator]();
    fresh.forEach(([window, candidate], i) => {
      const decoded = isLossy(read[i]!) ? lossy.next().value! : read[i]!;
      // An error means that the output is not finite: NaN keeps no bound.
      const sent =
        'samples' in decoded
          ? Float32Array.from(decoded.samples, (v) => v / STEPS_PER_MILLIVOLT)
          : new Float32Array(WINDOW).fill(Number.NaN);
      this.#known.set(candidate, { sent, prdn: windowPrdn(window, sent) });
    });
    return asked.map(([, candidate]) => this.#known.get(candidate)!);
  }
}

function windowPrdn({ start, lead: { rate }, native }: WindowCandidates, sent: Float32Array): number {
  const outFirst = nativeIndex(start, rate);
  const at = { rate: MODEL_RATE, first: start, outRate: rate, outFirst, outCount: native.length };
  return prdn(native, resample(sent, at));
}
