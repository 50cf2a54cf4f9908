import type { BeatMatch } from '../../lib/tasks/peaks.js';

/** Gross score: beats of all records together. */
export function beatScore(matches: readonly BeatMatch[]): {
  readonly matched: number;
  readonly missed: number;
  readonly invented: number;
  readonly f1: number;
} {
  const sum = (key: 'matched' | 'missed' | 'invented'): number =>
    matches.reduce((total, match) => total + match[key], 0);
  const [matched, missed, invented] = [sum('matched'), sum('missed'), sum('invented')];
  return { matched, missed, invented, f1: (2 * matched) / Math.max(1, 2 * matched + missed + invented) };
}
