import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import tf, { type LayersModel, type SymbolicTensor } from '../../../src/lib/model/tf.js';

/** A network of a few weights, with the layers that real ones have: convolution, normalisation, dense. */
export function tinyNetwork(): LayersModel {
  const input = tf.input({ shape: [1, 8, 1] });
  const x = tf.layers.conv2d({ filters: 3, kernelSize: [1, 3], padding: 'same' }).apply(input);
  const y = tf.layers.flatten().apply(tf.layers.batchNormalization().apply(x));
  const output = tf.layers.dense({ units: 2 }).apply(y) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

export function weightsOf(network: LayersModel): number[][] {
  return network.weights.map((weight) => Array.from(weight.read().dataSync()));
}

/** A folder that is gone after the file's tests. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
