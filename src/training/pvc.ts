/** Trains the network of examples/tasks/pvc on MIT-BIH training patients and scores it on the other patients. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError } from '../lib/errors/index.js';
import tf, { type LayersModel, type SymbolicTensor, type Tensor } from '../lib/model/tf.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { parseOwnManifest } from '../lib/tasks/own/folder.js';
import { beatSpan } from '../lib/tasks/own/rows.js';
import { addWhiteNoise, coarselyCoded } from './augmentation.js';
import { loadVentricular, type VentricularRecord } from './data/ventricular.js';
import { train } from './loop.js';
import { origin } from './origin.js';
import { scoreVentricular, type VentricularCounts, type VentricularScores } from './pvc-scores.js';
import { readSplit, recordsOf } from './split.js';

export interface TrainPvcOptions {
  readonly data: string;
  readonly split: string;
  readonly work: string;
  /** Folder of the task; its manifest must exist and tells the length of a row. */
  readonly out: string;
  readonly json: string;
  readonly steps: number;
  readonly seed: number;
}

const BATCH = 128;
/** Share of ventricular beats in a batch: about three times that of the patients. */
const VENTRICULAR_SHARE = 0.25;
/** Variance below which a row is not amplified: 50 microvolts, squared. */
const QUIET = 0.05 ** 2;
/** Largest distance of a detector's peak from the cardiologist's, samples. */
const JITTER = 9;

export interface RowSpan {
  readonly before: number;
  readonly after: number;
}

export async function trainPvc(options: TrainPvcOptions): Promise<VentricularScores> {
  // The network need not exist yet.
  const { input, rate } = parseOwnManifest(await readFile(join(options.out, 'task.json'), 'utf8'), options.out);
  if (input?.kind !== 'beats')
    throw new DynamicDeepError('TASK_INVALID', `the task of ${options.out} has no rows of beats`);
  const span = beatSpan(input, rate);
  const parts = await readSplit(options.split);
  const load = (part: 'train' | 'selection'): Promise<VentricularRecord[]> =>
    Promise.all([...recordsOf(parts, part)].map((name) => loadVentricular(options.data, name)));
  const [training, held] = [await load('train'), await load('selection')];
  const { core, whole } = buildPvc(span.before + span.after, options.seed);
  const started = Date.now();
  const draw = beatDraws(training, span);
  await train({
    name: 'pvc',
    work: options.work,
    steps: options.steps,
    peakRate: 3e-3,
    warmup: 0.2,
    weightDecay: 1e-3,
    clipNorm: 1,
    networks: { pvc: core },
    identity: { seed: options.seed, span },
    loss: (step) => {
      const { x, y } = batch(draw, span, seededRandom(options.seed * 1_000_003 + step));
      const p = core.apply(x, { training: true }) as Tensor;
      return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.log(tf.add(p, 1e-7))), -1)));
    },
  });
  await save(whole, options.out);
  const scores = scoreVentricular(
    held.map((record) => countRecord(record, whole, span)),
    options.seed,
  );
  const data = `MIT-BIH, parts of ${options.split}: ${training.length} records train, ${held.length} held out`;
  await writeFile(
    options.json,
    `${JSON.stringify({ ...origin(options, started), steps: options.steps, data, parameters: core.countParams(), ...scores }, null, 2)}\n`,
  );
  return scores;
}

/**
 * Builds the network from rows of millivolts to the probabilities of `other` and `ventricular`. `core` takes rows without mean
 * and scale: it is the part that is trained, since tfjs's own layer normalisation passes no gradient here. `whole` removes
 * mean and scale itself.
 */
