/**
 * Training data of the student: training records, the encoder's output for their windows, and the classifier's posteriors on
 * the original and on what two neural rungs, drawn for each record, make of it.
 */
import { z } from 'zod';
import { denormalise } from '../../lib/codec/payload.js';
import { NEURAL_LATENTS } from '../../lib/codec/neural-latents.js';
import { dequantise, quantise, toRows } from '../../lib/codec/neural-quantiser.js';
import { STEPS_PER_MILLIVOLT } from '../../lib/codec/window-scale.js';
import { joined } from '../../lib/prediction/sent-history.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import { seededRandom } from '../../lib/signal/random.js';
import type { Inference } from '../../lib/tasks/inference.js';
import { drawStart } from '../augmentation.js';
import { splitRows, cutWindows, normaliseWindows } from '../windows.js';
import type { CincRecord } from '../data/cinc.js';
import { openLines } from './lines.js';
import type { ShippedCodec } from './shipped-codec.js';

const DRAWN = 2;

const answerSchema = z.strictObject({
  name: z.string(),
  /** First sample of the 8,960 used. */
  from: z.int().nonnegative(),
  /** Indices among the neural rungs. */
  rungs: z.array(z.int().nonnegative()).length(DRAWN),
  /** Posteriors [35 x 4] on the original and each rung: little-endian 32-bit floats, base64. */
  posteriors: z.array(z.string()).length(DRAWN + 1),
});

/** Latents of five windows as the student sees them, and the classifier's posteriors [35 x 4]. */
export interface Lesson {
  readonly latents: readonly Float32Array[];
  readonly posterior: Float32Array;
}

/** Three lessons per record: the encoder's output itself, and the two rungs. */
export async function prepareLessons(
  records: readonly CincRecord[],
  how: {
    readonly file: string;
    readonly identity: string;
    readonly seed: number;
    readonly shipped: ShippedCodec;
    readonly inference: Inference;
  },
): Promise<Lesson[]> {
  const { file, identity, seed, shipped, inference } = how;
  const lines = await openLines(file, identity, answerSchema);
  const lessons: Lesson[] = [];
  for (const [done, record] of records.entries()) {
    if (done % 200 === 0) process.stderr.write(`dense: lessons of ${done}/${records.length} records\n`);
    const known = lines.known.get(record.name);
    const answer = known ?? { name: record.name, ...draw(record, seed, shipped.neural.length) };
    const millivolts = Float32Array.from(record.samples.subarray(answer.from, answer.from + RECORD), (v) => v * 1e-3);
    const windows = cutWindows(millivolts);
    const values = shipped.values(windows);
    const integers = answer.rungs.map((place) => values.map((own) => quantise(own, shipped.neural[place]!)));
    let posteriors: readonly Float32Array[];
    if (known === undefined) {
      const decoded = await Promise.all(answer.rungs.map((place, i) => decode(shipped, place, windows, integers[i]!)));
      posteriors = await inference.rhythm([millivolts, ...decoded]);
      await lines.add({ ...answer, posteriors: posteriors.map(toBase64) });
    } else {
      posteriors = known.posteriors.map(fromBase64);
    }
    lessons.push({ latents: values, posterior: posteriors[0]! });
    answer.rungs.forEach((place, i) => {
      const latents = integers[i]!.map((own) => dequantise(own, shipped.neural[place]!));
      lessons.push({ latents, posterior: posteriors[i + 1]! });
    });
  }
  return lessons;
}

function draw({ name, samples }: CincRecord, seed: number, rungs: number): { from: number; rungs: number[] } {
  const random = seededRandom(seed * 1_000_003 + Number(name.replace(/\D/g, '')));
  const from = drawStart(samples.length, RECORD, random);
  const first = random.integer(rungs);
  return { from, rungs: [first, (first + 1 + random.integer(rungs - 1)) % rungs] };
}

async function decode(
  { codec, neural }: ShippedCodec,
  place: number,
  windows: readonly Float32Array[],
  integers: readonly Int8Array[],
): Promise<Float32Array> {
  const rung = neural[place]!;
  const latents = new Int8Array(WINDOWS_PER_RECORD * NEURAL_LATENTS);
  integers.forEach((own, w) => {
    latents.set(own, w * NEURAL_LATENTS);
  });
  const { samples: normalised, scales } = normaliseWindows(windows);
  const rows = toRows(rung, latents, normalised);
  const output = await codec.decodeLatents(rung.index, rows, WINDOWS_PER_RECORD);
  return joined(
    splitRows(output, WINDOW).map((row, w) => {
      const samples = denormalise(row, scales[w]!);
      return Float32Array.from(samples, (v) => v / STEPS_PER_MILLIVOLT);
    }),
  );
}

function toBase64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
