/** Measures what compression added to the tasks of a whole record: the error that a bound limits. */
import type { Inference } from './inference.js';
import { matchBeats, peaksError, pickPeaks } from './peaks.js';
import { addedCrossEntropy } from './rhythm.js';

/** A record before and after compression, 8,960 samples at 300 Hz each, millivolts. */
export type RecordPair = readonly [original: Float32Array, decoded: Float32Array];

export interface RecordErrors {
  /** Added cross-entropy over the record, nats. */
  readonly rhythmError: number;
  /** Loss between the two distance maps over the record. */
  readonly peaksError: number;
  /** Beats of the original that the decoded signal lost, and beats that only the decoded signal has. */
  readonly beatsMissed: number;
  readonly beatsInvented: number;
}

/**
 * Whether nothing was lost, and hence no error added. The networks are not asked then: they may answer equal rows of a batch a
 * last bit apart.
 */
export function isLossless([original, decoded]: RecordPair): boolean {
  return original.every((v, i) => v === decoded[i]);
}

/** Errors are not finite if an input is not. */
export async function recordErrors(pair: RecordPair, inference: Inference): Promise<RecordErrors> {
  if (isLossless(pair)) return { rhythmError: 0, peaksError: 0, beatsMissed: 0, beatsInvented: 0 };
  const [rhythms, maps] = await Promise.all([inference.rhythm(pair), inference.peaks(pair)]);
  const [originalMap, decodedMap] = [maps[0]!, maps[1]!];
  const { missed, invented } = matchBeats(pickPeaks(originalMap), pickPeaks(decodedMap));
  return {
    rhythmError: addedCrossEntropy(rhythms[0]!, rhythms[1]!),
    peaksError: peaksError(originalMap, decodedMap),
    beatsMissed: missed,
    beatsInvented: invented,
  };
}
