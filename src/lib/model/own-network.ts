/** A tfjs model that someone else trained: a layers or graph model as data, run on rows of samples. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import tf from './tf.js';

/** The parts of model.json that are checked; the rest is left to TensorFlow. */
const modelJson = z.looseObject({
  format: z.string().optional(),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.looseObject({
      // Files in the folder itself, so that the task's SHA-256 covers them.
      paths: z.array(z.string().regex(/^[\w-][\w.-]*$/)),
      weights: z.array(z.looseObject({ name: z.string() })),
    }),
  ),
});

/** Most rows of one run, to bound memory. */
const MOST_ROWS = 64;

/** Takes `rows` rows of equal length and returns their outputs, flattened. */
export type OwnNetwork = (input: Float32Array, rows: number) => Float32Array;

export interface OwnModel {
  readonly model: Model;
  /** Rank of its input: 2 for [rows, samples], 3 for [rows, samples, 1]. */
  readonly rank: 2 | 3;
}

/** @throws DynamicDeepError TASK_INVALID if the file is not such a model, or does not take rows of samples */
export async function loadOwnNetwork(folder: string, file: string): Promise<OwnNetwork> {
  const { model, rank } = await loadOwnModel(folder, file);
  return (input, rows) => runInBatches(model, input, rows, rank);
}

/** @throws DynamicDeepError TASK_INVALID as `loadOwnNetwork` */
export async function loadOwnModel(folder: string, file: string): Promise<OwnModel> {
  try {
    const json = modelJson.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    const paths = json.weightsManifest.flatMap(({ paths: own }) => own);
    const data = Buffer.concat(await Promise.all(paths.map((path) => readFile(join(folder, path)))));
    const artifacts = {
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights) as unknown as Parameters<
        typeof tf.io.decodeWeights
      >[1],
      weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length),
    };
    const handler = tf.io.fromMemory(artifacts);
    const model = json.format === 'graph-model' ? await tf.loadGraphModel(handler) : await tf.loadLayersModel(handler);
    const rank = model.inputs[0]?.shape?.length;
    if (model.inputs.length !== 1 || (rank !== 2 && rank !== 3)) {
      throw new Error('its one input is to be [rows, samples] or [rows, samples, 1]');
    }
    return { model, rank };
  } catch (error) {
    if (error instanceof DynamicDeepError) throw error;
    throw new DynamicDeepError(
      'TASK_INVALID',
      `${join(folder, file)} is no tfjs model that can be run: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

type Model = Awaited<ReturnType<typeof tf.loadLayersModel>> | Awaited<ReturnType<typeof tf.loadGraphModel>>;

function runInBatches(model: Model, input: Float32Array, rows: number, rank: 2 | 3): Float32Array {
  const length = input.length / rows;
  const parts: Float32Array[] = [];
  for (let first = 0; first < rows; first += MOST_ROWS) {
    const count = Math.min(MOST_ROWS, rows - first);
    const own = input.slice(first * length, (first + count) * length);
    const output = tf.tidy(() => {
      const x = rank === 2 ? tf.tensor2d(own, [count, length]) : tf.tensor3d(own, [count, length, 1]);
      const y = model.predict(x);
      if (!(y instanceof tf.Tensor)) throw new Error('the model has more than one output');
      return y.dataSync<'float32'>();
    });
    parts.push(Float32Array.from(output));
  }
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
