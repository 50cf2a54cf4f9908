/**
 * Networks of the neural rungs: one trunk for all of them, a learned gain per rung before rounding and its inverse after,
 * and one decoder. Windows are [batch, 1, 1792, 1], latents [batch, 1, 56, 4].
 */
import tf, { type LayersModel, type SymbolicTensor } from '../tf.js';
import { add, concat, conv, globalMax, globalMean, leaky, upSample } from './layers.js';

const WINDOW = 1792;
export const LATENT_CHANNELS = 4;
const LATENT_STEPS = WINDOW / 32;

const ENCODER_FILTERS = [16, 24, 32, 48, 64];
const DECODER_FILTERS = [128, 96, 64, 48, 32];

/** Encoder: normalised windows to latents before any gain; 53,228 parameters. */
export function buildNeuralEncoder(): LayersModel {
  const input = tf.input({ shape: [1, WINDOW, 1] });
  const trunk = ENCODER_FILTERS.reduce((x, filters) => leaky(conv(x, filters, 7, { stride: 2 })), input);
  const latents = conv(leaky(conv(trunk, 64, 3)), LATENT_CHANNELS, 1, { name: 'latents' });
  return tf.model({ inputs: input, outputs: latents, name: 'neural-encoder' });
}

/** Decoder: latents times the rung's inverse gains to normalised windows; 0.32M parameters. */
export function buildNeuralDecoder(): LayersModel {
  const input = tf.input({ shape: [1, LATENT_STEPS, LATENT_CHANNELS] });
  const [first = 128, ...rest] = DECODER_FILTERS;
  let x = residual(conv(input, first, 3), first);
  for (const filters of rest) x = residual(conv(upSample(x, 2), filters, 5), filters);
  x = leaky(conv(upSample(x, 2), 16, 5));
  return tf.model({
    inputs: input,
    outputs: conv(x, 1, 7, { name: 'samples', fromZero: true }),
    name: 'neural-decoder',
  });
}

function residual(x: SymbolicTensor, filters: number): SymbolicTensor {
  return add(x, conv(leaky(conv(leaky(x), filters, 5)), filters, 1, { fromZero: true }));
}

/**
 * Dense predictor: the encoder's output, before any gain, to predicted errors of the tasks under every rung, rung after
 * rung; 9,532 parameters for the two tasks under six rungs. Softplus: an error is never negative.
 */
export function buildNeuralPredictor(outputs: number): LayersModel {
  const input = tf.input({ shape: [1, LATENT_STEPS, LATENT_CHANNELS] });
  const x = conv(conv(input, 32, 5, { activation: 'relu' }), 32, 5, { stride: 2, activation: 'relu' });
  const pooled = concat([globalMean(x), globalMax(x)]);
  const hidden = conv(pooled, 48, 1, { activation: 'relu' });
  const errors = conv(hidden, outputs, 1, { activation: 'softplus', name: 'errors' });
  const flat = tf.layers.flatten().apply(errors) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: flat, name: 'neural-predictor' });
}

/**
 * Holds the corrections of a window's two ends: for each rung the [inputs x corrected] kernel and constants of the first end,
 * then those of the last.
 *
 * @param size `inputs` has a number for each rung
 */
export function buildBorderCorrection(size: { inputs: readonly number[]; corrected: number }): LayersModel {
  const inputs = size.inputs.map((inputs) => tf.input({ shape: [inputs] }));
  const ends = inputs.flatMap((input) =>
    [0, 1].map(() => tf.layers.dense({ units: size.corrected, kernelInitializer: 'zeros' }).apply(input)),
  );
  return tf.model({ inputs, outputs: ends as SymbolicTensor[], name: 'neural-borders' });
}

/** What the rungs learn besides, each [rungs, 4]: logarithms of gain and inverse gain; place and width of the latents' prior. */
export function buildRungScales(rungs: number): LayersModel {
  const input = tf.input({ shape: [rungs] });
  const table = (name: string, first: number, last: number): SymbolicTensor => {
    const rows = Array.from({ length: rungs }, (_, r) => first + ((last - first) * r) / Math.max(1, rungs - 1));
    const initial = tf.tensor2d(rows.map((row) => new Array<number>(LATENT_CHANNELS).fill(row)));
    const layer = tf.layers.dense({ units: LATENT_CHANNELS, useBias: false, weights: [initial], name });
    return layer.apply(input) as SymbolicTensor;
  };
  const outputs = [table('gain', 2, -0.8), table('inverse', -2, 0.8), table('place', 0, 0), table('width', 0, 0)];
  return tf.model({ inputs: input, outputs, name: 'rung-scales' });
}
