/** The paper's networks in training: windows, latents and decoded windows as tensors, and the networks' files. */
import { join } from 'node:path';
import { HEADS, LATENT_RANGE, type Head } from '../lib/codec/latents.js';
import { buildPaperDecoder, buildPaperEncoder, type PaperDecoder } from '../lib/model/architectures/paper-codec.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork, writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';

export interface PaperNetworks {
  readonly encoder: LayersModel;
  readonly decoder: PaperDecoder;
}

/** Writes the networks to `work`/trained for the third phase, with the facts about their training. */
export async function writeTrained(
  work: string,
  networks: PaperNetworks,
  training: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entries = Object.entries(listNetworks(networks));
  await writeModel(
    trainedFolder(work),
    { name: 'codec', version: 1, architecture: { kind: 'paper-codec', config: {} }, parameters: {}, training },
    Object.fromEntries(entries.map(([key, network]) => [key, { network, dtype: 'float32' as const }])),
  );
}

/** The networks of a folder, and what its manifest says about their training. */
export async function loadNetworks(
  folder: string,
): Promise<{ networks: PaperNetworks; training: Record<string, unknown>; hash: string }> {
  const { manifest, hash } = await readManifest(folder);
  const networks = buildNetworks();
  for (const [key, network] of Object.entries(listNetworks(networks))) {
    await loadNetwork(folder, manifest, key, network);
  }
  return { networks, training: manifest.training, hash };
}

export function buildNetworks(): PaperNetworks {
  return { encoder: buildPaperEncoder(), decoder: buildPaperDecoder() };
}

/** Folder in which the second phase leaves its networks for the third. */
export function trainedFolder(work: string): string {
  return join(work, 'trained');
}

/** The networks by the names that the training loop and the files use. */
export function listNetworks({ encoder, decoder }: PaperNetworks): Record<string, LayersModel> {
  return { encoder, ...decoder };
}

/** Bounded latents of each head; in training with uniform noise in place of rounding. */
export function encode({ encoder }: PaperNetworks, x: Tensor, training: boolean): Record<Head, Tensor> {
  const outputs = encoder.apply(x, { training }) as Tensor[];
  const bounded = (head: Head): Tensor => {
    const z = tf.mul(tf.tanh(outputs[HEADS.indexOf(head)]!), LATENT_RANGE);
    return training ? tf.add(z, tf.randomUniform(z.shape, -0.5, 0.5)) : tf.round(z);
  };
  return { 16: bounded(16), 32: bounded(32), 64: bounded(64) };
}

/** Normalised samples decoded from (noisy or rounded) latents. */
export function decode({ decoder }: PaperNetworks, latents: Tensor, head: Head, training: boolean): Tensor4D {
  const adapted = decoder[`adapter${head}`].apply(tf.div(latents, LATENT_RANGE), { training }) as Tensor;
  return decoder.shared.apply(adapted, { training }) as Tensor4D;
}
