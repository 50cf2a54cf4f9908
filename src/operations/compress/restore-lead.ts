/** Segments of a lead back to its native samples. */
import { nativeIndex } from '../../lib/signal/grid.js';
import type { DecodedSamples } from '../../lib/codec/window-decoder.js';
import type { LeadHeader } from '../../lib/compressed-file/index.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { fromMillivolts } from '../../lib/signal/units.js';
import { LossyRun } from './lossy-run.js';

/** What a segment gave, from a native index on. */
interface Restored {
  readonly from: number;
  readonly samples: Int16Array;
}

/** A lossy sample never takes the code that stands for a missing one in format 16. */
const LARGEST = 32_767;

/** Holds what segments carried; the length that the header claims is allocated by `end` alone. */
export class LeadRestorer {
  /** Samples that segments carried. */
  carried = 0;
  readonly #header: LeadHeader;
  #restored: Restored[] = [];
  readonly #lossy: LossyRun;
  /** Native index behind the last segment: each sample is given once. */
  #end = 0;

  constructor(header: LeadHeader) {
    this.#header = header;
    this.#lossy = new LossyRun(header.rate, (from, millivolts) => {
      const native = fromMillivolts(millivolts, header);
      const samples = Int16Array.from(native, (v) => Math.max(-LARGEST, Math.min(LARGEST, v)));
      this.#restored.push({ from, samples });
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
    if (from < this.#end || end > this.#header.samples) return false;
    this.#end = end;
    this.carried += end - from;
    if (lossless) {
      this.#lossy.end();
      this.#restored.push({ from, samples: decoded.samples });
    } else {
      this.#lossy.add({ ...decoded, start, length });
    }
    return true;
  }

  /** The lead; what no segment carried is missing. The restorer is spent afterwards. */
  end(): Lead {
    this.#lossy.end();
    const { name, unit, rate, gain, baseline, calibrated, rails } = this.#header;
    const samples = new Int32Array(this.#header.samples).fill(MISSING);
    for (const { from, samples: own } of this.#restored) samples.set(own, from);
    this.#restored = [];
    return {
      name,
      rate,
      gain,
      baseline,
      calibrated,
      samples,
      ...(unit === 'mV' ? {} : { foreignUnit: unit }),
      ...(rails === null ? {} : { rails: { low: rails.low, high: rails.high } }),
    };
  }
}
