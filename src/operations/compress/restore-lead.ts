/** Restores the native samples of a lead from its segments. */
import { nativeIndex } from '../../lib/signal/grid.js';
import type { DecodedSamples } from '../../lib/codec/window-decoder.js';
import type { LeadHeader } from '../../lib/compressed-file/index.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { fromMillivolts } from '../../lib/signal/units.js';
import { LossyRun } from './lossy-run.js';

/** Samples of a segment; `from` is the native index of the first. */
interface Restored {
  readonly from: number;
  readonly samples: Int16Array;
}

/** Largest magnitude of a lossy sample: -32,768 stands for a missing sample in format 16. */
const LARGEST = 32_767;

/** Collects the samples of segments. Only `end` allocates the length that the header claims. */
export class LeadRestorer {
  /** Number of samples that segments carried. */
  carried = 0;
  readonly #header: LeadHeader;
  #restored: Restored[] = [];
  readonly #lossy: LossyRun;
  /** Native index just after the last segment: each sample is restored once. */
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
   * Adds the next segment, in order of time.
   *
   * @returns false if it overlaps the one before or goes beyond the lead
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

  /** Returns the lead; samples that no segment carried are missing. The restorer cannot be used afterwards. */
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
