/**
 * A classical QRS detector after Pan and Tompkins (1985): band-pass, derivative, square, moving-window integration, and two
 * running levels for signal and noise with search back. Not differentiable; the reference for RPnet.
 */
import { MODEL_RATE } from '../signal/grid.js';

/** Pass band of a QRS complex, hertz. */
const LOW_HZ = 5;
const HIGH_HZ = 15;
/** Integration window of 150 ms, refractory period of 200 ms, T waves within 360 ms of a beat. */
const WINDOW = Math.round(0.15 * MODEL_RATE);
const REFRACTORY = Math.round(0.2 * MODEL_RATE);
const T_WAVE = Math.round(0.36 * MODEL_RATE);
/** The levels are learnt from the first two seconds. */
const LEARNING = 2 * MODEL_RATE;
/** Search back starts after this many mean intervals without a beat. */
const SEARCH_BACK = 1.66;

interface Candidate {
  readonly at: number;
  readonly height: number;
  readonly slope: number;
}

/** Finds the R-peaks of a signal in millivolts at 300 Hz, as sample indices in order. */
export function panTompkins(millivolts: Float32Array): number[] {
  const band = bandPass(millivolts);
  const slope = derivative(band);
  const energy = integrate(slope);
  const beats = select(candidates(energy, slope));
  return beats.map((at) => refine(band, at));
}

/** Zero-phase band-pass: each second-order section runs forwards and backwards. */
function bandPass(x: Float32Array): Float32Array {
  return bothWays(bothWays(x, section('high', LOW_HZ)), section('low', HIGH_HZ));
}

interface Section {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** Second-order Butterworth section by the bilinear transform. */
function section(kind: 'low' | 'high', hertz: number): Section {
  const k = Math.tan((Math.PI * hertz) / MODEL_RATE);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = kind === 'low' ? k * k * norm : norm;
  const b1 = kind === 'low' ? 2 * b0 : -2 * b0;
  return { b: [b0, b1, b0], a: [2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm] };
}

function bothWays(x: Float32Array, filter: Section): Float32Array {
  return run(run(x, filter).reverse(), filter).reverse();
}

function run(x: Float32Array, { b: [b0, b1, b2], a: [a1, a2] }: Section): Float32Array {
  const y = new Float32Array(x.length);
  // The filter starts as if the first value had been there for ever: no step at the beginning.
  const first = x[0] ?? 0;
  const rest = (first * (b0 + b1 + b2)) / (1 + a1 + a2);
  let [x1, x2, y1, y2] = [first, first, rest, rest];
  for (let i = 0; i < x.length; i++) {
    const v = b0 * x[i]! + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x[i]!, y1, v];
    y[i] = v;
  }
  return y;
}

function derivative(x: Float32Array): Float32Array {
  return x.map((_, i) => {
    const at = (k: number): number => x[Math.max(0, Math.min(x.length - 1, i + k))]!;
    return (2 * at(2) + at(1) - at(-1) - 2 * at(-2)) / 8;
  });
}

/** Mean of the squared slope over a centred window. */
function integrate(slope: Float32Array): Float32Array {
  const out = new Float32Array(slope.length);
  const half = WINDOW >> 1;
  let sum = 0;
  for (let i = -half; i < slope.length; i++) {
    const entering = i + half;
    if (entering < slope.length) sum += slope[entering]! ** 2;
    const leaving = i - half - 1;
    if (leaving >= 0) sum -= slope[leaving]! ** 2;
    if (i >= 0) out[i] = Math.max(0, sum / WINDOW);
  }
  return out;
}

/** Local maxima of the energy, none within 200 ms of a higher one. */
function candidates(energy: Float32Array, slope: Float32Array): Candidate[] {
  const found: Candidate[] = [];
  for (let i = 1; i < energy.length - 1; i++) {
    if (energy[i]! <= energy[i - 1]! || energy[i]! < energy[i + 1]!) continue;
    const steepest = slope.subarray(Math.max(0, i - WINDOW), i + WINDOW).reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    const candidate = { at: i, height: energy[i]!, slope: steepest };
    const before = found.at(-1);
    if (before === undefined || i - before.at >= REFRACTORY) found.push(candidate);
    else if (candidate.height > before.height) found[found.length - 1] = candidate;
  }
  return found;
}

function select(all: readonly Candidate[]): number[] {
  const learnt = all.filter(({ at }) => at < LEARNING).map(({ height }) => height);
  let signal = 0.4 * Math.max(0, ...learnt);
  let noise = 0.1 * signal;
  const beats: Candidate[] = [];
  let skipped: Candidate[] = [];
  const accept = (candidate: Candidate, weight: number): void => {
    signal = weight * candidate.height + (1 - weight) * signal;
    beats.push(candidate);
    skipped = [];
  };
  for (const candidate of all) {
    const threshold = noise + 0.25 * (signal - noise);
    const last = beats.at(-1);
    const interval = meanInterval(beats);
    if (last !== undefined && interval !== undefined && candidate.at - last.at > SEARCH_BACK * interval) {
      const missed = skipped.filter(({ height }) => height > threshold / 2).sort((a, b) => b.height - a.height)[0];
      if (missed !== undefined) accept(missed, 0.25);
    }
    const before = beats.at(-1);
    const isTWave = before !== undefined && candidate.at - before.at < T_WAVE && candidate.slope < before.slope / 2;
    if (candidate.height > threshold && !isTWave) accept(candidate, 0.125);
    else {
      noise = 0.125 * candidate.height + 0.875 * noise;
      if (!isTWave) skipped.push(candidate);
    }
  }
  return beats.map(({ at }) => at).sort((a, b) => a - b);
}

/** Mean of the last eight intervals, in samples. */
function meanInterval(beats: readonly Candidate[]): number | undefined {
  const recent = beats.slice(-9);
  const [first, last] = [recent[0], recent.at(-1)];
  return first === undefined || last === undefined || recent.length < 3
    ? undefined
    : (last.at - first.at) / (recent.length - 1);
}

/** Index of the largest deflection of the band-passed signal near the energy's maximum. */
function refine(band: Float32Array, at: number): number {
  const from = Math.max(0, at - (WINDOW >> 1));
  const near = band.subarray(from, at + (WINDOW >> 1));
  let best = 0;
  for (let i = 1; i < near.length; i++) if (Math.abs(near[i]!) > Math.abs(near[best]!)) best = i;
  return from + best;
}