export function buildPvc(samples: number, seed: number): { readonly core: LayersModel; readonly whole: LayersModel } {
  const input = tf.input({ shape: [samples] });
  const init = (k: number) => tf.initializers.heNormal({ seed: seed * 100 + k });
  let x = tf.layers.reshape({ targetShape: [samples, 1] }).apply(input) as SymbolicTensor;
  [12, 16, 24, 32].forEach((filters, k) => {
    x = tf.layers
      .conv1d({ filters, kernelSize: 7, strides: 2, padding: 'same', activation: 'relu', kernelInitializer: init(k) })
      .apply(x) as SymbolicTensor;
  });
  const flat = tf.layers.flatten().apply(x);
  const output = tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: init(9) }).apply(flat);
  const core = tf.model({ inputs: input, outputs: output as SymbolicTensor, name: 'core' });
  const raw = tf.input({ shape: [samples] });
  const level = tf.layers.layerNormalization({ axis: -1, center: false, scale: false, epsilon: QUIET }).apply(raw);
  return { core, whole: tf.model({ inputs: raw, outputs: core.apply(level) as SymbolicTensor, name: 'pvc' }) };
}

/** Normalises as `whole` does. */
function normalise(row: Float32Array): Float32Array {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
  return row.map((v) => (v - mean) / Math.sqrt(variance + QUIET));
}

interface Draws {
  readonly ventricular: readonly (readonly [lead: Float32Array, at: number])[];
  readonly other: readonly (readonly [lead: Float32Array, at: number])[];
}

/** Beats of every lead whose row lies within the recording for every jitter. */
function beatDraws(records: readonly VentricularRecord[], { before, after }: RowSpan): Draws {
  const all = records.flatMap(({ leads, beats }) =>
    leads.flatMap((lead) =>
      beats
        .filter(({ at }) => at - before - JITTER >= 0 && at + after + JITTER <= lead.length)
        .map(({ at, ventricular }) => ({ ventricular, drawn: [lead, at] as const })),
    ),
  );
  const of = (wanted: boolean) => all.filter(({ ventricular }) => ventricular === wanted).map(({ drawn }) => drawn);
  return { ventricular: of(true), other: of(false) };
}

function batch(draws: Draws, { before, after }: RowSpan, random: Random): { x: Tensor; y: Tensor } {
  const length = before + after;
  const x = new Float32Array(BATCH * length);
  const y = new Float32Array(BATCH * 2);
  for (let row = 0; row < BATCH; row++) {
    const ventricular = random.uniform() < VENTRICULAR_SHARE;
    const from = draws[ventricular ? 'ventricular' : 'other'];
    const [lead, at] = from[random.integer(from.length)]!;
    const start = at - before + random.integer(2 * JITTER + 1) - JITTER;
    const signal = lead.slice(start, start + length);
    if (random.uniform() < 0.3) addWhiteNoise(signal, 0.05 * random.uniform(), random);
    const sent = random.uniform() < 0.3 ? coarselyCoded(signal, random) : signal;
    const sign = random.uniform() < 0.3 ? -1 : 1;
    const level = normalise(sent);
    for (let i = 0; i < length; i++) x[row * length + i] = sign * level[i]!;
    y[2 * row + Number(ventricular)] = 1;
  }
  return { x: tf.tensor2d(x, [BATCH, length]), y: tf.tensor2d(y, [BATCH, 2]) };
}

/** Scores the first lead at the annotated beats. */
function countRecord(
  { name, leads, beats }: VentricularRecord,
  network: LayersModel,
  { before, after }: RowSpan,
): VentricularCounts {
  const lead = leads[0]!;
  const inside = beats.filter(({ at }) => at >= before && at + after <= lead.length);
  const counts = { name, found: 0, missed: 0, invented: 0, rejected: 0 };
  for (let first = 0; first < inside.length; first += BATCH) {
    const rows = inside.slice(first, first + BATCH);
    const input = new Float32Array(rows.length * (before + after));
    rows.forEach(({ at }, row) => {
      input.set(lead.subarray(at - before, at + after), row * (before + after));
    });
    const p = tf.tidy(() => (network.predict(tf.tensor2d(input, [rows.length, before + after])) as Tensor).dataSync());
    rows.forEach(({ ventricular }, row) => {
      const called = p[2 * row + 1]! > 0.5;
      counts[ventricular ? (called ? 'found' : 'missed') : called ? 'invented' : 'rejected']++;
    });
  }
  return counts;
}

async function save(network: LayersModel, folder: string): Promise<void> {
  await network.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      await writeFile(
        join(folder, 'model.json'),
        `${JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }, null, 1)}\n`,
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
}
