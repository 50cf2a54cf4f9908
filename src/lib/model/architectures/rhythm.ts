import { z } from 'zod';
import tf, { type LayersModel } from '../tf.js';
import { activate, add, batchNorm, conv, dropout, globalMean, maxPool } from './layers.js';

export const rhythmConfig = z.strictObject({
  /** Filters of the stem and of each halving stage; eight of them give one output for every 256 samples. */
  filters: z.array(z.int().positive()).length(8),
  /** Stages from this number of filters on get a second residual block. */
  secondBlockFrom: z.int().positive(),
  /** Filters and count of the wide convolutions that see the neighbouring steps. */
  contextFilters: z.int().positive(),
  contextLayers: z.int().nonnegative(),
  dropout: z.number().min(0).max(1),
});
export type RhythmConfig = z.infer<typeof rhythmConfig>;

export const RHYTHM_DEFAULT: RhythmConfig = {
  filters: [16, 16, 24, 32, 48, 64, 96, 128],
  secondBlockFrom: 96,
  contextFilters: 64,
  contextLayers: 3,
  dropout: 0.25,
};

const CLASSES = 4;

/**
 * Rhythm classifier: residual CNN with pre-activation blocks in the manner of Rajpurkar et al. (2017), slimmed, with
 * wide convolutions over steps instead of a recurrent context. [batch, 1, 256 n, 1] -> logits [batch, 1, n, 4].
 */
export function buildRhythm(config: RhythmConfig): LayersModel {
  const input = tf.input({ shape: [1, null, 1] });
  const [stem = 16, ...stages] = config.filters;
  let x = conv(input, stem, 15, { stride: 2, bias: false });
  let channels = stem;
  const block = (filters: number, stride: number): void => {
    let h = conv(activate(batchNorm(x), 'relu'), filters, 7, { stride, bias: false });
    h = conv(dropout(activate(batchNorm(h), 'relu'), config.dropout), filters, 7, { bias: false });
    let shortcut = stride > 1 ? maxPool(x, stride) : x;
    if (channels !== filters) shortcut = conv(shortcut, filters, 1, { bias: false });
    x = add(h, shortcut);
    channels = filters;
  };
  for (const filters of stages) {
    block(filters, 2);
    if (filters >= config.secondBlockFrom) block(filters, 1);
  }
  x = conv(activate(batchNorm(x), 'relu'), config.contextFilters, 1, { bias: false });
  for (let i = 0; i < config.contextLayers; i++) {
    const h = conv(activate(batchNorm(x), 'relu'), config.contextFilters, 15, { bias: false });
    x = add(x, dropout(h, config.dropout));
  }
  const h = activate(batchNorm(x), 'relu');
  // A rhythm belongs to the whole context: its mean is added to every step.
  const logits = conv(add(h, conv(globalMean(h), config.contextFilters, 1, { activation: 'relu' })), CLASSES, 1, {
    name: 'logits',
  });
  return tf.model({ inputs: input, outputs: logits, name: 'rhythm' });
}
