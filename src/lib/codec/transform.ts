/**
 * Transform rungs: a line, a scale and the quantised lapped transform of a window, coded by static integer tables that
 * the neighbours in time and frequency select. docs/bitstream.md has the layout.
 */
import { DynamicDeepError } from '../errors/index.js';
import { WINDOW } from '../signal/grid.js';
import type { FrequencyTable } from './frequency-table.js';
import { BLOCKS, CODED, forwardTransform, inverseTransform } from './lapped-transform.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';
import { readZigzag, writeZigzag } from './varint.js';
import { measureScale, STEPS_PER_MILLIVOLT } from './window-scale.js';

/** Values with a symbol of their own; what lies beyond is escaped. */
export const COEFFICIENT_RANGE = 15;
export const COEFFICIENT_SYMBOLS = 2 * COEFFICIENT_RANGE + 1;

/** Edges of the classes of activity (a weighted sum of coded neighbours) and of frequency. */
const ACTIVITY = [1, 2, 3, 4, 6, 8, 11, 15, 22, 32];
const BANDS = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 80];
const ACTIVITY_CLASSES = ACTIVITY.length + 1;
export const COEFFICIENT_CONTEXTS = ACTIVITY_CLASSES * (BANDS.length + 1);

const BAND_OF = Uint8Array.from({ length: CODED }, (_, k) => classOf(k, BANDS));
const ACTIVITY_OF = Uint8Array.from({ length: 64 }, (_, sum) => classOf(sum, ACTIVITY));

/** A rounding below a half: what is nearly 0 becomes 0. */
const ROUNDING = 0.35;

/** Both ends of the line are coded in steps of 10 microvolts: two steps of the output. */
const LINE_STEPS = 2;
/** No ECG has coefficients like these; a damaged payload has. */
const LARGEST = 2 ** 20;

/** 2^(i/8) times 2^16, rounded. */
const EIGHTHS = [65536, 71468, 77936, 84990, 92682, 101070, 110218, 120194] as const;
const HIGHEST_SCALE = 127;

export interface TransformCode {
  /** Ends of the line, in steps of 10 microvolts. */
  readonly line: readonly [number, number];
  /** Scale index as in `window-scale.ts`. */
  readonly scale: number;
  /** [7 x 96] quantised coefficients. */
  readonly values: Int32Array;
}

/** Quantiser step in 5-microvolt steps: `ratio` is in 1/256 of the window's scale. */
function stepOf(ratio: number, scale: number): number {
  return (ratio * EIGHTHS[scale % 8]! * 2 ** (scale >> 3)) / 2 ** 22;
}

/** A window before it is quantised: what every transform rung begins with. */
export interface TransformedWindow extends Pick<TransformCode, 'line' | 'scale'> {
  /** [7 x 96] in steps of 5 microvolts. */
  readonly coefficients: Float64Array;
}

/** Transforms 1,792 samples in millivolts at 300 Hz. */
export function transformWindow(millivolts: Float32Array): TransformedWindow {
  const steps = Float64Array.from(millivolts, (v) => v * STEPS_PER_MILLIVOLT);
  const line = [
    Math.round(borderValue(steps[0]!, steps[1]!, steps[2]!) / LINE_STEPS),
    Math.round(borderValue(steps[WINDOW - 1]!, steps[WINDOW - 2]!, steps[WINDOW - 3]!) / LINE_STEPS),
  ] as const;
  for (let i = 0; i < WINDOW; i++) steps[i]! -= lineAt(line, i);
  return { line, scale: measureScale(millivolts).index, coefficients: forwardTransform(steps) };
}

/**
 * Where the signal meets the window's border, half a sample beyond its last: the least-squares line of three samples. What
 * is not 0 there once the line is off, the transform continues as a jump, whose upper half no coefficient carries.
 */
function borderValue(last: number, second: number, third: number): number {
  return (last + second + third) / 3 + 0.75 * (last - third);
}

