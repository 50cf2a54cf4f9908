/**
 * Transform rungs: a line, a scale and the quantised lapped transform of a window. Static integer tables code the
 * coefficients; neighbours in time and frequency select the table. docs/bitstream.md has the layout.
 */
import { DynamicDeepError } from '../errors/index.js';
import { WINDOW } from '../signal/grid.js';
import { decodeExpGolomb, encodeExpGolomb, type FrequencyTable } from './frequency-table.js';
import { BLOCKS, CODED, forwardTransform, inverseTransform } from './lapped-transform.js';
import { learnedContext, type LearnedContexts } from './learned-contexts.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';
import { readZigzag, unzigzag, writeZigzag, zigzag } from './varint.js';
import { borderValue } from './window-ends.js';
import { EIGHTHS, measureScale, requireScale, STEPS_PER_MILLIVOLT } from './window-scale.js';

/** Values within +-15 have their own symbol; larger ones are escaped. */
export const COEFFICIENT_RANGE = 15;
export const COEFFICIENT_SYMBOLS = 2 * COEFFICIENT_RANGE + 1;

/** Edges of the activity classes (a weighted sum of coded neighbours) and of the frequency bands. */
const ACTIVITY = [1, 2, 3, 4, 6, 8, 11, 15, 22, 32];
const BANDS = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 80];
const ACTIVITY_CLASSES = ACTIVITY.length + 1;
export const COEFFICIENT_CONTEXTS = ACTIVITY_CLASSES * (BANDS.length + 1);

const BAND_OF = Uint8Array.from({ length: CODED }, (_, k) => classOf(k, BANDS));
const ACTIVITY_OF = Uint8Array.from({ length: 64 }, (_, sum) => classOf(sum, ACTIVITY));

/** Rounding offset. It is below a half, so that values near 0 become 0. */
const ROUNDING = 0.35;
/** Price of a bit in squared steps: with a fine step, one bit changes the squared error of step^2 / 12 by 6 dB. */
const BIT = 0.12;

/** Both ends of the line are coded in units of 10 microvolts, two steps of the output. */
const LINE_STEPS = 2;
/** Limit of coefficients and line ends. No ECG exceeds it, but a damaged payload may. */
const LARGEST = 0x10_0000;

export interface TransformCode {
  /** Ends of the line, in steps of 10 microvolts. */
  readonly line: readonly [number, number];
  /** Scale index as in `window-scale.ts`. */
  readonly scale: number;
  /** [7 x 96] quantised coefficients. */
  readonly values: Int32Array;
}

/** Returns the quantiser step in 5-microvolt steps, the same on every machine. `ratio` is in 1/256 of the window's scale. */
export function stepOf(ratio: number, scale: number): number {
  return (ratio * EIGHTHS[scale % 8]! * (1 << (scale >> 3))) / 0x40_0000;
}

/** A window before quantisation, shared by all transform rungs. */
export interface TransformedWindow extends Pick<TransformCode, 'line' | 'scale'> {
  /** [7 x 96] in steps of 5 microvolts. */
  readonly coefficients: Float64Array;
}

/** Transforms 1,792 samples in millivolts at 300 Hz. */
export function transformWindow(millivolts: Float32Array): TransformedWindow {
  const steps = Float64Array.from(millivolts, (v) => v * STEPS_PER_MILLIVOLT);
  const end = (value: number): number => Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / LINE_STEPS)));
  const line = [
    end(borderValue(steps[0]!, steps[1]!, steps[2]!)),
    end(borderValue(steps[WINDOW - 1]!, steps[WINDOW - 2]!, steps[WINDOW - 3]!)),
  ] as const;
  for (let i = 0; i < WINDOW; i++) steps[i]! -= lineAt(line, i);
  return { line, scale: measureScale(millivolts).index, coefficients: forwardTransform(steps) };
}

/** The quantiser step, in 1/256 of the window's scale, and the coder of the integers. */
export interface TransformQuantiser extends CoefficientCoder {
  readonly ratio: number;
}

