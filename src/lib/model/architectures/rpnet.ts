import { z } from 'zod';
import tf, { type LayersModel, type SymbolicTensor } from '../tf.js';
import { activate, add, batchNorm, concat, conv, maxPool, upSample } from './layers.js';

export const rpnetConfig = z.strictObject({
  /** Filters at each resolution, finest (150 Hz) first; the deepest works at 1/64 of the input's rate. */
  filters: z.array(z.int().positive()).length(6),
});
export type RpnetConfig = z.infer<typeof rpnetConfig>;

export const RPNET_DEFAULT: RpnetConfig = { filters: [16, 24, 32, 48, 64, 96] };

/** Inception-residual block: three receptive fields side by side, fused, added to a projected shortcut. */
function inceptionResidual(x: SymbolicTensor, filters: number): SymbolicTensor {
  const branch = Math.ceil(filters / 2);
  const branches = [3, 9, 15].map((kernel) => conv(x, branch, kernel, { bias: false }));
  const mixed = activate(batchNorm(concat(branches)), 'relu');
  const fused = batchNorm(conv(mixed, filters, 3, { bias: false }));
  return activate(add(fused, conv(x, filters, 1, { bias: false })), 'relu');
}

/**
 * RPnet (Vijayarangan et al., 2020), slimmed: a 1-D U-Net of inception-residual blocks that regresses the distance to the
 * nearest R peak, clipped and scaled to 0..1. [batch, 1, n, 1] -> [batch, 1, n, 1], n a multiple of 64. The U-Net works at half
 * the input's rate, where nothing of a QRS is lost; only its last layers see every sample.
 */
export function buildRpnet(config: RpnetConfig): LayersModel {
  const input = tf.input({ shape: [1, null, 1] });
  const skips: SymbolicTensor[] = [];
  let x = conv(input, config.filters[0] ?? 12, 9, { stride: 2, activation: 'relu' });
  config.filters.forEach((filters, level) => {
    if (level > 0) x = maxPool(x, 2);
    x = inceptionResidual(x, filters);
    skips.push(x);
  });
  for (let level = config.filters.length - 2; level >= 0; level--) {
    const skip = skips[level];
    const filters = config.filters[level];
    if (skip === undefined || filters === undefined) break;
    x = inceptionResidual(concat([upSample(x, 2), skip]), filters);
  }
  x = conv(upSample(x, 2), 8, 7, { activation: 'relu' });
  const distance = conv(x, 1, 7, { activation: 'sigmoid', name: 'distance' });
  return tf.model({ inputs: input, outputs: distance, name: 'rpnet' });
}
