/**
 * Cholesky factor of `matrix`, a positive definite order x order matrix: the lower triangle L with L L' = `matrix`, row by row.
 */
export function factorise(matrix: Float64Array, order: number): Float64Array {
  const lower = new Float64Array(order * order);
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * order + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * order + k]! * lower[j * order + k]!;
      lower[i * order + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[j * order + j]!;
    }
  }
  return lower;
}

/** Solves L L' x = right for x. */
export function solve(lower: Float64Array, right: Float64Array, order: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < order; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * order + k]! * x[k]!;
    x[i]! /= lower[i * order + i]!;
  }
  for (let i = order - 1; i >= 0; i--) {
    for (let k = i + 1; k < order; k++) x[i]! -= lower[k * order + i]! * x[k]!;
    x[i]! /= lower[i * order + i]!;
  }
  return x;
}

/** Inverse of a positive definite matrix. */
export function inverseOf(matrix: Float64Array, order: number): Float64Array {
  const lower = factorise(matrix, order);
  const inverse = new Float64Array(order * order);
  for (let j = 0; j < order; j++) {
    const unit = new Float64Array(order);
    unit[j] = 1;
    const column = solve(lower, unit, order);
    for (let i = 0; i < order; i++) inverse[i * order + j] = column[i]!;
  }
  return inverse;
}
