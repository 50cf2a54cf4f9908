/** The codec of a models folder, for a training that leaves its networks and gains unchanged. */
import { join } from 'node:path';
import { ladderParameters } from '../lib/codec/ladder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { buildNeuralDecoder, buildNeuralEncoder } from '../lib/model/architectures/neural-codec.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork } from '../lib/model/store.js';
import type { NewNeuralRung } from './measured-rungs.js';
import type { NeuralNetworks } from './neural.js';

export interface KeptCodec {
  readonly networks: Pick<NeuralNetworks, 'encoder' | 'decoder'>;
  /** Gains of the neural rungs, the finest first. */
  readonly gains: readonly Pick<NewNeuralRung, 'gains' | 'inverses'>[];
  /** From the manifest, without what was measured with the tasks of that time. */
  readonly training: Readonly<Record<string, unknown>>;
  /** SHA-256 of the decoder's weights, which identifies measurements of the rungs. */
  readonly hash: string;
}

/** @throws DynamicDeepError MODEL_INVALID if the folder's codec is not of the neural kind */
export async function loadKeptCodec(models: string): Promise<KeptCodec> {
  const folder = join(models, 'codec');
  const { manifest } = await readManifest(folder);
  const networks = { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder() };
  for (const [key, network] of Object.entries(networks)) await loadNetwork(folder, manifest, key, network);
  const { ladder } = ladderParameters.parse(manifest.parameters);
  const gains = ladder.flatMap((rung) =>
    rung.kind === 'neural' ? [{ gains: rung.gains, inverses: rung.inverses }] : [],
  );
  if (gains.length === 0) throw new DynamicDeepError('MODEL_INVALID', `${folder} has no neural rungs`);
  const training = Object.fromEntries(Object.entries(manifest.training).filter(([key]) => key !== 'selection'));
  return { networks, gains, training, hash: manifest.networks['decoder']!.sha256 };
}
