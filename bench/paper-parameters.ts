/**
 * Compares the paper's Table II with the parameters of its encoders, counted on networks that are built but not trained.
 * `node bench/run.mjs paper-parameters`
 */
import { LATENT_COUNT, PREDICTED_TASKS } from '../src/lib/codec/latents.js';
import { activate, batchNorm, conv, maxPool } from '../src/lib/model/architectures/layers.js';
import {
  buildPaperDecoder,
  buildPaperEncoder,
  buildPaperPredictor,
} from '../src/lib/model/architectures/paper-codec.js';
import tf, { type LayersModel, type SymbolicTensor } from '../src/lib/model/tf.js';
import { WINDOW } from '../src/lib/signal/grid.js';
import { writeResult } from './result.js';

/** [filters, kernel] of a convolution, a batch normalisation, or a pooling by 2. */
type Layer = readonly [filters: number, kernel: number] | 'norm' | 'pool';

/** Encoder of Yildirim, San Tan and Acharya (2018): layers 1 to 12, then its head at /32. */
const CAE: readonly Layer[] = [
  [8, 3],
  'pool',
  [32, 5],
  'norm',
  'pool',
  [16, 3],
  'norm',
  'pool',
  [64, 11],
  [128, 13],
  'pool',
  [32, 3],
];
const CAE_HEAD_32: readonly Layer[] = [[1, 7], 'pool'];
/** What the paper puts behind layer 12 for /64, with pooling where the size of its latents requires it. */
const CAE_HEAD_64: readonly Layer[] = [[64, 7], 'pool', [1, 3], 'pool'];

function buildCae(head: readonly Layer[]): LayersModel {
  const input = tf.input({ shape: [1, WINDOW, 1] });
  const output = [...CAE, ...head].reduce<SymbolicTensor>((y, layer) => {
    if (layer === 'norm') return batchNorm(y);
    return layer === 'pool' ? maxPool(y, 2) : activate(conv(y, layer[0], layer[1]), 'relu');
  }, input);
  return tf.model({ inputs: input, outputs: output });
}

const encoder = buildPaperEncoder();
/** Parameters of the shared encoder that the named output layers need. */
function needed(...outputs: readonly string[]): number {
  const tensors = outputs.map((name) => encoder.getLayer(name).output as SymbolicTensor);
  return tf.model({ inputs: encoder.inputs, outputs: tensors }).countParams();
}

const cae32 = buildCae(CAE_HEAD_32).countParams();
const cae64 = buildCae(CAE_HEAD_64).countParams();
const { shared, ...adapters } = buildPaperDecoder();
writeResult('paper-parameters', {
  window: WINDOW,
  tableII: [
    ['Original 2-compression level (CAE based)', 133, 532, cae32],
    ['Original 3-compression level (CAE based)', 266, 1064, cae32 + cae64],
    ['Deep learning compression techniques', 168, 678, needed('latent32') + needed('latent64')],
    ['Sharing layers (Dynamic-Deep 3-compression level)', 83, 332, needed('latent32', 'latent64')],
  ].map(([row, thousands, kilobytes, built]) => ({ row, paper: { thousands, kilobytes }, built })),
  encoderWithHead16: encoder.countParams(),
  predictors: Object.fromEntries(
    ([32, 64] as const).map((head) => [
      head,
      buildPaperPredictor(LATENT_COUNT[head], PREDICTED_TASKS.length).countParams(),
    ]),
  ),
  adapters: Object.fromEntries(Object.entries(adapters).map(([name, network]) => [name, network.countParams()])),
  sharedDecoder: shared.countParams(),
});