/** Quantises each coefficient to the nearby integer with the least cost: squared error in steps plus the price of its bits. */
export function quantiseTransformed(
  { line, scale, coefficients }: TransformedWindow,
  { ratio, tables, coding }: TransformQuantiser,
): TransformCode {
  const step = stepOf(ratio, scale);
  const values = new Int32Array(coefficients.length);
  coefficients.forEach((coefficient, i) => {
    const exact = coefficient / step;
    const sign = Math.sign(exact);
    const nearest = Math.min(LARGEST, Math.round(Math.abs(exact)));
    if (nearest === 0) return;
    const table = tables[contextOf(values, i, coding?.contexts)]!;
    let least = Infinity;
    for (const size of nearest === 1 ? [1, 0] : [nearest, nearest - 1, 0]) {
      const cost = (exact - sign * size) ** 2 + BIT * table.cost(sign * size);
      if (cost < least) [least, values[i]] = [cost, sign * size];
    }
  });
  return { line, scale, values };
}

/** Rounds each coefficient, with the offset `ROUNDING`. Needs no tables: the first tables are counted from its result. */
export function quantiseNearest({ line, scale, coefficients }: TransformedWindow, ratio: number): TransformCode {
  const step = stepOf(ratio, scale);
  const values = Int32Array.from(coefficients, (c) =>
    Math.max(-LARGEST, Math.min(LARGEST, Math.sign(c) * Math.floor(Math.abs(c) / step + ROUNDING))),
  );
  return { line, scale, values };
}

/** Quantises 1,792 samples in millivolts at 300 Hz. */
export function quantiseWindow(millivolts: Float32Array, quantiser: TransformQuantiser): TransformCode {
  return quantiseTransformed(transformWindow(millivolts), quantiser);
}

/** Returns samples in steps of 5 microvolts, clipped to 16 bits, the same on every machine. */
export function reconstructWindow({ line, scale, values }: TransformCode, ratio: number): Int16Array {
  const step = stepOf(ratio, scale);
  const samples = inverseTransform(Float64Array.from(values, (v) => v * step));
  return Int16Array.from(samples, (v, i) => Math.max(-32768, Math.min(32767, Math.floor(v + lineAt(line, i) + 0.5))));
}

/** How a rung codes its head, and which of its tables codes each integer. */
export interface TransformCoding {
  readonly contexts: LearnedContexts;
  readonly scales: FrequencyTable;
}

/** Coder of coefficients. Without a `coding` the head is written as bytes, and a fixed rule chooses the table. */
export interface CoefficientCoder {
  readonly tables: readonly FrequencyTable[];
  readonly coding: TransformCoding | undefined;
}

export function encodeTransform({ line, scale, values }: TransformCode, coder: CoefficientCoder): Uint8Array {
  const { tables, coding } = coder;
  const encoder = new RangeEncoder();
  const head: number[] = [];
  if (coding === undefined) {
    head.push(scale);
    for (const end of line) writeZigzag(end, head);
  } else {
    coding.scales.encode(encoder, scale);
    for (const end of line) encodeExpGolomb(encoder, zigzag(end), lineOrder(scale));
  }
  forEachCoded(values, coding?.contexts, (value, table) => {
    tables[table]!.encode(encoder, value);
  });
  return Buffer.concat([Uint8Array.from(head), encoder.finish()]);
}

/** Throws PAYLOAD_CORRUPT if the bytes cannot be the code of a window. */
export function decodeTransform(payload: Uint8Array, coder: CoefficientCoder): TransformCode {
  const { tables, coding } = coder;
  const head = coding === undefined ? readHead(payload) : decodeHead(payload, coding);
  const { decoder, line, scale } = head;
  for (const end of line) requireWithin(end, 'end of the line');
  const values = new Int32Array(BLOCKS * CODED);
  for (let i = 0; i < values.length; i++) {
    const value = tables[contextOf(values, i, coding?.contexts)]!.decode(decoder);
    requireWithin(value, 'coefficient');
    values[i] = value;
  }
  decoder.finish();
  return { line, scale, values };
}

