/**
 * A cheap causal QRS detector that only says when the last beat was and how fast the last few came. It decides when a window
 * closes early, never what a clinician sees. The two kinds of mistake have different costs: a missed beat costs bytes (a window
 * is coded losslessly in pieces), and noise taken for a beat delays an alarm by some seconds.
 *
 * Slope energy with a threshold that follows the beats, after J. Pan and W. J. Tompkins, "A real-time QRS detection algorithm",
 * IEEE Trans. Biomed. Eng. 32(3), 1985, in whole numbers: blocks of about 4 ms, a median of 20 ms that removes pacing pulses,
 * the absolute difference over 20 ms, its mean over 80 ms. About 30 operations a block, one addition a native sample.
 */
export interface QrsWatchOptions {
  /** Native rate in Hz, 50 to 10,000. */
  readonly rate: number;
  /** ADC units per millivolt; the sign is ignored. */
  readonly gain: number;
}

const BLOCK_RATE = 250;
const MEDIAN_SECONDS = 0.02;
const SLOPE_SECONDS = 0.02;
const MEAN_SECONDS = 0.08;
/** IEC 60601-2-27: a heart rate meter shall not respond to 0.15 mV or less; such a beat has about half that slope. */
const FLOOR_MV = 0.05;
/** Shortest interval between two beats: 240 a minute. */
const REFRACTORY_SECONDS = 0.25;
/** Share of the usual beat's slope that a slope must reach: high just after a beat, where the T wave comes, then lower. */
const SHARE = 0.3;
const SHARE_AFTER_BEAT = 0.75;
const SHARE_FALLS_SECONDS = 0.36;
/** A slope of this many times that of the quiet line is a beat; muscle noise stays below. */
const OVER_QUIET = 5;
/** Share of the time in which the line is quieter than `quiet`: low enough for 200 beats a minute. */
const QUIET_QUANTILE = 0.3;
const QUIET_SECONDS = 1;
/** Time constant by which the usual beat is forgotten without beats: noise ten times as high blinds for a few seconds only. */
const FORGET_SECONDS = 2;
/** Weight of a new beat in the usual beat. */
const BEAT_WEIGHT = 0.25;
/** Number of intervals that each of the two rates uses, and of those kept: a T wave may cut each slow one in two. */
const FAST_INTERVALS = 5;
const SLOW_INTERVALS = 3;
const KEPT_INTERVALS = 2 * SLOW_INTERVALS + 2;
/** A detection this soon after a beat, and followed by an interval at least twice as long, may be the T wave of that beat. */
const T_WAVE_SECONDS = 0.5;
/** For the fast rate, a detection that soon is a T wave if its slope is less than this share of that beat's slope. */
const T_WAVE_SHARE = 0.6;
/** Share of the mean interval: with one missed beat in five, this is still the true interval. */
const MEAN_SHARE = 5 / 6;
/**
 * Between two beats a line is calm for a while: its slope stays below this share of the steepest one of the last second. Waves
 * like those of fibrillation leave no such calm ([measured](../../../docs/decisions/2026-11-28-fibrillation.md)).
 */
const CALM_SHARE = 0.12;
const CALM_SECONDS = 0.2;
/** The steepest slope is kept for each quarter of the last second. */
const PEAK_SECONDS = 0.25;
const PEAKS = 4;

interface Beat {
  /** Seconds from the first sample. */
  readonly at: number;
  /** Its highest slope, millivolts over 20 ms. */
  readonly slope: number;
}

export class QrsWatch {
  readonly #rate: number;
  readonly #perBlock: number;
  readonly #seconds: number;
  readonly #unit: number;
  readonly #median: number;
  readonly #slope: number;
  readonly #blocks: Float64Array;
  readonly #filtered: Float64Array;
  readonly #slopes: Float64Array;
  readonly #sorted: Float64Array;
  #samples = 0;
  #sum = 0;
  #inBlock = 0;
  #count = 0;
  #slopeSum = 0;
  #quiet = FLOOR_MV / OVER_QUIET;
  #usual = 0;
  /** The newest beat until its highest slope is known. */
  #open: Beat | undefined;
  #armed = true;
  #last: number | undefined;
  #intervals: number[] = [];
  /** Beats that are not T waves, judging by their slope. */
  #steep: Beat[] = [];
  #lastCalm: number | undefined;
  /** Number of blocks for which the line has been calm. */
  #calm = 0;
  readonly #perPeak: number;
  readonly #peaks = new Float64Array(PEAKS);

