/** Measured windows as rows, record after record. */
import { PREDICTED_TASKS } from '../../lib/codec/latents.js';
import { WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import type { WindowErrors } from '../record-errors.js';
import { rankCorrelation } from '../statistics.js';
import type { ValidationRows } from './choice.js';
import type { MeasuredWindows } from './measured-windows.js';

function windowAt(measured: readonly MeasuredWindows[], rung: string, row: number): readonly [number, number, number] {
  return measured[Math.floor(row / WINDOWS_PER_RECORD)]!.rungs[rung]![row % WINDOWS_PER_RECORD]!;
}

export function errorsAt(measured: readonly MeasuredWindows[], rung: string, row: number): WindowErrors {
  const [, rhythm, peaks] = windowAt(measured, rung, row);
  return [rhythm, peaks];
}

/**
 * Windows from row `first` on, in the form in which tau is chosen on them.
 *
 * @param predicted predicted error by row, counted from `first`, and by output
 */
export function validationRows(
  measured: readonly MeasuredWindows[],
  rungs: readonly string[],
  lossless: string,
  first: number,
  predicted: (row: number, output: number) => number,
): ValidationRows {
  const rows = Array.from({ length: measured.length * WINDOWS_PER_RECORD - first }, (_, row) => row);
  const bytesOf = (name: string): number[] => rows.map((row) => windowAt(measured, name, first + row)[0]);
  return {
    lossless: { name: lossless, bytes: bytesOf(lossless) },
    rungs: rungs.map((name, rung) => ({
      name,
      bytes: bytesOf(name),
      errors: rows.map((row) => errorsAt(measured, name, first + row)),
      predicted: rows.map((row): WindowErrors => [predicted(row, 2 * rung), predicted(row, 2 * rung + 1)]),
    })),
  };
}

/** Rank correlation of predicted and true errors, by rung and task. */
export function ranksOf({ rungs }: ValidationRows): Record<string, Record<string, number>> {
  const rankOf = (of: ValidationRows['rungs'][number], task: number): number =>
    rankCorrelation(
      of.errors.map((own) => own[task]!),
      of.predicted.map((own) => own[task]!),
    );
  const short = (value: number): number => Number(value.toPrecision(3));
  return Object.fromEntries(
    rungs.map((rung) => [
      rung.name,
      Object.fromEntries(PREDICTED_TASKS.map((task, t) => [task, short(rankOf(rung, t))])),
    ]),
  );
}