function requireWithin(value: number, what: string): void {
  if (Math.abs(value) > LARGEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', `${what} ${value} out of range`);
}

interface DecodedHead extends Pick<TransformCode, 'line' | 'scale'> {
  /** Positioned at the first coefficient. */
  readonly decoder: RangeDecoder;
}

function readHead(payload: Uint8Array): DecodedHead {
  const scale = requireScale(payload[0]);
  const first = readZigzag(payload, 1);
  const last = readZigzag(payload, first.next);
  return { line: [first.value, last.value], scale, decoder: new RangeDecoder(payload, last.next) };
}

function decodeHead(payload: Uint8Array, { scales }: TransformCoding): DecodedHead {
  const decoder = new RangeDecoder(payload);
  const scale = requireScale(scales.decode(decoder));
  const end = (): number => unzigzag(decodeExpGolomb(decoder, lineOrder(scale)));
  return { line: [end(), end()], scale, decoder };
}

/** Returns the order of the Exp-Golomb code of the line's ends, which tend to grow with the scale. */
function lineOrder(scale: number): number {
  return Math.min(14, scale >> 3);
}

/** Calls `visit` with every coefficient, in coding order, and the index of its table. */
export function forEachCoded(
  values: Int32Array,
  contexts: LearnedContexts | undefined,
  visit: (value: number, table: number) => void,
): void {
  values.forEach((value, i) => {
    visit(value, contextOf(values, i, contexts));
  });
}

/** Calls `visit` with every coefficient, its group, and the neighbours that learned contexts use for it. */
export function forEachNeighbourhood(
  values: Int32Array,
  visit: (value: number, group: number, neighbours: ArrayLike<number>) => void,
): void {
  values.forEach((value, i) => {
    visit(value, groupOf(i), neighboursOf(values, i));
  });
}

function contextOf(values: Int32Array, i: number, contexts: LearnedContexts | undefined): number {
  return contexts === undefined
    ? fixedContext(values, i)
    : learnedContext(contexts, groupOf(i), neighboursOf(values, i));
}

/** Edges of the frequency bands with weights of their own. The first block, with no block before it, has a separate set. */
const GROUP_EDGES = [1, 2, 4, 8, 16, 32, 64];
export const COEFFICIENT_GROUPS = 2 * (GROUP_EDGES.length + 1);
const GROUP_OF = Uint8Array.from({ length: CODED }, (_, k) => classOf(k, GROUP_EDGES));

function groupOf(i: number): number {
  return GROUP_OF[i % CODED]! + (i < CODED ? 0 : GROUP_EDGES.length + 1);
}

/**
 * Neighbours that learned contexts use: the `BELOW` coefficients below it in its block, and those up to `AROUND` to either side
 * in the previous block and in the one before that.
 */
const BELOW = 4;
const AROUND = [3, 1] as const;
export const COEFFICIENT_NEIGHBOURS = BELOW + AROUND.reduce((sum, side) => sum + 2 * side + 1, 0);

function neighboursOf(values: Int32Array, i: number): Int32Array {
  const own = new Int32Array(COEFFICIENT_NEIGHBOURS);
  const k = i % CODED;
  for (let below = 1; below <= Math.min(BELOW, k); below++) own[below - 1] = values[i - below]!;
  let next = BELOW;
  AROUND.forEach((side, before) => {
    const at = i - (before + 1) * CODED;
    for (let offset = -side; offset <= side; offset++, next++) {
      if (at >= 0 && k + offset >= 0 && k + offset < CODED) own[next] = values[at + offset]!;
    }
  });
  return own;
}

/** Returns the table of coefficient `i`, from the two coefficients below it in its block and three of the previous block. */
function fixedContext(values: Int32Array, i: number): number {
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
