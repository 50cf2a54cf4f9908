/** The shipped codec as the dense predictor's training needs it; nothing of it is trained again. */
import { join } from 'node:path';
import { neuralRungs, type Ladder, type NeuralRung } from '../../lib/codec/ladder.js';
import { NEURAL_LATENTS } from '../../lib/codec/neural-latents.js';
import { buildNeuralEncoder } from '../../lib/model/architectures/neural-codec.js';
import { readManifest } from '../../lib/model/manifest.js';
import { Network } from '../../lib/model/network.js';
import { loadNetwork } from '../../lib/model/store.js';
import { loadCodec, type Codec } from '../evaluation/compression/codec.js';
import { splitRows, normaliseWindows } from '../windows.js';

export interface ShippedCodec {
  readonly codec: Codec;
  readonly ladder: Ladder;
  readonly neural: readonly NeuralRung[];
  /** SHA-256 of the encoder's weights. */
  readonly encoder: string;
  /** The encoder's output [56 x 4] for each window in millivolts. */
  readonly values: (windows: readonly Float32Array[]) => Float32Array[];
}

/** @throws DynamicDeepError MODEL_INVALID */
export async function loadShippedCodec(models: string): Promise<ShippedCodec> {
  const folder = join(models, 'codec');
  const codec = await loadCodec(folder);
  const { manifest } = await readManifest(folder);
  const model = buildNeuralEncoder();
  await loadNetwork(folder, manifest, 'encoder', model);
  const encoder = new Network(model);
  return {
    codec,
    ladder: codec.ladder,
    encoder: manifest.networks['encoder']!.sha256,
    neural: neuralRungs(codec.ladder),
    values: (windows) => {
      return splitRows(encoder.run(normaliseWindows(windows).samples, windows.length)[0]!, NEURAL_LATENTS);
    },
  };
}
