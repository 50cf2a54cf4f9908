/** Measures what compression added to a task of one's own: its outputs on the original against those on the decoded signal. */
import { matchBeats } from '../peaks.js';
import type { OwnTaskManifest } from './manifest.js';

export type Outputs = ArrayLike<number>;

/** Probabilities below this are raised to it before a logarithm. */
const FLOOR = 1e-6;
/** Tolerance for the sum of a row of probabilities, which is 1. */
const ROUNDING = 1e-3;

/**
 * @param original outputs on the original, as the manifest declares them; `decoded`: those on the decoded signal
 * @returns at least 0; in the unit of the error's kind
 * @throws Error if outputs are not as the manifest says: they cannot be compared
 */
export function addedError(
  original: Outputs,
  decoded: Outputs,
  { outputs, error, rate }: Pick<OwnTaskManifest, 'outputs' | 'error' | 'rate'>,
): number {
  if (outputs.kind === 'events' && error.kind === 'one-minus-f1') {
    checkEvents(original);
    checkEvents(decoded);
    return oneMinusF1(original, decoded, error.withinSeconds * rate);
  }
  if (original.length !== decoded.length) {
    throw new Error(`${original.length} outputs on the original and ${decoded.length} on the decoded signal`);
  }
  if (outputs.kind === 'probabilities') {
    const classes = outputs.classes.length;
    checkProbabilities(original, classes);
    checkProbabilities(decoded, classes);
    return addedCrossEntropy(original, decoded, classes);
  }
  return meanAbsoluteDifference(original, decoded);
}

function oneMinusF1(original: Outputs, decoded: Outputs, tolerance: number): number {
  const total = original.length + decoded.length;
  return total === 0 ? 0 : 1 - (2 * matchBeats(original, decoded, tolerance).matched) / total;
}

/** Mean over rows of KL(original, decoded), nats. */
function addedCrossEntropy(original: Outputs, decoded: Outputs, classes: number): number {
  const rows = original.length / classes;
  if (rows === 0) return 0;
  let sum = 0;
  for (let i = 0; i < original.length; i++) {
    const p = original[i]!;
    sum += p * (Math.log(Math.max(p, FLOOR)) - Math.log(Math.max(decoded[i]!, FLOOR)));
  }
  // Rows that sum to slightly less than 1, or rounding, can leave the mean slightly below 0.
  return Math.max(0, sum / rows);
}

function meanAbsoluteDifference(original: Outputs, decoded: Outputs): number {
  let sum = 0;
  for (let i = 0; i < original.length; i++) sum += Math.abs(original[i]! - decoded[i]!);
  return original.length === 0 ? 0 : sum / original.length;
}

function checkEvents(events: Outputs): void {
  for (let i = 0; i < events.length; i++) {
    const inOrder = events[i]! >= (i === 0 ? 0 : events[i - 1]!);
    if (!inOrder || events[i] === Infinity) throw new Error(`event ${i} is ${events[i]!}: events are indices in order`);
  }
}

function checkProbabilities(values: Outputs, classes: number): void {
  for (let row = 0; row < values.length / classes; row++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += values[row * classes + c]! >= 0 ? values[row * classes + c]! : Number.NaN;
    if (!(Math.abs(sum - 1) <= ROUNDING)) throw new Error(`row ${row} is no ${classes} probabilities that sum to 1`);
  }
}
