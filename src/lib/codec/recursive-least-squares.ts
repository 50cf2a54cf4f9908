/** Initial state of a predictor: mean and covariance of the best weights over many training windows. */
export interface WeightPrior {
  /** Weight of the sample 1, 2, ... steps back. */
  readonly mean: readonly number[];
  /** Lower triangle of the covariance, row by row. */
  readonly covariance: readonly number[];
}

/** Covariances above this are not inflated further, so that they cannot overflow during silence. */
const MAX_COVARIANCE = 1e3;

/**
 * Linear prediction by recursive least squares (a Kalman filter over the weights, started at a trained prior). Uses plain
 * double arithmetic in a fixed order, so results are identical on every machine.
 */
export class RecursiveLeastSquares {
  readonly order: number;
  /** Variance that the uncertainty of the weights adds to the last prediction, in squared units of the signal. */
  uncertainty = 0;
  private readonly prior: WeightPrior;
  private readonly weights: Float64Array;
  /** Lower triangle, row by row, like the prior's. */
  private readonly covariance: Float64Array;
  private readonly gain: Float64Array;
  private readonly input: Float64Array;

  constructor(prior: WeightPrior) {
    this.prior = prior;
    this.order = prior.mean.length;
    this.weights = new Float64Array(this.order);
    this.covariance = new Float64Array(prior.covariance.length);
    this.gain = new Float64Array(this.order);
    this.input = new Float64Array(this.order);
    this.reset();
  }

  /** Predicts history[end] from the `order` values before it. */
  predict(history: Float64Array, end: number): number {
    const { order, weights, covariance, gain, input } = this;
    let prediction = 0;
    for (let i = 0, at = 0; i < order; i++) {
      const x = history[end - 1 - i]!;
      input[i] = x;
      prediction += weights[i]! * x;
      let sum = 0;
      for (let j = 0; j < i; j++, at++) {
        sum += covariance[at]! * input[j]!;
        gain[j] = gain[j]! + covariance[at]! * x;
      }
      gain[i] = sum + covariance[at++]! * x;
    }
    let uncertainty = 0;
    for (let i = 0; i < order; i++) uncertainty += gain[i]! * input[i]!;
    this.uncertainty = uncertainty;
    return prediction;
  }

  /**
   * Updates the weights with the value that `predict` last predicted.
   * @param error value - prediction
   * @param variance assumed noise variance of this value; the noisier, the smaller the update
   * @param forgetting share of the past that is kept; below 1 the past fades
   */
  learn(error: number, variance: number, forgetting: number): void {
    const { order, weights, covariance, gain } = this;
    const inverse = 1 / (forgetting * variance + this.uncertainty);
    // Rounding can spoil the covariance on extreme inputs; NaN ends here as well.
    if (!(inverse > 0 && inverse < 1e9 && this.uncertainty >= 0)) {
      this.reset();
      return;
    }
    const inflate = covariance[0]! < MAX_COVARIANCE ? 1 / forgetting : 1;
    for (let i = 0, at = 0; i < order; i++) {
      const scaled = gain[i]! * inverse;
      weights[i] = weights[i]! + scaled * error;
      for (let j = 0; j <= i; j++, at++) covariance[at] = (covariance[at]! - scaled * gain[j]!) * inflate;
    }
  }

  private reset(): void {
    this.weights.set(this.prior.mean);
    this.covariance.set(this.prior.covariance);
  }
}
