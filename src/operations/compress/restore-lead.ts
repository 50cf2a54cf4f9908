/** Segments of a lead back to its native samples. */
import { nativeIndex } from '../../lib/signal/grid.js';
import type { DecodedSamples } from '../../lib/codec/window-decoder.js';
import type { LeadHeader } from '../../lib/compressed-file/index.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { fromMillivolts } from '../../lib/signal/units.js';
import { LossyRun } from './lossy-run.js';

/** A lossy sample never takes the code that stands for a missing one in format 16. */
const LARGEST = 32_767;

export class LeadRestorer {
  readonly #header: LeadHeader;
  readonly #samples: Int32Array;
  readonly #lossy: LossyRun;
  /** Native index behind the last segment: each sample is given once. */
  #end = 0;

  constructor(header: LeadHeader) {
    this.#header = header;
    this.#samples = new Int32Array(header.samples).fill(MISSING);
    this.#lossy = new LossyRun(header.rate, (firstIndex, millivolts) => {
      const native = fromMillivolts(millivolts, header);
      this.#samples.set(
        native.map((v) => Math.max(-LARGEST, Math.min(LARGEST, v))),
        firstIndex,
      );
    });
  }

  /**
   * The next segment, in order of time.
   *
   * @returns false where it does not lie behind the one before and within the lead
   */
  add(start: number, length: number, decoded: DecodedSamples): boolean {
    const lossless = decoded.rung.kind === 'lossless';
    const from = lossless ? decoded.firstIndex : nativeIndex(start, this.#header.rate);
    const end = lossless ? from + decoded.samples.length : nativeIndex(start + length, this.#header.rate);
    if (from < this.#end || end > this.#samples.length) return false;
    this.#end = end;
    if (lossless) {
      this.#lossy.end();
      this.#samples.set(decoded.samples, from);
    } else {
      this.#lossy.add({ ...decoded, start, length });
    }
    return true;
  }

  end(): Lead {
    this.#lossy.end();
    const { name, unit, rate, gain, baseline, calibrated, rails } = this.#header;
    return {
      ...{ name, rate, gain, baseline, calibrated, samples: this.#samples },
      ...(unit === 'mV' ? {} : { foreignUnit: unit }),
      ...(rails === null ? {} : { rails: { low: rails.low, high: rails.high } }),
    };
  }
}
