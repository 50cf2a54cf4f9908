/**
 * Tau of the dense predictor: the largest with which validation records, sent window by window as the edge sends them, keep
 * the bounds in all but 1%, at every rhythm bound that it must serve. A choice on validation records, not a certificate.
 */
import { RECORD, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import { meanByRecord, type WindowErrors } from '../record-errors.js';
import type { RungRows } from '../tau.js';

const RHYTHM_BOUNDS = [0.75, 0.25, 0.1] as const;
const PEAKS_BOUND = 0.1;
const TARGET = 0.01;
/** From 2 down in steps of 5%. */
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
  /** At the tau that was chosen, by bound. */
  readonly trials: readonly DenseTrial[];
  /** At the largest tau that would do for this bound alone. */
  readonly alone: readonly DenseTrial[];
}

/** Windows of validation records: rungs in one order, and what the lossless one costs. */
export interface ValidationRows {
  readonly rungs: readonly RungRows[];
  readonly lossless: { readonly name: string; readonly bytes: readonly number[] };
}

/** Tau 0 where even the smallest of the grid breaks the target somewhere. */
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
  const bounds = [rhythmBound, PEAKS_BOUND] as const;
  const chosen = lossless.bytes.map((_, window) => choose(rungs, window, bounds, tau));
  const errors = meanByRecord(chosen.map((rung, window): WindowErrors => [...(rung?.errors[window] ?? [0, 0])]));
  const above = errors.filter((own) => bounds.some((bound, task) => !(own[task]! <= bound)));
  const bytes = chosen.reduce((sum, rung, window) => sum + (rung?.bytes ?? lossless.bytes)[window]!, 0);
  const names = [lossless.name, ...rungs.map(({ name }) => name)];
  const share = (name: string): number => chosen.filter((rung) => (rung?.name ?? lossless.name) === name).length / chosen.length; // prettier-ignore
  const short = (value: number): number => Number(value.toPrecision(4));
  return {
    ...{ rhythmBound, tau, violations: short(above.length / errors.length) },
    payloadGainTotal: short((2 * RECORD * errors.length) / bytes),
    rungs: Object.fromEntries(names.map((name) => [name, short(share(name))])),
  };
}

/** As the edge chooses: the fewest bytes of what is predicted to keep the bounds. */
function choose(
  rungs: readonly RungRows[],
  window: number,
  bounds: readonly number[],
  tau: number,
): RungRows | undefined {
  return rungs
    .filter(({ predicted }) => bounds.every((bound, task) => predicted[window]![task]! <= tau * bound))
    .reduce<RungRows | undefined>(
      (best, rung) => (best === undefined || rung.bytes[window]! < best.bytes[window]! ? rung : best),
      undefined,
    );
}
