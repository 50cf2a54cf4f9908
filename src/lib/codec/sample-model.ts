import { log2, mixtureCdf } from './exact-math.js';
import type { BitCoder } from './range-coder.js';
import { SampleExpert, type ExpertPrior } from './sample-expert.js';

/** Trained initial state of the model for one kind of recorder. */
export interface Profile {
  readonly experts: readonly ExpertPrior[];
  /** Component weights (one per expert and spread, expert by expert) in calm, intermediate and loud stretches. */
  readonly mixture: readonly (readonly number[])[];
  /**
   * Shift of a positive sample's interval: 0 if the recorder rounded, so that x means [x - 0.5, x + 0.5);
   * 0.5 if it truncated towards zero, so that 7 means [7, 8), -7 means (-8, -7] and 0 means (-1, 1).
   */
  readonly offset: number;
}

/** Relative widths of each expert's three components, which tell calm from burst sample by sample. */
const SPREADS = [1, 0.5, 2] as const;
const MIXTURE_RATE = 0.005;
const MIN_CHANCE = 2;
/** First search step from the centre, in scales; about half of all errors lie within it. */
const STEP = 0.7;

/**
 * Models the next sample, given those before it, as a mixture of t distributions around the predictions of several
 * adaptive predictors. A sample is coded as the binary decisions of a search through that distribution.
 */
export class SampleModel {
  readonly experts: readonly SampleExpert[];
  readonly mixture: readonly Float64Array[];
  private readonly offset: number;
  /** Interval middles of the samples minus that of the first, preceded by as many zeros as the predictors look back. */
  private readonly history: Float64Array;
  private readonly pad: number;
  private readonly base: number;
  private at: number;
  private weights: Float64Array;
  private readonly centre: Float64Array;
  private readonly slope: Float64Array;
  /** Cumulative mass of each component at the lower and upper end of the search, and at the split under test. */
  private below: Float64Array;
  private above: Float64Array;
  private split: Float64Array;
  /** Start and first step of the search. */
  private start = 0;
  private stride = 1;

  /**
   * @param count samples of the window
   * @param first first sample of the window, already sent
   * @param reference mean |error| over the window
   */
  constructor(profile: Profile, count: number, first: number, reference: number) {
    this.experts = profile.experts.map((prior) => new SampleExpert(prior, reference));
    this.mixture = profile.mixture.map((weights) => Float64Array.from(weights));
    this.weights = this.mixture[0]!;
    this.offset = profile.offset;
    this.pad = Math.max(4, ...profile.experts.map((prior) => prior.mean.length));
    this.history = new Float64Array(this.pad + count);
    this.base = middle(first, this.offset);
    this.at = this.pad + 1;
    const components = this.experts.length * SPREADS.length;
    [this.centre, this.slope, this.below, this.above, this.split] = [0, 0, 0, 0, 0].map(
      () => new Float64Array(components),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  }

  /** Codes the next sample, -32768 to 32767, and returns it. A decoder ignores `sample`. */
  code(coder: BitCoder, sample: number): number {
    this.predict();
    const value = this.search(coder, sample);
    this.learn(value);
    return value;
  }

  private predict(): void {
    const { experts, history, at } = this;
    const a = history[at - 1]!;
    const b = history[at - 2]!;
    const c = history[at - 3]!;
    const bend = Math.abs(a - 2 * b + c) + Math.abs(b - 2 * c + history[at - 4]!);
    const curvature = log2(bend + 0.5);
    let step = Infinity;
    let mean = 0;
    for (let e = 0, k = 0; e < experts.length; e++) {
      const expert = experts[e]!;
      expert.predict(history, at, curvature);
      if (e === 0) this.weights = this.mixture[expert.activity]!;
      if (expert.scale < step) step = expert.scale;
      const slope = 1 / expert.scale;
      for (let s = 0; s < SPREADS.length; s++, k++) {
        this.centre[k] = expert.mean;
        this.slope[k] = slope / SPREADS[s]!;
        mean += this.weights[k]! * expert.mean;
      }
    }
    this.start = Math.floor(mean + this.base + 0.5) | 0;
    this.stride = Math.max(1, Math.floor(step * STEP + 0.5)) | 0;
  }

  /** Searches for the sample: doubles the step away from the centre until the sample is passed, then halves the interval. */
  private search(coder: BitCoder, sample: number): number {
    this.below.fill(0);
    this.above.fill(1);
    let low = -32768;
    let high = 32767;
    let massBelow = 0;
    let massAbove = 1;
    let step = this.stride;
    let split = Math.min(high, Math.max(low + 1, this.start));
    let direction = 0;
    for (;;) {
      const mass = this.cumulate(split);
      const whole = massAbove - massBelow;
      let one = whole > 1e-9 ? Math.floor((65536 * (massAbove - mass)) / whole) : 32768;
      one = one > MIN_CHANCE ? (one < 65536 - MIN_CHANCE ? one : 65536 - MIN_CHANCE) : MIN_CHANCE;
      const spare = this.split;
      if (coder.code(sample >= split ? 1 : 0, one) === 1) {
        low = split;
        massBelow = mass;
        this.split = this.below;
        this.below = spare;
        if (direction === 0) direction = 1;
        else if (direction < 0) direction = 2;
      } else {
        high = split - 1;
        massAbove = mass;
        this.split = this.above;
        this.above = spare;
        if (direction === 0) direction = -1;
        else if (direction === 1) direction = 2;
      }
      if (low === high) return low;
      if (direction === 1 && low + step <= high) split = low + step;
      else if (direction === -1 && high - step >= low) split = high - step + 1;
      else split = low + ((high - low + 1) >> 1);
      step *= 2;
    }
  }

  /** Returns the mixture's mass below sample `x` and writes the components' masses to `split`. */
  private cumulate(x: number): number {
    const edge = x - 0.5 + (x > 0 ? this.offset : -this.offset) - this.base;
    return mixtureCdf(edge, this.weights, this.centre, this.slope, this.split);
  }

  private learn(sample: number): void {
    const { weights, below, above, experts } = this;
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const evidence = weights[k]! * (above[k]! - below[k]! + 1e-9);
      below[k] = evidence;
      sum += evidence;
    }
    if (sum > 0) {
      for (let k = 0; k < weights.length; k++) {
        weights[k] = weights[k]! + MIXTURE_RATE * (below[k]! / sum - weights[k]!);
      }
    }
    const value = middle(sample, this.offset) - this.base;
    this.history[this.at++] = value;
    for (const expert of experts) expert.learn(value);
  }
}

/** Returns the middle of the interval that a sample stands for. */
export function middle(sample: number, offset: number): number {
  return sample > 0 ? sample + offset : sample < 0 ? sample - offset : 0;
}