/** The code of a window at a rung's ratio. */
export function quantiseTransformed({ line, scale, coefficients }: TransformedWindow, ratio: number): TransformCode {
  const step = stepOf(ratio, scale);
  const values = Int32Array.from(coefficients, (c) =>
    Math.max(-LARGEST, Math.min(LARGEST, Math.sign(c) * Math.floor(Math.abs(c) / step + ROUNDING))),
  );
  return { line, scale, values };
}

/** Quantises 1,792 samples in millivolts at 300 Hz. */
export function quantiseWindow(millivolts: Float32Array, ratio: number): TransformCode {
  return quantiseTransformed(transformWindow(millivolts), ratio);
}

/** Samples in steps of 5 microvolts, clipped to 16 bits; the same on every machine. */
export function reconstructWindow({ line, scale, values }: TransformCode, ratio: number): Int16Array {
  const step = stepOf(ratio, scale);
  const samples = inverseTransform(Float64Array.from(values, (v) => v * step));
  return Int16Array.from(samples, (v, i) => Math.max(-32768, Math.min(32767, Math.floor(v + lineAt(line, i) + 0.5))));
}

export function encodeTransform({ line, scale, values }: TransformCode, tables: readonly FrequencyTable[]): Uint8Array {
  const head = [scale];
  for (const end of line) writeZigzag(end, head);
  const encoder = new RangeEncoder();
  values.forEach((value, i) => {
    tables[coefficientContext(values, i)]!.encode(encoder, value);
  });
  return Buffer.concat([Uint8Array.from(head), encoder.finish()]);
}

/** Throws PAYLOAD_CORRUPT where the bytes cannot be a window's. */
export function decodeTransform(payload: Uint8Array, tables: readonly FrequencyTable[]): TransformCode {
  const scale = payload[0];
  if (scale === undefined || scale > HIGHEST_SCALE) {
    throw new DynamicDeepError('PAYLOAD_CORRUPT', 'scale index out of range');
  }
  const first = readZigzag(payload, 1);
  const last = readZigzag(payload, first.next);
  const decoder = new RangeDecoder(payload.subarray(last.next));
  const values = new Int32Array(BLOCKS * CODED);
  for (let i = 0; i < values.length; i++) {
    const value = tables[coefficientContext(values, i)]!.decode(decoder);
    if (Math.abs(value) > LARGEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', `coefficient ${value} out of range`);
    values[i] = value;
  }
  decoder.finish();
  return { line: [first.value, last.value], scale, values };
}

/** Counts of every symbol under every context over windows: what `FrequencyTable.fromCounts` takes. The last is the escape's. */
export function countCoefficients(windows: Iterable<Int32Array>): number[][] {
  const counts = Array.from({ length: COEFFICIENT_CONTEXTS }, () => new Array<number>(COEFFICIENT_SYMBOLS + 1).fill(0));
  for (const values of windows) {
    values.forEach((value, i) => {
      const symbol = Math.abs(value) > COEFFICIENT_RANGE ? COEFFICIENT_SYMBOLS : value + COEFFICIENT_RANGE;
      counts[coefficientContext(values, i)]![symbol]!++;
    });
  }
  return counts;
}

/** Table of coefficient `i`: the two below it in its block, and three of the block before. */
function coefficientContext(values: Int32Array, i: number): number {
  const k = i % CODED;
  const at = (offset: number): number => Math.abs(values[i - offset]!);
  let activity = 0;
  if (k > 0) activity += 2 * at(1);
  if (k > 1) activity += at(2);
  if (i >= CODED) {
    activity += 2 * at(CODED);
    if (k > 0) activity += at(CODED + 1);
    if (k < CODED - 1) activity += at(CODED - 1);
  }
  return BAND_OF[k]! * ACTIVITY_CLASSES + ACTIVITY_OF[Math.min(63, activity)]!;
}

function classOf(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value >= edge).length;
}

function lineAt([first, last]: readonly [number, number], i: number): number {
  return LINE_STEPS * (first + ((last - first) * i) / (WINDOW - 1));
}
