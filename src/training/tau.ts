/**
 * How far a prediction can be trusted: the largest tau with which the rule (predicted error / bound <= tau) keeps the bounds
 * on all but 1% of validation records. A choice on validation records, not a certificate.
 */
import { WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { meanByRecord, type WindowErrors } from './record-errors.js';

/** Bounds that a tau must serve: nats of added cross-entropy, the widest first, and the loss between distance maps. */
export const RHYTHM_BOUNDS = [0.75, 0.25, 0.1] as const;
export const PEAKS_BOUND = 0.1;
/** Share of validation records that may exceed a bound. */
export const TARGET = 0.01;

const WIDEST = [RHYTHM_BOUNDS[0], PEAKS_BOUND] as const;
/** From 1 down, each 5% below the one before. */
const GRID = Array.from({ length: 60 }, (_, i) => Number((0.95 ** i).toFixed(4)));

/** One rung on the windows of the validation records, in the same order for all rungs. */
export interface RungRows {
  readonly name: string;
  readonly errors: readonly Readonly<WindowErrors>[];
  readonly predicted: readonly Readonly<WindowErrors>[];
  /** Bytes of the payloads. */
  readonly bytes: readonly number[];
}

export interface TauChoice {
  readonly tau: number;
  readonly bounds: readonly number[];
  readonly records: number;
  /** Share of records above a bound. */
  readonly violations: number;
  /** Shares of windows by rung. */
  readonly rungs: Readonly<Record<string, number>>;
}

/** Chooses at the widest bounds. Tau 0 (never lossy): even the smallest misses the target. `lossless` names the fallback rung. */
export function chooseTau(rungs: readonly RungRows[], lossless: string): TauChoice {
  const records = (rungs[0]?.errors.length ?? 0) / WINDOWS_PER_RECORD;
  const tau = GRID.find((own) => outcomeAt(rungs, lossless, WIDEST, own).violations <= TARGET);
  const { violations, shares } = outcomeAt(rungs, lossless, WIDEST, tau ?? -1);
  return { tau: tau ?? 0, violations, rungs: shares, bounds: WIDEST, records };
}

/** Outcome at `tau`: each window goes by the rung with the fewest bytes of those predicted to keep the bounds. */
export function outcomeAt(
  rungs: readonly RungRows[],
  lossless: string,
  bounds: Readonly<WindowErrors>,
  tau: number,
): {
  /** By window; undefined if it goes losslessly. */
  readonly chosen: readonly (RungRows | undefined)[];
  /** Share of records above a bound. */
  readonly violations: number;
  /** Shares of windows by rung. */
  readonly shares: Readonly<Record<string, number>>;
} {
  const chosen = (rungs[0]?.errors ?? []).map((_, window) => choose(rungs, window, bounds, tau));
  const errors = meanByRecord(chosen.map((rung, window) => rung?.errors[window] ?? [0, 0]));
  const above = errors.filter((own) => bounds.some((bound, task) => !(own[task]! <= bound)));
  const names = [lossless, ...rungs.map(({ name }) => name)];
  const share = (name: string): number =>
    chosen.filter((rung) => (rung?.name ?? lossless) === name).length / chosen.length;
  return {
    chosen,
    violations: above.length / errors.length,
    shares: Object.fromEntries(names.map((name) => [name, share(name)])),
  };
}

function choose(
  rungs: readonly RungRows[],
  window: number,
  bounds: Readonly<WindowErrors>,
  tau: number,
): RungRows | undefined {
  return rungs
    .filter(({ predicted }) => bounds.every((bound, task) => predicted[window]![task]! <= tau * bound))
    .reduce<RungRows | undefined>(
      (best, rung) => (best === undefined || rung.bytes[window]! < best.bytes[window]! ? rung : best),
      undefined,
    );
}