  constructor({ rate, gain }: QrsWatchOptions) {
    this.#rate = rate;
    this.#perBlock = Math.max(1, Math.round(rate / BLOCK_RATE));
    this.#seconds = this.#perBlock / rate;
    const blocks = (seconds: number): number => Math.max(1, Math.round(seconds / this.#seconds));
    // Odd. Below 100 Hz, where three samples are half a QRS, it is 1: no median.
    this.#median = 2 * Math.floor(MEDIAN_SECONDS / this.#seconds / 2) + 1;
    this.#slope = blocks(SLOPE_SECONDS);
    this.#blocks = new Float64Array(this.#median);
    this.#sorted = new Float64Array(this.#median);
    this.#filtered = new Float64Array(this.#slope);
    this.#slopes = new Float64Array(blocks(MEAN_SECONDS));
    this.#perPeak = blocks(PEAK_SECONDS);
    this.#unit = 1 / (Math.abs(gain) * this.#perBlock * this.#slopes.length);
  }

  /** Seconds from the first sample to the last beat; undefined before the first, and after `restart`. */
  get last(): number | undefined {
    return this.#last;
  }

  /**
   * Seconds from the first sample to the last moment at which the line was calm; undefined before the first, and after
   * `restart`.
   */
  get lastCalm(): number | undefined {
    return this.#lastCalm;
  }

  /** Begins anew after `missing` samples: what was known of the beats no longer counts. */
  restart(missing: number): void {
    this.#samples += missing;
    this.#sum = 0;
    this.#inBlock = 0;
    this.#count = 0;
    this.#slopeSum = 0;
    this.#slopes.fill(0);
    this.#armed = true;
    this.#last = undefined;
    this.#open = undefined;
    this.#intervals = [];
    this.#steep = [];
    this.#lastCalm = undefined;
    this.#calm = 0;
    this.#peaks.fill(0);
  }

  /** Takes the next native ADC value, never MISSING. */
  push(value: number): void {
    this.#samples++;
    this.#sum += value;
    if (++this.#inBlock < this.#perBlock) return;
    const block = this.#sum;
    this.#sum = 0;
    this.#inBlock = 0;
    this.#takeBlock(block);
  }

  /**
   * Median of the last five intervals in seconds, or 5/6 of their mean if that is longer. Thus pairs of beats do not count as a
   * fast rate, and one missed beat does not hide a fast rate. T waves are left out by their slope. Undefined before there are
   * five intervals.
   */
  get fastInterval(): number | undefined {
    const beats = this.#steep;
    if (beats.length <= FAST_INTERVALS) return undefined;
    const mean = (beats.at(-1)!.at - beats[0]!.at) / FAST_INTERVALS;
    return Math.max(median(beats.slice(1).map(({ at }, i) => at - beats[i]!.at)), MEAN_SHARE * mean);
  }

  /**
   * Median of the last three intervals in seconds, including the one still open if it is the longest. T waves taken for beats
   * are left out. In a bigeminus the early beats are thus taken for T waves, which costs bytes. Undefined before there are
   * three intervals.
   */
  slowInterval(now: number): number | undefined {
    if (this.#last === undefined) return undefined;
    const intervals = withoutTWaves([...this.#intervals, now - this.#last]);
    const closed = intervals.slice(-1 - SLOW_INTERVALS, -1);
    if (closed.length < SLOW_INTERVALS) return undefined;
    const open = intervals.at(-1)!;
    return median(open > Math.max(...closed) ? [...closed.slice(1), open] : closed);
  }

  #takeBlock(block: number): void {
    const n = this.#count++;
    this.#blocks[n % this.#median] = block;
    if (n < this.#median - 1) return;
    const filtered = this.#medianOfBlocks();
    const at = n % this.#slope;
    const difference = n < this.#median - 1 + this.#slope ? 0 : Math.abs(filtered - this.#filtered[at]!);
    this.#filtered[at] = filtered;
    const oldest = n % this.#slopes.length;
    // Whole numbers: the sum stays exact however long the stream is.
    this.#slopeSum += difference - this.#slopes[oldest]!;
    this.#slopes[oldest] = difference;
    const slope = this.#slopeSum * this.#unit;
    this.#watchCalm(slope, n);
    this.#decide(slope);
  }

  #watchCalm(slope: number, n: number): void {
    const place = Math.floor(n / this.#perPeak) % PEAKS;
    if (n % this.#perPeak === 0) this.#peaks[place] = 0;
    this.#peaks[place] = Math.max(this.#peaks[place]!, slope);
    const limit = Math.max(CALM_SHARE * Math.max(...this.#peaks), FLOOR_MV / OVER_QUIET);
    this.#calm = slope < limit ? this.#calm + 1 : 0;
    if (this.#calm * this.#seconds >= CALM_SECONDS) this.#lastCalm = this.#samples / this.#rate;
  }

  #medianOfBlocks(): number {
    if (this.#median === 1) return this.#blocks[0]!;
    this.#sorted.set(this.#blocks);
    return this.#sorted.sort()[this.#median >> 1]!;
  }

  /** `slope`: mean absolute difference over 20 ms, in millivolts. */
  #decide(slope: number): void {
    const step = this.#seconds / QUIET_SECONDS;
    this.#quiet *= 1 + step * (slope > this.#quiet ? QUIET_QUANTILE : QUIET_QUANTILE - 1);
    this.#quiet = Math.max(this.#quiet, FLOOR_MV / OVER_QUIET / 4);
    const now = this.#samples / this.#rate;
    const since = this.#last === undefined ? Infinity : now - this.#last;
    const fresh = Math.max(0, 1 - since / SHARE_FALLS_SECONDS);
    const share = SHARE + (SHARE_AFTER_BEAT - SHARE) * fresh;
    const threshold = Math.max(FLOOR_MV, OVER_QUIET * this.#quiet, share * this.#usual);
    if (since < REFRACTORY_SECONDS) {
      if (slope > (this.#open?.slope ?? 0)) this.#open = { at: this.#last!, slope };
      return;
    }
    this.#learn();
    if (since > 2 * FORGET_SECONDS) this.#usual *= 1 - this.#seconds / FORGET_SECONDS;
    if (slope < threshold) {
      this.#armed ||= slope < threshold / 2;
      return;
    }
    if (!this.#armed) return;
    this.#armed = false;
    if (this.#last !== undefined) this.#intervals = [...this.#intervals.slice(1 - KEPT_INTERVALS), since];
    this.#last = now;
    this.#open = { at: now, slope };
  }

  /** Learns the usual beat from the newest one, whose highest slope is now known. */
  #learn(): void {
    const beat = this.#open;
    if (beat === undefined) return;
    this.#open = undefined;
    this.#usual = this.#usual === 0 ? beat.slope : this.#usual + BEAT_WEIGHT * (beat.slope - this.#usual);
    const before = this.#steep.at(-1);
    const isTWave =
      before !== undefined && beat.at - before.at <= T_WAVE_SECONDS && beat.slope < T_WAVE_SHARE * before.slope;
    if (!isTWave) this.#steep = [...this.#steep.slice(-FAST_INTERVALS), beat];
  }
}

function withoutTWaves(intervals: readonly number[]): number[] {
  const whole: number[] = [];
  for (let i = 0; i < intervals.length; i++) {
    const [interval, next] = [intervals[i]!, intervals[i + 1]];
    const isToTWave = interval <= T_WAVE_SECONDS && next !== undefined && next >= 2 * interval;
    whole.push(isToTWave ? interval + intervals[++i]! : interval);
  }
  return whole;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
