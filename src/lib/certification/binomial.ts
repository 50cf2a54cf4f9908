/**
 * P(X <= count) of a binomial X with `trials` draws of probability `rate`: exact, summed term by term in logarithms, so that
 * small terms do not underflow and large numbers of trials do not overflow.
 *
 * @param rate between 0 and 1, both excluded
 */
export function binomialLowerTail(count: number, trials: number, rate: number): number {
  if (!(rate > 0 && rate < 1)) throw new RangeError(`a rate of ${rate} is not between 0 and 1`);
  if (count < 0) return 0;
  if (count >= trials) return 1;
  const odds = Math.log(rate) - Math.log1p(-rate);
  let term = trials * Math.log1p(-rate);
  let sum = term;
  for (let i = 0; i < count; i++) {
    term += Math.log((trials - i) / (i + 1)) + odds;
    const [high, low] = sum > term ? [sum, term] : [term, sum];
    sum = high + Math.log1p(Math.exp(low - high));
  }
  return Math.min(1, Math.exp(sum));
}
