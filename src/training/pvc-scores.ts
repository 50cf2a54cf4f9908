/** Scores of ventricular against other beats, by record. */
import { bootstrap95, type Interval } from './statistics.js';

export interface VentricularCounts {
  readonly name: string;
  /** Ventricular beats that were, and were not, classified as such. */
  readonly found: number;
  readonly missed: number;
  /** Other beats that were, and were not, classified as ventricular. */
  readonly invented: number;
  readonly rejected: number;
}

type Figure = 'sensitivity' | 'precision' | 'f1' | 'specificity';

export interface VentricularScores {
  readonly figures: Readonly<Record<Figure, number | null>>;
  /** 95% intervals, by bootstrap over records. */
  readonly intervals: Readonly<Record<Figure, Interval | null>>;
  readonly records: readonly VentricularCounts[];
}

export function scoreVentricular(records: readonly VentricularCounts[], seed: number): VentricularScores {
  return { figures: figuresOf(records), intervals: bootstrap95(records, figuresOf, seed), records };
}

/** A figure is null if its denominator is 0. */
function figuresOf(records: readonly VentricularCounts[]): Record<Figure, number | null> {
  const sum = (key: 'found' | 'missed' | 'invented' | 'rejected'): number =>
    records.reduce((total, own) => total + own[key], 0);
  const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
  const [found, missed, invented, rejected] = [sum('found'), sum('missed'), sum('invented'), sum('rejected')];
  return {
    sensitivity: ratio(found, found + missed),
    precision: ratio(found, found + invented),
    f1: ratio(2 * found, 2 * found + missed + invented),
    specificity: ratio(rejected, rejected + invented),
  };
}
