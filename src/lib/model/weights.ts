/**
 * Weights on disk: one little-endian file for each network, in the order of the manifest's entries, as 16-bit floats where that
 * costs nothing and 32-bit ones otherwise. Loading checks hash, size, shapes and finiteness: a model that fails any of these
 * checks is refused as a whole.
 */
import { DynamicDeepError } from '../errors/index.js';
import { sha256 } from './digest.js';
import type { NetworkFile } from './manifest.js';
import { fromHalf, toHalf } from './half.js';
import tf, { type LayersModel } from './tf.js';

export interface EncodedWeights {
  readonly bytes: Buffer;
  readonly entry: Omit<NetworkFile, 'file'>;
}

/** Encodes the weights of `network` in the order of `network.weights`, those of shared layers once. */
export function encodeWeights(network: LayersModel, dtype: 'float16' | 'float32'): EncodedWeights {
  const parts: Buffer[] = [];
  const weights: NetworkFile['weights'] = [];
  for (const variable of network.weights) {
    const values = variable.read().dataSync() as Float32Array;
    parts.push(
      dtype === 'float16' ? Buffer.from(toHalf(values).buffer) : Buffer.from(Float32Array.from(values).buffer),
    );
    weights.push({ shape: variable.shape.map(Number), dtype });
  }
  const bytes = Buffer.concat(parts);
  return { bytes, entry: { sha256: sha256(bytes), bytes: bytes.length, weights } };
}

/** Loads `bytes` into `network`. Throws MODEL_INVALID if anything differs from `entry`. */
export function assignWeights(network: LayersModel, bytes: Buffer, entry: NetworkFile): void {
  const refuse = (why: string): never => {
    throw new DynamicDeepError('MODEL_INVALID', `${entry.file}: ${why}`);
  };
  if (bytes.length !== entry.bytes) refuse(`${bytes.length} bytes, the manifest says ${entry.bytes}`);
  if (sha256(bytes) !== entry.sha256) refuse('its SHA-256 is not the manifest’s');
  if (network.weights.length !== entry.weights.length) {
    refuse(`${entry.weights.length} weights, the network has ${network.weights.length}`);
  }
  const sizes = entry.weights.map(({ shape, dtype }) => shape.reduce((a, b) => a * b, dtype === 'float16' ? 2 : 4));
  const total = sizes.reduce((a, b) => a + b, 0);
  if (bytes.length !== total) refuse(`${bytes.length} bytes, its shapes need ${total}`);
  let offset = 0;
  const tensors = network.weights.map((variable, i) => {
    const { shape, dtype } = entry.weights[i] ?? refuse('missing entry');
    if (shape.join() !== variable.shape.map(Number).join()) refuse(`weight ${i} has shape [${shape.join()}]`);
    const slice = Uint8Array.prototype.slice.call(bytes, offset, (offset += sizes[i]!)).buffer;
    const values = dtype === 'float16' ? fromHalf(new Uint16Array(slice)) : new Float32Array(slice);
    if (!values.every(Number.isFinite)) refuse(`weight ${i} is not finite`);
    return tf.tensor(values, shape);
  });
  network.setWeights(tensors);
  tf.dispose(tensors);
}
