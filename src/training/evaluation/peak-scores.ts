/** Scores of beat detectors against annotated beats; docs/beat-scoring.md has a worked example. */
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { matchBeats, type BeatMatch } from '../../lib/tasks/peaks.js';
import { bootstrap95, type Interval } from '../statistics.js';

/** Beats of a record, matched at 75 and at 150 ms. */
export interface PeakOutcome {
  readonly at75: BeatMatch;
  readonly at150: BeatMatch;
}

export interface PeakScores {
  readonly records: number;
  /** null if no beat is annotated or detected. */
  readonly f1: number | null;
  /** null if no beat is detected. */
  readonly precision: number | null;
  /** null if no beat is annotated. */
  readonly recall: number | null;
  /** F1 at 150 ms, the tolerance of ANSI/AAMI EC57. */
  readonly f1At150: number | null;
  /** Median over matched beats of detected minus annotated time, milliseconds; null if none matches. */
  readonly medianOffsetMs: number | null;
}

type Rates = Pick<PeakScores, 'f1' | 'precision' | 'recall'>;
/** 95% intervals by bootstrap over records; null if no draw gives a figure. */
export type PeakIntervals = Readonly<Record<keyof Rates, Interval | null>>;

/** Samples at 300 Hz, not rounded: 22.5 and 45. */
const TOLERANCE_75 = 0.075 * MODEL_RATE;
const TOLERANCE_150 = 0.15 * MODEL_RATE;

/** Matches annotated and detected beats of one record, both sorted, in samples at 300 Hz. */
export function comparePeaks(annotated: ArrayLike<number>, detected: ArrayLike<number>): PeakOutcome {
  return {
    at75: matchBeats(annotated, detected, TOLERANCE_75),
    at150: matchBeats(annotated, detected, TOLERANCE_150),
  };
}

/** Gross scores: over the beats of all records together. */
export function scorePeaks(outcomes: readonly PeakOutcome[]): PeakScores {
  const at75 = outcomes.map((outcome) => outcome.at75);
  const offset = median(at75.flatMap(({ offsets }) => offsets));
  return {
    records: outcomes.length,
    ...rates(at75),
    f1At150: rates(outcomes.map(({ at150 }) => at150)).f1,
    medianOffsetMs: offset === null ? null : (1000 * offset) / MODEL_RATE,
  };
}

/** Intervals of the figures at 75 ms. Records are drawn, not beats: beats of one patient resemble each other. */
export function peakIntervals(outcomes: readonly PeakOutcome[], seed = 1): PeakIntervals {
  return bootstrap95(
    outcomes.map(({ at75 }) => at75),
    rates,
    seed,
  );
}

function rates(matches: readonly BeatMatch[]): Rates {
  const sum = (key: 'matched' | 'missed' | 'invented'): number =>
    matches.reduce((total, match) => total + match[key], 0);
  const [matched, missed, invented] = [sum('matched'), sum('missed'), sum('invented')];
  return {
    f1: share(2 * matched, 2 * matched + missed + invented),
    precision: share(matched, matched + invented),
    recall: share(matched, matched + missed),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
