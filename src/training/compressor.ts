/**
 * Trains the paper's codec in its first two phases: reconstruction on MIT-BIH, then fine-tuning on CinC 2017 through
 * the frozen tasks. Eq. (1) divides by samples near zero and is not trained on, here as in the paper's own code: the
 * reconstruction loss is the mean squared error of windows with unit deviation.
 */
import { join } from 'node:path';
import { LATENT_RANGE } from '../lib/codec/latents.js';
import { measureScale, offsetMillivolts, scaleMillivolts } from '../lib/codec/window-scale.js';
import { loadTasks } from './frozen-tasks.js';
import { buildPaperDecoder, buildPaperEncoder, type PaperDecoder } from '../lib/model/architectures/paper-codec.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork, writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import { loadCinc } from './data/cinc.js';
import { loadBeats } from './data/mitbih.js';
import { train } from './loop.js';
import { origin } from './origin.js';
import { readSplit, recordsOf } from './split.js';
import { peaksLoss, rhythmLoss } from './task-losses.js';

export interface TrainCompressorOptions {
  readonly mitdb: string;
  readonly mitdbSplit: string;
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  readonly work: string;
  readonly reconstructionSteps: number;
  readonly fineTuneSteps: number;
  readonly seed: number;
}

const WINDOWS_PER_BATCH = 32;
const RECORDS_PER_BATCH = 6;
/** Weights of eq. (3): reconstruction, rhythm and peaks. */
const W_RECONSTRUCTION = 1;
const W_RHYTHM = 0.25;
const W_PEAKS = 5;
/** Windows of a batch whose distance maps are compared: RPnet costs more than everything else together. */
const PEAK_WINDOWS = 8;

export interface PaperNetworks {
  readonly encoder: LayersModel;
  readonly decoder: PaperDecoder;
}

/** Both phases; the networks are left in `work`/trained for the third. */
export async function trainCompressor(options: TrainCompressorOptions): Promise<void> {
  const started = Date.now();
  const networks = buildNetworks();
  await reconstruct(options, networks);
  await fineTune(options, networks);
  const entries = Object.entries(listNetworks(networks));
  await writeModel(
    trainedFolder(options.work),
    {
      name: 'codec',
      version: 1,
      architecture: { kind: 'paper-codec', config: {} },
      parameters: {},
      training: {
        ...origin(options, started),
        data: 'phase 1: MIT-BIH Arrhythmia Database, part "train" of models/splits/mitdb.csv; phases 2 and 3: PhysioNet/CinC Challenge 2017, parts "train" and "selection" of models/splits/cinc2017.csv',
        reconstructionSteps: options.reconstructionSteps,
        fineTuneSteps: options.fineTuneSteps,
      },
    },
    Object.fromEntries(entries.map(([key, network]) => [key, { network, dtype: 'float32' as const }])),
  );
}

/** The networks as `trainCompressor` left them, and what it says of their making. */
export async function loadTrained(
  work: string,
): Promise<{ networks: PaperNetworks; training: Record<string, unknown> }> {
  const folder = trainedFolder(work);
  const { manifest } = await readManifest(folder);
  const networks = buildNetworks();
  for (const [key, network] of Object.entries(listNetworks(networks))) {
    await loadNetwork(folder, manifest, key, network);
  }
  return { networks, training: manifest.training };
}

function buildNetworks(): PaperNetworks {
  return { encoder: buildPaperEncoder(), decoder: buildPaperDecoder() };
}

function trainedFolder(work: string): string {
  return join(work, 'trained');
}

/** The networks as the training loop and the files list them. */
function listNetworks({ encoder, decoder }: PaperNetworks): Record<string, LayersModel> {
  return { encoder, adapter32: decoder.adapter32, adapter64: decoder.adapter64, shared: decoder.shared };
}

async function reconstruct(options: TrainCompressorOptions, networks: PaperNetworks): Promise<void> {
  const names = recordsOf(await readSplit(options.mitdbSplit), 'train');
  const leads = (await Promise.all([...names].map((name) => loadBeats(options.mitdb, name)))).flat();
  await train({
    name: 'compressor phase 1',
    work: `${options.work}/phase1`,
    steps: options.reconstructionSteps,
    peakRate: 2e-3,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks: listNetworks(networks),
    identity: { seed: options.seed, phase: 1 },
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const windows = Array.from({ length: WINDOWS_PER_BATCH }, () => {
        const { samples } = leads[random.integer(leads.length)]!;
        const start = random.integer(samples.length - WINDOW);
        const sign = random.uniform() < 0.3 ? -1 : 1;
        return samples.slice(start, start + WINDOW).map((v) => v * sign);
      });
      const { x } = normalised(windows);
      const latents = encode(networks, x, true);
      return tf.add(
        tf.losses.meanSquaredError(x, decode(networks, latents[0], 32, true)),
        tf.losses.meanSquaredError(x, decode(networks, latents[1], 64, true)),
      );
    },
  });
}

