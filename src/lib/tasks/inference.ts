/** Batches the questions of a chunk of segments to the networks: rows of the same length share a run. */
import { STEP } from '../signal/grid.js';
import { normalisePeaks } from './peaks.js';
import { CLASS_COUNT, normaliseRhythm, softmax } from './rhythm.js';

/** Maximum rows per run: bounds memory and the time for which one call holds the network's thread. */
const MOST_ROWS = 32;
/** RPnet's input length is a multiple of this; the rest is filled with the last sample. */
const PEAKS_STRIDE = 64;

export interface Inference {
  /** Class probabilities [steps x 4] for each row of millivolts, which is a whole number of steps long. */
  readonly rhythm: (rows: readonly Float32Array[]) => Promise<Float32Array[]>;
  /** Distance map for each row of millivolts. */
  readonly peaks: (rows: readonly Float32Array[]) => Promise<Float32Array[]>;
}

export interface InferenceOptions {
  /** Runs a network on `n` rows of equal length, concatenated in `input`. Returns the classifier's logits or the maps. */
  readonly run: (network: 'rhythm' | 'peaks', input: Float32Array, n: number) => Promise<Float32Array>;
  /** Temperature from the classifier's manifest. */
  readonly temperature: number;
}

export function createInference({ run, temperature }: InferenceOptions): Inference {
  return {
    rhythm: (rows) =>
      inBatches(rows, async (batch, length) => {
        const input = new Float32Array(batch.length * length);
        batch.forEach((row, i) => {
          normaliseRhythm(row, input, i * length);
        });
        const logits = await run('rhythm', input, batch.length);
        const size = (length / STEP) * CLASS_COUNT;
        return batch.map((_, i) => softmax(logits.slice(i * size, (i + 1) * size), temperature));
      }),
    peaks: (rows) =>
      inBatches(rows, async (batch, length) => {
        const padded = Math.ceil(length / PEAKS_STRIDE) * PEAKS_STRIDE;
        const input = new Float32Array(batch.length * padded);
        batch.forEach((row, i) => {
          normalisePeaks(row, input, i * padded);
          input.fill(input[i * padded + length - 1] ?? 0, i * padded + length, (i + 1) * padded);
        });
        const maps = await run('peaks', input, batch.length);
        return batch.map((_, i) => maps.slice(i * padded, i * padded + length));
      }),
  };
}

/** Runs rows of equal length together and returns the results in the order of the rows. */
async function inBatches(
  rows: readonly Float32Array[],
  run: (batch: Float32Array[], length: number) => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const byLength = new Map<number, number[]>();
  rows.forEach((row, i) => byLength.set(row.length, [...(byLength.get(row.length) ?? []), i]));
  const results = new Array<Float32Array>(rows.length);
  for (const [length, indices] of byLength) {
    for (let first = 0; first < indices.length; first += MOST_ROWS) {
      const batch = indices.slice(first, first + MOST_ROWS);
      const outputs = await run(
        batch.map((i) => rows[i]!),
        length,
      );
      batch.forEach((i, k) => {
        results[i] = outputs[k]!;
      });
    }
  }
  return results;
}
