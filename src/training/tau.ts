/**
 * How far a prediction is to be trusted: the largest tau with which the rule (predicted error / bound <= tau) keeps the
 * default bounds on all but 1% of validation records. A choice on validation records, not a certificate.
 */
import { WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { meanByRecord, type WindowErrors } from './record-errors.js';

/** Defaults of the services: nats of added cross-entropy, loss between distance maps. */
const BOUNDS = [0.75, 0.1] as const;
const TARGET = 0.01;
/** From 1 down in steps of 5%. */
const GRID = Array.from({ length: 60 }, (_, i) => 0.95 ** i);

/** A rung on the windows of the validation records, in one order for all rungs. */
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

/** Tau 0 (never lossy) where even the smallest of the grid breaks the target. `lossless` names the rung that is left. */
export function chooseTau(rungs: readonly RungRows[], lossless: string): TauChoice {
  const records = (rungs[0]?.errors.length ?? 0) / WINDOWS_PER_RECORD;
  const outcomes = GRID.map((tau) => outcome(rungs, lossless, Number(tau.toFixed(4))));
  const kept = outcomes.find(({ violations }) => violations <= TARGET);
  return { ...(kept ?? outcome(rungs, lossless, -1)), tau: kept?.tau ?? 0, bounds: BOUNDS, records };
}

function outcome(
  rungs: readonly RungRows[],
  lossless: string,
  tau: number,
): Pick<TauChoice, 'tau' | 'violations' | 'rungs'> {
  const windows = (rungs[0]?.errors ?? []).map((_, i) => chosen(rungs, i, tau));
  const errors = meanByRecord(windows.map((rung, i) => rung?.errors[i] ?? [0, 0]));
  const above = errors.filter((own) => BOUNDS.some((bound, task) => !(own[task]! <= bound)));
  const names = [lossless, ...rungs.map(({ name }) => name)];
  const share = (name: string): number =>
    windows.filter((rung) => (rung?.name ?? lossless) === name).length / windows.length;
  return {
    tau,
    violations: above.length / errors.length,
    rungs: Object.fromEntries(names.map((name) => [name, share(name)])),
  };
}

/** As the edge chooses: the fewest bytes of what is predicted to keep the bounds. */
function chosen(rungs: readonly RungRows[], window: number, tau: number): RungRows | undefined {
  return rungs
    .filter(({ predicted }) => BOUNDS.every((bound, task) => predicted[window]![task]! <= tau * bound))
    .reduce<RungRows | undefined>(
      (best, rung) => (best === undefined || rung.bytes[window]! < best.bytes[window]! ? rung : best),
      undefined,
    );
}
