/** The networks of the neural rungs while they are trained: one trunk, a gain of each rung before rounding, one decoder. */
import { buildNeuralDecoder, buildNeuralEncoder, buildRungScales } from '../lib/model/architectures/neural-codec.js';
import { roundStraight } from '../lib/model/kernels.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';

/**
 * Of each rung, the finest first: weight of the rate, in bits a latent step, and of what the classifier loses. Fine rungs are for
 * eyes, the coarse ones for programs.
 */
export const RUNGS = [
  { rate: 0.002, rhythm: 0.1 },
  { rate: 0.006, rhythm: 0.1 },
  { rate: 0.018, rhythm: 0.15 },
  { rate: 0.05, rhythm: 0.3 },
  { rate: 0.12, rhythm: 0.5 },
  { rate: 0.3, rhythm: 0.7 },
  { rate: 0.65, rhythm: 0.7 },
] as const;
export const NEURAL_RUNGS = RUNGS.length;

export interface NeuralNetworks extends Readonly<Record<string, LayersModel>> {
  readonly encoder: LayersModel;
  readonly decoder: LayersModel;
  readonly scales: LayersModel;
}

export function buildNeuralNetworks(): NeuralNetworks {
  return { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder(), scales: buildRungScales(NEURAL_RUNGS) };
}

/** Gain and inverse gain of each channel, rung by rung. */
export function rungGains({ scales }: NeuralNetworks): { gains: number[]; inverses: number[] }[] {
  const [gains, inverses] = tf.tidy(() => {
    const tables = scales.predict(tf.eye(NEURAL_RUNGS)) as Tensor[];
    return tables.slice(0, 2).map((table) => tf.exp(table).arraySync() as number[][]);
  });
  const six = (row: number[]): number[] => row.map((v) => Number(v.toPrecision(6)));
  return gains!.map((row, rung) => ({ gains: six(row), inverses: six(inverses![rung]!) }));
}

/** Windows through their rungs as in training: decoded from rounded latents, bits [n] of noisy ones. */
export function codeNoisily(
  networks: NeuralNetworks,
  x: Tensor,
  rungs: readonly number[],
): { decoded: Tensor; bits: Tensor } {
  const { gain, inverse, place, width } = rungTensors(networks, rungs);
  const latents = tf.mul(networks.encoder.apply(x) as Tensor, gain);
  const noisy = tf.add(latents, tf.randomUniform(latents.shape, -0.5, 0.5));
  const at = (edge: number): Tensor => tf.sigmoid(tf.div(tf.add(tf.sub(noisy, place), edge), tf.add(width, 1e-3)));
  const likelihood = tf.maximum(tf.sub(at(0.5), at(-0.5)), 1e-6);
  const bits = tf.div(tf.sum(tf.log(likelihood), [1, 2, 3]), -Math.LN2);
  return { decoded: networks.decoder.apply(tf.mul(roundStraight(latents), inverse)) as Tensor, bits };
}

/** Gains, inverse gains, places and widths of each window's rung, [n, 1, 1, 4]. */
function rungTensors(
  { scales }: NeuralNetworks,
  rungs: readonly number[],
): Record<'gain' | 'inverse' | 'place' | 'width', Tensor> {
  const oneHot = tf.oneHot(tf.tensor1d([...rungs], 'int32'), NEURAL_RUNGS).toFloat();
  const [gain, inverse, place, width] = (scales.apply(oneHot) as Tensor[]).map((table) =>
    tf.reshape(table, [rungs.length, 1, 1, -1]),
  ) as [Tensor, Tensor, Tensor, Tensor];
  return { gain: tf.exp(gain), inverse: tf.exp(inverse), place, width: tf.exp(width) };
}
