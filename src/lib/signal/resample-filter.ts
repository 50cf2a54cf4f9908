import { DynamicDeepError } from '../errors/index.js';

/** Native samples per output samples, in lowest terms: output m lies at native position m x native / out. */
export interface Ratio {
  readonly native: number;
  readonly out: number;
}

/** Windowed sinc of one ratio; rows of coefficients are computed at first use. */
export interface Filter {
  /** Coefficients on each side. */
  readonly half: number;
  /**
   * The 2 x half coefficients of an output that lies phase / ratio.out native samples after a native sample. The first
   * coefficient belongs to the native sample half - 1 before that one. Valid until the next call.
   */
  readonly row: (phase: number) => Float64Array;
}

/** Half length in samples of the lower rate: with the window below, 0.1 of that rate from pass band to stop band. */
const HALF_LENGTH = 25;
const CUTOFF = 0.45;
/** Kaiser's parameter for 80 dB. */
const BETA = 7.857;
/**
 * Ratios of odd rates (257.123 Hz) have up to 300,000 phases. More phases than this are interpolated linearly between this many
 * tabulated ones. The error is 2e-6 of the signal, below the stop band, and a table stays under 2 MB.
 */
const TABULATED = 1024;
/** Number of filters kept; a service meets a handful of rates. */
const MAX_FILTERS = 32;

const filters = new Map<string, Filter>();

/** @throws DynamicDeepError CONFIG_INVALID */
export function ratioOf(rate: number, outRate: number): Ratio {
  const native = Math.round(rate * 1000);
  const out = Math.round(outRate * 1000);
  if (!(native >= 1 && native <= 1e9 && out >= 1 && out <= 1e9)) {
    throw new DynamicDeepError('CONFIG_INVALID', `rates of ${rate} and ${outRate} Hz cannot be resampled`);
  }
  const divisor = gcd(native, out);
  return { native: native / divisor, out: out / divisor };
}

export function filterFor(ratio: Ratio): Filter {
  const key = `${ratio.native}/${ratio.out}`;
  const known = filters.get(key);
  if (known) return known;
  const oldest = filters.keys().next();
  if (filters.size >= MAX_FILTERS && !oldest.done) filters.delete(oldest.value);
  const filter = createFilter(ratio);
  filters.set(key, filter);
  return filter;
}

function createFilter({ native, out }: Ratio): Filter {
  // Native samples per sample of the lower rate.
  const stretch = Math.max(1, native / out);
  const half = Math.ceil(HALF_LENGTH * stretch);
  const phases = Math.min(out, TABULATED);
  const rows: Float64Array[] = [];
  const tabulated = (k: number): Float64Array => (rows[k] ??= coefficients(k / phases, half, stretch));
  if (out <= TABULATED) return { half, row: tabulated };
  const mixed = new Float64Array(2 * half);
  return {
    half,
    row: (phase) => {
      const position = (phase / out) * TABULATED;
      const k = Math.floor(position);
      const weight = position - k;
      const [low, high] = [tabulated(k), tabulated(k + 1)];
      for (let t = 0; t < mixed.length; t++) mixed[t] = low[t]! * (1 - weight) + high[t]! * weight;
      return mixed;
    },
  };
}

function coefficients(delay: number, half: number, stretch: number): Float64Array {
  const row = new Float64Array(2 * half);
  let total = 0;
  for (let t = 0; t < row.length; t++) {
    // Distance from the output, in samples of the lower rate.
    const distance = (t - half + 1 - delay) / stretch;
    const value = sinc(2 * CUTOFF * distance) * kaiser(distance / HALF_LENGTH);
    row[t] = value;
    total += value;
  }
  // Normalised to exactly 1 at 0 Hz in every phase: otherwise the offset of a lead would turn into a tone.
  return row.map((value) => value / total);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** Modified Bessel function of order 0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
