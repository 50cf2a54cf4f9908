import { exp2, log2, studentScaleGradient } from './exact-math.js';
import { RecursiveLeastSquares, type WeightPrior } from './recursive-least-squares.js';

/** Initial state and learning parameters of one predictor of a profile. */
export interface ExpertPrior extends WeightPrior {
  /** Observation noise is scale^power * reference^(2 - power): 2 and 3 learn from calm stretches, 0 from all equally. */
  readonly power: 0 | 2 | 3;
  /** Share of the past that is kept from sample to sample. */
  readonly forgetting: number;
  /** Weights of the features in log2(scale); see `features`. */
  readonly scale: readonly number[];
}

const FEATURES = 8;
/** Rates of the four running averages of |error|: from the last few samples to most of the window. */
const RATES = [0.3, 0.08, 0.02, 0.005] as const;
const LEARNING_RATE = 5e-4;
/** With power 0 the noise is that of QRS complexes, whose errors are about this many times the reference. */
const LOUD = 4;

/** Predicts a sample's value and the scale of the prediction's error, then learns from the actual sample. */
export class SampleExpert {
  /** Predicted value and the scale of the t distribution around it, in units of the signal. */
  mean = 0;
  scale = 1;
  readonly prior: ExpertPrior;
  readonly scaleWeights: Float64Array;
  private readonly averages = new Float64Array(RATES.length);
  private readonly features = new Float64Array(FEATURES);
  private readonly predictor: RecursiveLeastSquares;
  private readonly reference: number;
  private readonly level: number;

  /** @param reference mean |error| that the encoder measured over the window, in units of the signal */
  constructor(prior: ExpertPrior, reference: number) {
    this.prior = prior;
    this.reference = reference;
    this.level = log2(reference + 0.2);
    this.scaleWeights = Float64Array.from(prior.scale);
    this.averages.fill(reference);
    this.predictor = new RecursiveLeastSquares(prior);
  }

  /** 0 in calm, 1 in intermediate, 2 in loud stretches: compares the newest errors with those of the last 50 samples. */
  get activity(): 0 | 1 | 2 {
    const now = this.averages[0]!;
    const usual = this.averages[2]!;
    return now < 0.6 * usual ? 0 : now < 1.2 * usual ? 1 : 2;
  }

  /** @param curvature log2 of the recent second differences, shared by the experts */
  predict(history: Float64Array, end: number, curvature: number): void {
    const { features, averages, level, scaleWeights } = this;
    this.mean = this.predictor.predict(history, end);
    features[0] = 1;
    for (let k = 0; k < RATES.length; k++) features[1 + k] = log2(averages[k]! + 0.2) - level;
    features[5] = curvature - level;
    // Rounding may leave a tiny negative variance.
    features[6] = 0.5 * log2(Math.max(0, this.predictor.uncertainty) + 0.01) - level;
    features[7] = level;
    let logScale = level;
    for (let k = 0; k < FEATURES; k++) logScale += scaleWeights[k]! * features[k]!;
    this.scale = exp2(logScale < 17 ? (logScale > -6 ? logScale : -6) : 17) + 0.08;
    if (!(this.mean > -1e6 && this.mean < 1e6)) this.mean = 0;
  }

  learn(value: number): void {
    const { averages, features, scale, scaleWeights, reference, prior } = this;
    const error = value - this.mean;
    const gradient = studentScaleGradient((error * error) / (scale * scale)) * LEARNING_RATE;
    for (let k = 0; k < FEATURES; k++) scaleWeights[k] = scaleWeights[k]! + gradient * features[k]!;
    const size = error < 0 ? -error : error;
    for (let k = 0; k < RATES.length; k++) averages[k] = averages[k]! + (size - averages[k]!) * RATES[k]!;
    let noise = scale * scale;
    if (prior.power === 0) noise = LOUD * LOUD * reference * reference;
    else if (prior.power === 3) noise *= scale / reference;
    this.predictor.learn(error, noise * 1.3 + 0.05, prior.forgetting);
  }
}
