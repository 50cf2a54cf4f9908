/** Networks of the dense predictor: together with the encoder 476 KB at four bytes a number, above the paper's 332 KB. */
import tf, { type LayersModel, type SymbolicTensor } from '../tf.js';
import { add, concat, conv, globalMean, leaky, upSample } from './layers.js';
import { LATENT_CHANNELS } from './neural-codec.js';

const LATENT_STEPS = 56;
/** The classifier's classes. */
const CLASSES = 4;

/**
 * Builds the student of the rhythm classifier, which reads latents [56 x 4] of one window (the encoder's output, or dequantised
 * integers of a rung) and returns logits [7 x 4]; 60,324 parameters.
 */
export function buildDenseStudent(): LayersModel {
  const input = tf.input({ shape: [1, LATENT_STEPS, LATENT_CHANNELS] });
  const first = leaky(conv(input, 32, 7));
  let x = add(first, leaky(conv(first, 32, 5)));
  x = leaky(conv(x, 48, 5, { stride: 2 }));
  x = leaky(conv(x, 64, 5, { stride: 2 }));
  x = leaky(conv(x, 64, 3, { stride: 2 }));
  x = add(x, leaky(conv(x, 64, 3)));
  const context = upSample(globalMean(x), LATENT_STEPS / 8);
  const hidden = leaky(conv(concat([x, context]), 48, 1));
  return tf.model({ inputs: input, outputs: conv(hidden, CLASSES, 1, { name: 'logits' }), name: 'dense-student' });
}

/** Builds the network from features of a window (`denseFeatures`, standardised) to logarithms of errors, rung after rung. */
export function buildDenseErrors(features: number, outputs: number): LayersModel {
  const input = tf.input({ shape: [1, 1, features] });
  const x = conv(conv(input, 48, 1, { activation: 'relu' }), 48, 1, { activation: 'relu' });
  const flat = tf.layers.flatten().apply(conv(x, outputs, 1, { name: 'errors' })) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: flat, name: 'dense-errors' });
}
