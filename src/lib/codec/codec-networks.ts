/** A codec's networks, loaded, as functions of windows and latents. Runs where TensorFlow is: in a worker thread. */
import { join } from 'node:path';
import { DynamicDeepError } from '../errors/index.js';
import { readManifest } from '../model/manifest.js';
import { readLadder } from './ladder.js';
import type { DecoderNetworks, EncoderNetworks } from './network-types.js';
import { NeuralDecoder, NeuralEncoder } from './neural-networks.js';
import { PaperDecoder, PaperEncoder } from './paper-networks.js';

/**
 * Edge side. `codec` is the folder of the manifest.
 *
 * @param predicts whether the dense predictor is wanted: where another predicts it is not run
 */
export async function loadEncoder(codec: string, predicts = true): Promise<EncoderNetworks> {
  const stored = await readManifest(codec);
  const ladder = readLadder(stored);
  return kindOf(stored.manifest.architecture.kind, codec) === 'paper'
    ? PaperEncoder.load(codec, ladder)
    : NeuralEncoder.load(codec, ladder, predicts);
}

/** Cloud side. `codec` is the folder of the manifest. */
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
