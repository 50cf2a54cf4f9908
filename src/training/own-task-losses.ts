/**
 * Own tasks as losses through which a codec can be trained: tfjs layers models at 300 Hz whose error has a gradient. Modules,
 * graph models and events have none; they only take part in prediction, calibration, bounds and audits.
 */
import { DynamicDeepError } from '../lib/errors/index.js';
import { loadOwnModel, type OwnModel } from '../lib/model/own-network.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import { MODEL_RATE, RECORD } from '../lib/signal/grid.js';
import { readOwnTask, type OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { rowsOf } from '../lib/tasks/own/rows.js';

/** Lower limit of probabilities, the same as where the error is measured. */
const FLOOR = 1e-6;

export interface OwnTaskLoss {
  readonly name: string;
  /** SHA-256 of its files, for the codec's manifest to name what it was trained through. */
  readonly hash: string;
  /** Error in units of the manifest's bound, a scalar, from original and decoded millivolts [n, 1, 8960, 1] of n records. */
  readonly loss: (original: Tensor, decoded: Tensor) => Tensor;
}

/** @throws DynamicDeepError TASK_INVALID, with the reason, for a task through which nothing can be trained */
export function loadOwnTaskLosses(folders: readonly string[]): Promise<OwnTaskLoss[]> {
  return Promise.all(folders.map(async (folder) => lossOf(await readOwnTask(folder))));
}

async function lossOf(task: OwnTaskDeclaration): Promise<OwnTaskLoss> {
  const { manifest, folder, hash } = task;
  const refuse = (why: string): never => {
    throw new DynamicDeepError('TASK_INVALID', `${folder} cannot be trained through: ${why}`);
  };
  if (manifest.kind === 'module') return refuse('a module has no gradient');
  if (manifest.outputs.kind === 'events') return refuse('events have no gradient');
  if (manifest.rate !== MODEL_RATE) return refuse(`it sees ${manifest.rate} Hz, training has ${MODEL_RATE}`);
  const { model, rank } = await loadOwnModel(folder, manifest.file);
  if (!(model instanceof tf.LayersModel)) return refuse('a graph model has no gradient here');
  mendNormalisations(model);
  const outputs = (rows: Tensor): Tensor => applied({ model, rank }, rows);
  const isProbable = manifest.outputs.kind === 'probabilities';
  const { name, bound } = manifest;
  return {
    name,
    hash,
    loss: (original, decoded) =>
      tf.tidy(() => {
        const places = placesOf(original, manifest);
        if (places === undefined) return tf.scalar(0);
        const [before, after] = [outputs(cut(original, places)), outputs(cut(decoded, places))];
        const error = isProbable ? addedCrossEntropy(before, after) : tf.mean(tf.abs(tf.sub(before, after)));
        return tf.div(error, bound);
      }),
  };
}

/** Indices [rows, samples] into the concatenated records; undefined if no record has a row. */
function placesOf(original: Tensor, manifest: OwnTaskDeclaration['manifest']): Tensor | undefined {
  const samples = original.dataSync() as Float32Array;
  const starts: number[] = [];
  let length = RECORD;
  for (let first = 0; first < samples.length; first += RECORD) {
    const rows = rowsOf(samples.slice(first, first + RECORD), RECORD, manifest);
    length = rows.length;
    starts.push(...rows.starts.map((start) => first + start));
  }
  if (starts.length === 0) return undefined;
  return tf.add(tf.tensor2d(starts, [starts.length, 1], 'int32'), tf.range(0, length, 1, 'int32'));
}

function cut(records: Tensor, places: Tensor): Tensor {
  const [rows = 0, length = 0] = places.shape;
  return tf.reshape(tf.gather(tf.reshape(records, [-1]), tf.reshape(places, [-1]).toInt()), [rows, length]);
}

function applied(
  { model, rank }: { readonly model: LayersModel; readonly rank: OwnModel['rank'] },
  rows: Tensor,
): Tensor {
  const input = rank === 2 ? rows : tf.expandDims(rows, 2);
  return model.apply(input, { training: false }) as Tensor;
}

/** Mean over rows of KL(before, after), nats: docs/own-tasks.md. */
function addedCrossEntropy(before: Tensor, after: Tensor): Tensor {
  const log = (p: Tensor): Tensor => tf.log(tf.maximum(p, FLOOR));
  return tf.mean(tf.sum(tf.mul(before, tf.sub(log(before), log(after))), -1));
}

/** Replaces row normalisations without a scale by plain operations: tfjs has no gradient for them. */
function mendNormalisations(model: LayersModel): void {
  for (const layer of model.layers) {
    if (layer instanceof tf.LayersModel) mendNormalisations(layer);
    else if (layer.getClassName() === 'LayerNormalization' && layer.getConfig()['scale'] === false) {
      const { axis, epsilon } = layer.getConfig() as { axis: number | number[]; epsilon: number };
      const [shift = 0] = layer.getWeights();
      layer.call = (inputs) => {
        const [x] = Array.isArray(inputs) ? inputs : [inputs];
        const { mean, variance } = tf.moments(x!, axis, true);
        return tf.add(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, epsilon))), shift);
      };
    }
  }
}
