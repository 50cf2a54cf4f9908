/**
 * Exact 95% interval of a Poisson mean from a count (Garwood, Biometrika 28:437-442, 1936): the means at which a count at
 * least as high, or at most as high, would have a probability of 2.5%.
 */
const TAIL = 0.025;
/** The bisection ends below this share of the mean. */
const PRECISION = 1e-12;

/** @param count number of events seen, an integer from 0 on */
export function poissonInterval(count: number): [number, number] {
  const high = solve((mean) => atMost(count, mean) - TAIL, count);
  const low = count === 0 ? 0 : solve((mean) => TAIL - (1 - atMost(count - 1, mean)), count);
  return [low, high];
}

/** P(X <= count) for a Poisson variable; terms are computed by logarithms, so that nothing underflows early. */
function atMost(count: number, mean: number): number {
  if (mean === 0) return 1;
  let logFactorial = 0;
  let sum = 0;
  for (let k = 0; k <= count; k++) {
    if (k > 0) logFactorial += Math.log(k);
    sum += Math.exp(k * Math.log(mean) - mean - logFactorial);
  }
  return Math.min(1, sum);
}

/** Root of a function that falls from positive to negative. */
function solve(f: (mean: number) => number, near: number): number {
  let low = 0;
  let high = 10 + 4 * near;
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
