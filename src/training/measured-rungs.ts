/**
 * Measures what every rung of the new ladder costs and adds to the tasks on the selection part, record by record. This takes
 * minutes: each record is stored in a file as soon as it is measured, and a run that finds the file resumes from it.
 */
import { z } from 'zod';
import type { BorderCorrection } from '../lib/codec/border-correction.js';
import { readRung, type StoredRung } from '../lib/codec/ladder.js';
import { encodeNeuralPayload, neuralRowLength } from '../lib/codec/neural-payload.js';
import { dequantise, fromRows, quantise, toRows } from '../lib/codec/neural-quantiser.js';
import { encodeTransform, quantiseWindow } from '../lib/codec/transform.js';
import { Network } from '../lib/model/network.js';
import tf from '../lib/model/tf.js';
import { WINDOW } from '../lib/signal/grid.js';
import { openLines } from './dense/lines.js';
import type { FrozenTasks } from './frozen-tasks.js';
import type { NeuralNetworks } from './neural.js';
import { recordErrors, type WindowErrors } from './record-errors.js';
import { reconstructed } from './transform-rungs.js';
import { cutWindows } from './windows.js';

/** Rungs as the manifest will have them, without what is not known yet. */
export type NewNeuralRung = Omit<Extract<StoredRung, { kind: 'neural' }>, 'nominalGain'>;
export type NewTransformRung = Omit<Extract<StoredRung, { kind: 'transform' }>, 'nominalGain' | 'expected'>;
export type NewRung = NewNeuralRung | NewTransformRung;

/** The rung with neutral values for what is measured here. */
function stored(rung: NewRung): StoredRung {
  if (rung.kind === 'neural') return { ...rung, nominalGain: null };
  return { ...rung, nominalGain: null, expected: { rhythm: 0, peaks: 0 } };
}

const recordSchema = z.strictObject({
  name: z.string(),
  /** By rung, by window: payload bytes, error of rhythm, error of peaks. */
  rungs: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number()])).length(5)),
});
export type MeasuredRecord = z.infer<typeof recordSchema>;

export async function measureRungs(
  records: readonly { readonly name: string; readonly millivolts: Float32Array }[],
  how: {
    readonly file: string;
    /** What the measurement belongs to; a file of another identity is discarded. */
    readonly identity: string;
    readonly rungs: readonly NewRung[];
    readonly networks: Pick<NeuralNetworks, 'encoder' | 'decoder'>;
    readonly borders: BorderCorrection;
    readonly tasks: FrozenTasks;
  },
): Promise<MeasuredRecord[]> {
  const { file, identity, rungs, networks, borders, tasks } = how;
  const lines = await openLines(file, identity, recordSchema);
  const measure = rungs.map((rung, index) => readRung(stored(rung), index));
  const neural = measure.filter(({ kind }) => kind === 'neural');
  const decoder = new Network(networks.decoder);
  const encoder = new Network(networks.encoder);
  for (const [done, { name, millivolts }] of records.entries()) {
    if (done % 50 === 0) process.stderr.write(`ladder: rungs of ${done}/${records.length} records\n`);
    if (lines.known.has(name)) continue;
    const windows = cutWindows(millivolts);
    const measured: MeasuredRecord['rungs'] = {};
    tf.tidy(() => {
      const { samples, scales, scale, offset, of } = recordErrors(tasks, windows);
      const values = encoder.run(samples, windows.length)[0]!;
      for (const rung of measure) {
        let errors: WindowErrors[];
        let bytes: number[];
        if (rung.kind === 'neural') {
          const latents = quantise(values, rung);
          const decoded = decoder.run(dequantise(latents, rung), windows.length, rung.gains.length)[0]!;
          const rows = toRows(rung, latents, samples);
          borders.apply(neural.indexOf(rung), decoded, fromRows(rung, rows).ends);
          errors = of(tf.tensor4d(decoded, [windows.length, 1, WINDOW, 1]));
          const width = neuralRowLength(rung);
          bytes = scales.map(
            (own, w) => encodeNeuralPayload(rung, own, rows.subarray(w * width, (w + 1) * width)).length,
          );
        } else if (rung.kind === 'transform') {
          const codes = windows.map((window) => quantiseWindow(window, rung));
          const decoded = codes.map((code) => tf.tensor3d(reconstructed(code, rung), [1, WINDOW, 1]));
          errors = of(tf.div(tf.sub(tf.stack(decoded), offset), scale));
          bytes = codes.map((code) => encodeTransform(code, rung).length);
        } else {
          throw new Error(`${rung.name} is not measured`);
        }
        measured[rung.name] = errors.map(([rhythm, peaks], w) => [bytes[w]!, rounded(rhythm), rounded(peaks)]);
      }
    });
    await lines.add({ name, rungs: measured });
  }
  return records.map(({ name }) => lines.known.get(name)!);
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
