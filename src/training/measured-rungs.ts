/**
 * What every rung of the new ladder costs and adds to the tasks on the selection part, record by record. Minutes of
 * work: each record is kept in a file as soon as it is measured, and a run that finds the file goes on from it.
 */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { BorderCorrection } from '../lib/codec/border-correction.js';
import { tablesOf } from '../lib/codec/ladder.js';
import { encodeNeuralLatents, NEURAL_LATENTS, NEURAL_RANGE } from '../lib/codec/neural-latents.js';
import { dequantise, quantise } from '../lib/codec/neural-quantiser.js';
import { COEFFICIENT_RANGE, encodeTransform, quantiseWindow } from '../lib/codec/transform.js';
import { Network } from '../lib/model/network.js';
import tf from '../lib/model/tf.js';
import { WINDOW } from '../lib/signal/grid.js';
import { cutWindows } from './compressor.js';
import type { FrozenTasks } from './frozen-tasks.js';
import type { NeuralNetworks } from './neural.js';
import { recordErrors, type WindowErrors } from './record-errors.js';
import { throughTransform } from './transform-rungs.js';

export interface NewNeuralRung {
  readonly kind: 'neural';
  readonly name: string;
  readonly gains: readonly number[];
  readonly inverses: readonly number[];
  readonly counts: readonly (readonly number[])[];
}
export type NewRung =
  | NewNeuralRung
  | {
      readonly kind: 'transform';
      readonly name: string;
      readonly ratio: number;
      readonly counts: readonly (readonly number[])[];
    };

/** Header byte of the scale and those of the offset, which the latents' code does not show. */
const SCALE_BYTES = 3;

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
    /** What the measurement belongs to; a file of another identity is thrown away. */
    readonly identity: string;
    readonly rungs: readonly NewRung[];
    readonly networks: Pick<NeuralNetworks, 'encoder' | 'decoder'>;
    readonly borders: BorderCorrection;
    readonly tasks: FrozenTasks;
  },
): Promise<MeasuredRecord[]> {
  const { file, identity, rungs, networks, borders, tasks } = how;
  const known = await readMeasured(file, identity);
  if (known.size === 0) {
    await rm(file, { force: true });
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify({ identity })}\n`);
  }
  const neural = rungs.filter(({ kind }) => kind === 'neural');
  const measure = rungs.map((rung) => ({ rung, tables: tablesOf(rung.counts, rangeOf(rung)) }));
  const decoder = new Network(networks.decoder);
  const encoder = new Network(networks.encoder);
  for (const [done, { name, millivolts }] of records.entries()) {
    if (done % 50 === 0) process.stderr.write(`ladder: rungs of ${done}/${records.length} records\n`);
    if (known.has(name)) continue;
    const windows = cutWindows(millivolts);
    const measured: MeasuredRecord['rungs'] = {};
    tf.tidy(() => {
      const { x, scale, offset, of } = recordErrors(tasks, windows);
      const values = encoder.run(x.dataSync() as Float32Array, windows.length)[0]!;
      for (const { rung, tables } of measure) {
        let errors: WindowErrors[];
        let bytes: number[];
        if (rung.kind === 'neural') {
          const latents = quantise(values, rung);
          const decoded = decoder.run(dequantise(latents, rung), windows.length, rung.gains.length)[0]!;
          borders.apply(neural.indexOf(rung), decoded);
          errors = of(tf.tensor4d(decoded, [windows.length, 1, WINDOW, 1]));
          bytes = windows.map((_, w) => {
            const own = latents.subarray(w * NEURAL_LATENTS, (w + 1) * NEURAL_LATENTS);
            return SCALE_BYTES + encodeNeuralLatents(own, tables).length;
          });
        } else {
          const decoded = windows.map((window) => tf.tensor3d(throughTransform(window, rung.ratio), [1, WINDOW, 1]));
          errors = of(tf.div(tf.sub(tf.stack(decoded), offset), scale));
          bytes = windows.map((window) => encodeTransform(quantiseWindow(window, rung.ratio), tables).length);
        }
        measured[rung.name] = errors.map(([rhythm, peaks], w) => [bytes[w]!, rounded(rhythm), rounded(peaks)]);
      }
    });
    const record = { name, rungs: measured };
    known.set(name, record);
    await appendFile(file, `${JSON.stringify(record)}\n`);
  }
  return records.map(({ name }) => known.get(name)!);
}

async function readMeasured(file: string, identity: string): Promise<Map<string, MeasuredRecord>> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  if (lines[0] !== JSON.stringify({ identity })) return new Map();
  // The last line may have been cut by a kill.
  const records = lines.slice(1).flatMap((line) => {
    try {
      return [recordSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
  return new Map(records.map((record) => [record.name, record]));
}

function rangeOf({ kind }: NewRung): number {
  return kind === 'neural' ? NEURAL_RANGE : COEFFICIENT_RANGE;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
