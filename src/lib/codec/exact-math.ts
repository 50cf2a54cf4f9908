/**
 * Functions that control the entropy decoder. ECMAScript leaves the results of Math.log, exp, pow and sqrt to the engine. These
 * use only operations whose results it fixes (IEEE + - * /, Math.fround, integer views), so all machines agree bit for bit.
 */
const single = new Float32Array(1);
/** Number of single-precision steps between two powers of two. */
const MANTISSA = 0x80_0000;
const pattern = new Int32Array(single.buffer);

/** Returns log2 of x, linear between powers of two: at most 0.087 too small. Returns -100 for NaN and for x <= 1e-30. */
export function log2(x: number): number {
  // The engine chooses the bits of a NaN, so a NaN must never reach the view.
  if (!(x > 1e-30)) return -100;
  single[0] = x;
  return pattern[0]! / MANTISSA - 127;
}

/** The inverse of `log2`, for exponents clamped to [-100, 100]. */
export function exp2(y: number): number {
  const clamped = y > -100 ? (y < 100 ? y : 100) : -100; // NaN becomes -100
  pattern[0] = Math.floor((clamped + 127) * MANTISSA);
  return single[0]!;
}

/** Student's t distribution with 5 degrees of freedom is tabulated over |z| < REACH; 5.7e-7 of its mass lies beyond. */
const REACH = 32;
const CELLS = 64;
const LAST = 2 * REACH * CELLS;
const DEGREES = 5;
const table = buildTable();

function buildTable(): Float64Array {
  const sums = new Float64Array(LAST + 1);
  const substeps = 8;
  for (let i = 1; i <= LAST; i++) {
    let mass = 0;
    for (let k = 0; k < substeps; k++) {
      const z = (i - 1 + (k + 0.5) / substeps) / CELLS - REACH;
      const q = 1 + (z * z) / DEGREES;
      mass += 1 / (q * q * q);
    }
    sums[i] = sums[i - 1]! + mass;
  }
  const all = sums[LAST]!;
  for (let i = 0; i <= LAST; i++) sums[i] = sums[i]! / all;
  return sums;
}

/**
 * Returns the mass of a mixture of Student t distributions (5 degrees of freedom) below `edge`, by linear interpolation.
 * @param slope 1 / scale of each component
 * @param parts receives the mass of each component
 */
export function mixtureCdf(
  edge: number,
  weights: Float64Array,
  centre: Float64Array,
  slope: Float64Array,
  parts: Float64Array,
): number {
  let mass = 0;
  for (let k = 0; k < parts.length; k++) {
    const position = ((edge - centre[k]!) * slope[k]! + REACH) * CELLS;
    let part = position > 0 ? 1 : 0; // NaN counts as far below
    if (position > 0 && position < LAST) {
      const cell = position | 0;
      const from = table[cell]!;
      part = from + (table[cell + 1]! - from) * (position - cell);
    }
    parts[k] = part;
    mass += weights[k]! * part;
  }
  return mass;
}

/** d(-log density)/d(-log scale) of the same distribution at squared deviation `zz` (in scales): -1 to 5. */
export function studentScaleGradient(zz: number): number {
  return ((DEGREES + 1) * zz) / (DEGREES + zz) - 1;
}