async function fineTune(options: TrainCompressorOptions, networks: PaperNetworks): Promise<void> {
  const names = recordsOf(await readSplit(options.cincSplit), 'train');
  const records = (await loadCinc(options.cinc, options.cincLabels, names)).filter((r) => r.samples.length >= RECORD);
  const tasks = await loadTasks(options.models);
  await train({
    name: 'compressor phase 2',
    work: `${options.work}/phase2`,
    steps: options.fineTuneSteps,
    peakRate: 1e-3,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks: listNetworks(networks),
    identity: { seed: options.seed, phase: 2, from: options.reconstructionSteps },
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const windows = Array.from({ length: RECORDS_PER_BATCH }, () => {
        const { samples } = records[random.integer(records.length)]!;
        const crop = random.integer(samples.length - RECORD + 1);
        const scale = Math.exp(0.2 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1) * 1e-3;
        const record = Float32Array.from(samples.subarray(crop, crop + RECORD), (v) => v * scale);
        return cutWindows(record);
      }).flat();
      const { x, scale, offset } = normalised(windows);
      // One head a step: both share the trunk, and the tasks cost more than the codec.
      const head = step % 2 === 0 ? 32 : 64;
      const [latents32, latents64] = encode(networks, x, true);
      const decoded = decode(networks, head === 32 ? latents32 : latents64, head, true);
      const reconstruction = tf.losses.meanSquaredError(x, decoded);
      const toMillivolts = (y: Tensor): Tensor => tf.add(tf.mul(y, scale), offset);
      const rhythm = tf.mean(rhythmLoss(tasks, toMillivolts(x), toMillivolts(decoded)));
      const peaks = peaksLoss(tasks, x, decoded, random.integer(windows.length - PEAK_WINDOWS), PEAK_WINDOWS);
      return tf.addN<ReturnType<typeof tf.scalar>>([
        tf.mul(reconstruction, W_RECONSTRUCTION),
        tf.mul(rhythm, W_RHYTHM),
        tf.mul(peaks, W_PEAKS),
      ]);
    },
  });
}

export function cutWindows(record: Float32Array): Float32Array[] {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, i) => record.slice(i * WINDOW, (i + 1) * WINDOW));
}

/** Windows as [n, 1, 1792, 1] with unit deviation, and the scale and offset [n, 1, 1, 1] that give millivolts back. */
export function normalised(windows: readonly Float32Array[]): { x: Tensor4D; scale: Tensor4D; offset: Tensor4D } {
  const x = new Float32Array(windows.length * WINDOW);
  const scales = windows.map(measureScale);
  windows.forEach((window, row) => {
    const scale = scaleMillivolts(scales[row]!);
    const offset = offsetMillivolts(scales[row]!);
    for (let i = 0; i < WINDOW; i++) x[row * WINDOW + i] = (window[i]! - offset) / scale;
  });
  const column = (values: number[]): Tensor4D => tf.tensor4d(values, [windows.length, 1, 1, 1]);
  return {
    x: tf.tensor4d(x, [windows.length, 1, WINDOW, 1]),
    scale: column(scales.map(scaleMillivolts)),
    offset: column(scales.map(offsetMillivolts)),
  };
}

/** Bounded latents of both heads; in training with the uniform noise that stands for rounding. */
export function encode({ encoder }: PaperNetworks, x: Tensor, training: boolean): [Tensor, Tensor] {
  const heads = encoder.apply(x, { training }) as [Tensor, Tensor];
  const bound = (head: Tensor): Tensor => {
    const z = tf.mul(tf.tanh(head), LATENT_RANGE);
    return training ? tf.add(z, tf.randomUniform(z.shape, -0.5, 0.5)) : tf.round(z);
  };
  return [bound(heads[0]), bound(heads[1])];
}

/** Normalised samples of (noisy or rounded) latents. */
export function decode({ decoder }: PaperNetworks, latents: Tensor, head: 32 | 64, training: boolean): Tensor4D {
  const adapter = head === 32 ? decoder.adapter32 : decoder.adapter64;
  const adapted = adapter.apply(tf.div(latents, LATENT_RANGE), { training }) as Tensor;
  return decoder.shared.apply(adapted, { training }) as Tensor4D;
}
