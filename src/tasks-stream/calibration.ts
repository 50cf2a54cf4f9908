/** Predicted and true errors of audited records, from which a calibration curve is drawn. */
import { PREDICTED_TASKS } from '../lib/codec/latents.js';
import { CATALOGUE } from '../lib/metrics/index.js';
import type { AuditResult } from '../lib/wire/index.js';

const RANGES = CATALOGUE.tasksPredictedRecords.labels.predicted;

export interface CalibrationPoint {
  readonly task: (typeof PREDICTED_TASKS)[number];
  /** Upper end of the range that the prediction falls in. */
  readonly range: string;
  /** Mean over the record's windows; a window sent losslessly without a prediction counts as 0. */
  readonly predicted: number;
  readonly error: number;
}

/** Returns one point per task; none if no window has a prediction, or if an error is not finite. */
export function calibrationOf({ predicted, rhythmError, peaksError }: AuditResult): CalibrationPoint[] {
  if (predicted === null || predicted.length === 0) return [];
  const errors = { rhythm: rhythmError, peaks: peaksError };
  return PREDICTED_TASKS.flatMap((task, i) => {
    const error = errors[task];
    const mean = predicted.reduce((sum, own) => sum + (own[i] ?? 0), 0) / predicted.length;
    if (error === null || !Number.isFinite(mean)) return [];
    const range = RANGES.find((end) => end === '+Inf' || mean <= Number(end)) ?? '+Inf';
    return [{ task, range, predicted: Math.max(0, mean), error }];
  });
}
