/** Joins decoded segments into one 300 Hz signal in millivolts, whatever the rate and unit of each. */
import { MODEL_RATE, nativeIndex } from './grid.js';
import { resample, resampleSupport } from './resample.js';

/** A decoded segment: native samples of a lossless rung, or 300 Hz samples of a lossy one. */
export interface Stretch {
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
  /** Rate of `samples` in Hz, and the index of the first one at that rate. */
  readonly rate: number;
  readonly firstIndex: number;
  readonly samples: Int16Array;
  /** ADC units per millivolt, and the ADC value at 0 mV. */
  readonly gain: number;
  readonly baseline: number;
}

/**
 * Converts segments as they arrive. A segment is resampled with the end of the segment before it, but with nothing that comes
 * later.
 */
export class ModelRateReader {
  #tail: { readonly rate: number; readonly end: number; readonly millivolts: Float32Array } | undefined;

  read(stretch: Stretch): Float32Array {
    const own = millivolts(stretch);
    const tail = this.#tail;
    const joined = tail !== undefined && tail.rate === stretch.rate && tail.end === stretch.firstIndex;
    const run = joined ? concatenate([tail.millivolts, own]) : own;
    const end = stretch.firstIndex + own.length;
    this.#tail = {
      rate: stretch.rate,
      end,
      millivolts: run.slice(-resampleSupport(stretch.rate, MODEL_RATE) || run.length),
    };
    return atModelRate(run, end - run.length, stretch.rate, stretch.start, stretch.length);
  }
}

/**
 * Joins consecutive segments, such as those of a record, at 300 Hz. Neighbours at one rate are resampled as one run, so that
 * lossless segments give exactly what the original gives.
 */
export function joinStretches(stretches: readonly Stretch[]): Float32Array {
  return concatenate(
    groups(stretches).map((group) => {
      const { firstIndex, rate, start } = group[0]!;
      return atModelRate(concatenate(group.map(millivolts)), firstIndex, rate, start, lengthOf(group));
    }),
  );
}

/**
 * Joins segments at the native rate, for PRD: lossless segments as they are, lossy ones resampled to the native samples that
 * their windows own.
 */
export function joinNative(stretches: readonly Stretch[], rate: number): Float32Array {
  return concatenate(
    groups(stretches).map((group) => {
      const first = group[0]!;
      const run = concatenate(group.map(millivolts));
      if (first.rate === rate) return run;
      const outFirst = nativeIndex(first.start, rate);
      const outCount = nativeIndex(first.start + lengthOf(group), rate) - outFirst;
      return resample(run, { rate: first.rate, first: first.firstIndex, outRate: rate, outFirst, outCount });
    }),
  );
}

/** Groups of neighbours at one rate that follow each other without a hole. */
function groups(stretches: readonly Stretch[]): Stretch[][] {
  const found: Stretch[][] = [];
  for (const stretch of stretches) {
    const group = found.at(-1);
    const before = group?.at(-1);
    if (group !== undefined && before !== undefined && continues(before, stretch)) group.push(stretch);
    else found.push([stretch]);
  }
  return found;
}

function lengthOf(group: readonly Stretch[]): number {
  return group.reduce((sum, { length }) => sum + length, 0);
}

function continues(before: Stretch, after: Stretch): boolean {
  return before.rate === after.rate && before.firstIndex + before.samples.length === after.firstIndex;
}

function atModelRate(run: Float32Array, first: number, rate: number, outFirst: number, outCount: number): Float32Array {
  return resample(run, { rate, first, outRate: MODEL_RATE, outFirst, outCount });
}

function millivolts({ samples, gain, baseline }: Stretch): Float32Array {
  return Float32Array.from(samples, (v) => (v - baseline) / gain);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
