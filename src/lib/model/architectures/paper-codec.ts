/**
 * The paper's networks (Brosh, Wasserstein, Bremler-Barr, section V) for windows of 1,792 samples: the shared stride-2
 * encoder with heads at /32 and /64, a dense predictor per head, adapters and the shared decoder. The head at /16 is the
 * level of Fig. 3 that the paper leaves out of its ladder; its layers are ours, since the paper does not give them.
 */
import tf, { type LayersModel, type SymbolicTensor } from '../tf.js';
import { batchNorm, conv, upSample } from './layers.js';

const WINDOW = 1792;
const LATENTS_16 = WINDOW / 16;
const LATENTS_32 = WINDOW / 32;
const LATENTS_64 = WINDOW / 64;

/** [filters, kernel, stride]; 'norm' stands for batch normalisation. Swish everywhere, padding 'same'. */
type Layer = readonly [filters: number, kernel: number, stride: number] | 'norm';

const TRUNK: readonly Layer[] = [
  [8, 3, 1],
  [16, 3, 2],
  [8, 1, 1],
  [32, 5, 1],
  'norm',
  [64, 5, 2],
  [32, 1, 1],
  [16, 3, 1],
  [32, 3, 2],
  [16, 1, 1],
  'norm',
  [32, 11, 1],
  [64, 7, 2],
  [64, 1, 1],
  [32, 7, 1],
];
const TRUNK_32: readonly Layer[] = [
  [64, 5, 2],
  [32, 1, 1],
];

function stack(x: SymbolicTensor, layers: readonly Layer[]): SymbolicTensor {
  let y = x;
  for (const layer of layers) {
    y = layer === 'norm' ? batchNorm(y) : conv(y, layer[0], layer[1], { stride: layer[2], activation: 'swish' });
  }
  return y;
}

/**
 * Encoder: normalised windows [batch, 1, 1792, 1] -> latents of the heads /16, /32 and /64, [batch, 1, 112, 1],
 * [batch, 1, 56, 1] and [batch, 1, 28, 1]. 83,898 parameters, 96 of them moving statistics, and 225 of the head /16.
 */
export function buildPaperEncoder(): LayersModel {
  const input = tf.input({ shape: [1, WINDOW, 1] });
  const trunk16 = stack(input, TRUNK);
  const trunk32 = stack(trunk16, TRUNK_32);
  const head16 = conv(trunk16, 1, 7, { name: 'latent16' });
  const head32 = conv(trunk32, 1, 7, { name: 'latent32' });
  const head64 = conv(conv(trunk32, 64, 7, { stride: 2, activation: 'swish' }), 1, 3, { name: 'latent64' });
  return tf.model({ inputs: input, outputs: [head16, head32, head64], name: 'paper-encoder' });
}

/** The decoder's parts: `shared(adapter(dequantised latents))` is [batch, 1, 1792, 1]. */
export interface PaperDecoder {
  readonly adapter16: LayersModel;
  readonly adapter32: LayersModel;
  readonly adapter64: LayersModel;
  readonly shared: LayersModel;
}

/** Each head's latents are brought to [batch, 1, 112, 32] by its adapter; the rest, 1.7M parameters, is shared. */
export function buildPaperDecoder(): PaperDecoder {
  const input16 = tf.input({ shape: [1, LATENTS_16, 1] });
  const input32 = tf.input({ shape: [1, LATENTS_32, 1] });
  const input64 = tf.input({ shape: [1, LATENTS_64, 1] });
  let a = stack(input32, [
    [8, 3, 1],
    [16, 3, 1],
  ]);
  a = stack(upSample(a, 2), [
    [16, 3, 1],
    [32, 3, 1],
  ]);
  let b = stack(input64, [
    [16, 7, 1],
    [32, 3, 1],
  ]);
  b = upSample(stack(upSample(b, 2), [[32, 3, 1]]), 2);
  const c = stack(input16, [
    [8, 3, 1],
    [16, 3, 1],
    [32, 3, 1],
  ]);
  return {
    adapter16: tf.model({ inputs: input16, outputs: c, name: 'paper-adapter-16' }),
    adapter32: tf.model({ inputs: input32, outputs: a, name: 'paper-adapter-32' }),
    adapter64: tf.model({ inputs: input64, outputs: b, name: 'paper-adapter-64' }),
    shared: buildSharedDecoder(),
  };
}

function buildSharedDecoder(): LayersModel {
  const input = tf.input({ shape: [1, WINDOW / 16, 32] });
  let x = stack(input, [
    [64, 7, 1],
    [128, 7, 1],
  ]);
  x = stack(upSample(x, 2), [
    [32, 3, 1],
    [32, 5, 1],
  ]);
  x = stack(upSample(x, 2), [
    [32, 3, 1],
    [8, 3, 1],
    [2, 3, 1],
  ]);
  const flat = tf.layers.flatten().apply(x) as SymbolicTensor;
  const samples = tf.layers.dense({ units: WINDOW }).apply(flat) as SymbolicTensor;
  const output = tf.layers.reshape({ targetShape: [1, WINDOW, 1] }).apply(samples) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: 'paper-decoder-shared' });
}

/**
 * Dense predictor of one head: latents -> predicted task errors [batch, tasks], never negative (ReLU in the paper;
 * softplus here, since a ReLU that dies on small errors predicts 0 for ever).
 */
export function buildPaperPredictor(latents: number, tasks: number): LayersModel {
  const input = tf.input({ shape: [1, latents, 1] });
  const flat = tf.layers.flatten().apply(input) as SymbolicTensor;
  const errors = tf.layers
    .dense({ units: tasks, activation: 'softplus', kernelInitializer: 'zeros', name: `errors${latents}` })
    .apply(flat) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: errors, name: `paper-predictor-${latents}` });
}
