import { sha256 } from '../lib/model/digest.js';
import type { LayersModel } from '../lib/model/tf.js';
import { encodeWeights } from '../lib/model/weights.js';

/** SHA-256 of the networks' weights; identifies a training that starts from them or from their output. */
export function weightsHash(networks: Readonly<Record<string, LayersModel>>): string {
  const each = Object.values(networks).map((network) => encodeWeights(network, 'float32').entry.sha256);
  return sha256(Buffer.from(each.join()));
}
