/** Errors of the paper's codec on records coded with one head throughout: of the signal, and of the tasks. */
import { HEADS, LATENT_COUNT, LATENT_RANGE, type Head } from '../lib/codec/latents.js';
import tf from '../lib/model/tf.js';
import { STEPS_PER_WINDOW } from '../lib/signal/grid.js';
import { prdn } from '../lib/tasks/reconstruction.js';
import { CLASS_COUNT, crossEntropy } from '../lib/tasks/rhythm.js';
import { decode, encode, type PaperNetworks } from './compressor.js';
import { millivoltsOf, type CincRecord } from './data/cinc.js';
import type { FrozenTasks } from './frozen-tasks.js';
import type { Figures } from './history.js';
import { meanByRecord, recordErrors, type WindowErrors } from './record-errors.js';
import { mean, rankCorrelation } from './statistics.js';
import { cutWindows, splitRows } from './windows.js';

export interface HeadErrors {
  /** One row per window, -1..1. */
  readonly latents: Float32Array[];
  /** By window; the rhythm error is the added cross-entropy. */
  readonly added: WindowErrors[];
  /** By window; the rhythm error is the cross-entropy against the record's label. */
  readonly label: WindowErrors[];
  /** By record, percent at 300 Hz. */
  readonly prdn: number[];
}

/** Errors of each head over all records, in the order of the records. */
export function collectErrors(
  records: readonly CincRecord[],
  networks: PaperNetworks,
  tasks: FrozenTasks,
): Record<Head, HeadErrors> {
  const none = (): HeadErrors => ({ latents: [], added: [], label: [], prdn: [] });
  const out: Record<Head, HeadErrors> = { 16: none(), 32: none(), 64: none() };
  for (const [done, record] of records.entries()) {
    if (done % 100 === 0) process.stderr.write(`paper: errors of ${done}/${records.length} records\n`);
    tf.tidy(() => {
      const millivolts = millivoltsOf(record);
      const { x, scale, offset, outcome } = recordErrors(tasks, cutWindows(millivolts));
      const latents = encode(networks, x, false);
      for (const head of HEADS) {
        const decoded = decode(networks, latents[head], head, false);
        const { errors, probabilities } = outcome(decoded);
        out[head].added.push(...errors);
        out[head].label.push(
          ...errors.map(([, peaks], w): WindowErrors => [labelError(probabilities, w, record), peaks]),
        );
        const values = tf.div(latents[head], LATENT_RANGE).dataSync() as Float32Array;
        out[head].latents.push(...splitRows(values, LATENT_COUNT[head]));
        const restored = tf.add(tf.mul(decoded, scale), offset).dataSync() as Float32Array;
        out[head].prdn.push(prdn(millivolts, restored));
      }
    });
  }
  return out;
}

function labelError(probabilities: Float32Array, window: number, { label }: CincRecord): number {
  const width = STEPS_PER_WINDOW * CLASS_COUNT;
  return crossEntropy(probabilities.subarray(window * width, (window + 1) * width), label);
}

/**
 * Means over records, and rank correlations over records of the reconstruction error (PRDN) with each task's error, which
 * the paper finds to be low.
 */
export function headFigures({ added, label, prdn: prdns }: HeadErrors): Figures {
  const [byAdded, byLabel] = [meanByRecord(added), meanByRecord(label)];
  const errors = {
    crossEntropy: byLabel.map(([own]) => own),
    added: byAdded.map(([own]) => own),
    peaks: byAdded.map(([, own]) => own),
  };
  return {
    prdnMedian: [...prdns].sort((a, b) => a - b)[prdns.length >> 1]!,
    ...Object.fromEntries(Object.entries(errors).map(([name, own]) => [`${name}Mean`, mean(own)])),
    ...Object.fromEntries(Object.entries(errors).map(([name, own]) => [`${name}Rank`, rankCorrelation(prdns, own)])),
  };
}
