/** Loads a codec's networks as functions of windows and latents. Runs in the worker thread that holds TensorFlow. */
import { join } from 'node:path';
import { DynamicDeepError } from '../errors/index.js';
import { readManifest } from '../model/manifest.js';
import { readLadder } from './ladder.js';
import type { DecoderNetworks, EncoderNetworks } from './network-types.js';
import { NeuralDecoder, NeuralEncoder } from './neural-networks.js';
import { PaperDecoder, PaperEncoder } from './paper-networks.js';

/**
 * Loads the edge side. `codec` is the folder of the manifest.
 *
 * @param predicts whether to run the dense predictor; false if another predictor is used
 */
export async function loadEncoder(codec: string, predicts = true): Promise<EncoderNetworks> {
  const stored = await readManifest(codec);
  const ladder = readLadder(stored);
  return kindOf(stored.manifest.architecture.kind, codec) === 'paper'
    ? PaperEncoder.load(codec, ladder)
    : NeuralEncoder.load(codec, ladder, predicts);
}

/** Loads the cloud side. `codec` is the folder of the manifest. */
export async function loadDecoder(codec: string): Promise<DecoderNetworks> {
  const stored = await readManifest(codec);
  const ladder = readLadder(stored);
  return kindOf(stored.manifest.architecture.kind, codec) === 'paper'
    ? PaperDecoder.load(codec, ladder)
    : NeuralDecoder.load(codec, ladder);
}

function kindOf(architecture: string, folder: string): 'paper' | 'neural' {
  if (architecture === 'paper-codec') return 'paper';
  if (architecture === 'neural-codec') return 'neural';
  throw new DynamicDeepError('MODEL_INVALID', `${join(folder, 'manifest.json')}: no codec is a '${architecture}'`);
}
