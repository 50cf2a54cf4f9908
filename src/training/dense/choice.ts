/**
 * Chooses tau of the dense predictor: the largest at which validation records, sent window by window as the edge sends them,
 * keep the bounds in all but 1%, at every rhythm bound that it must serve. A choice on validation records, not a certificate.
 */
import { WINDOW, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import { outcomeAt, PEAKS_BOUND, RHYTHM_BOUNDS, TARGET, type RungRows } from '../tau.js';

/** From 2 down, each 5% below the one before. */
const GRID = Array.from({ length: 100 }, (_, i) => Number((2 * 0.95 ** i).toPrecision(4)));

export interface DenseTrial {
  readonly rhythmBound: number;
  readonly tau: number;
  /** Share of records above a bound. */
  readonly violations: number;
  readonly payloadGainTotal: number;
  /** Shares of windows by rung. */
  readonly rungs: Readonly<Record<string, number>>;
}

export interface DenseChoice {
  readonly tau: number;
  readonly records: number;
  /** At the chosen tau, by bound. */
  readonly trials: readonly DenseTrial[];
  /** At the largest tau that suffices for this bound alone. */
  readonly alone: readonly DenseTrial[];
}

/** Windows of validation records: all rungs in the same order of windows, and the bytes of the lossless rung. */
export interface ValidationRows {
  readonly rungs: readonly RungRows[];
  readonly lossless: { readonly name: string; readonly bytes: readonly number[] };
}

/** Returns tau 0 if even the smallest of the grid misses the target somewhere. */
export function chooseDenseTau(rows: ValidationRows): DenseChoice {
  const alone = RHYTHM_BOUNDS.map((bound) => {
    const trials = GRID.map((tau) => trial(rows, bound, tau));
    return trials.find(({ violations }) => violations <= TARGET) ?? trial(rows, bound, 0);
  });
  const common = GRID.find((tau) => RHYTHM_BOUNDS.every((bound) => trial(rows, bound, tau).violations <= TARGET)) ?? 0;
  const records = rows.lossless.bytes.length / WINDOWS_PER_RECORD;
  return { tau: common, records, trials: RHYTHM_BOUNDS.map((bound) => trial(rows, bound, common)), alone };
}

function trial({ rungs, lossless }: ValidationRows, rhythmBound: number, tau: number): DenseTrial {
  const { chosen, violations, shares } = outcomeAt(rungs, lossless.name, [rhythmBound, PEAKS_BOUND], tau);
  const bytes = chosen.reduce((sum, rung, window) => sum + (rung?.bytes ?? lossless.bytes)[window]!, 0);
  const short = (value: number): number => Number(value.toPrecision(4));
  return {
    rhythmBound,
    tau,
    violations: short(violations),
    payloadGainTotal: short((2 * WINDOW * chosen.length) / bytes),
    rungs: Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, short(share)])),
  };
}
