/**
 * Fits the correction of a window's ends (`border-correction.ts`) for each neural rung by least squares on training records:
 * from what the decoder makes of their quantised latents to the windows themselves.
 */
import { CORRECTED, placeFrom, SEEN, type End } from '../lib/codec/border-correction.js';
import type { NeuralRung } from '../lib/codec/ladder.js';
import { NEURAL_CHANNELS } from '../lib/codec/neural-latents.js';
import { dequantise, quantise } from '../lib/codec/neural-quantiser.js';
import { quantiseEnds } from '../lib/codec/window-ends.js';
import { buildBorderCorrection } from '../lib/model/architectures/neural-codec.js';
import { Network } from '../lib/model/network.js';
import tf, { type LayersModel } from '../lib/model/tf.js';
import { WINDOW } from '../lib/signal/grid.js';
import { factorise, solve } from '../lib/signal/cholesky.js';
import type { NeuralNetworks } from './neural.js';
import { cutWindows, normaliseWindows, splitRows } from './windows.js';

/** `endUnit` is the unit of the ends that the rung sends; undefined if it sends none. */
export type FittedRung = Pick<NeuralRung, 'gains' | 'inverses'> & { readonly endUnit: number | undefined };

const RIDGE = 1e-3;
const RECORDS_AT_ONCE = 20;
/** Number of regressors: a constant, the decoded samples, and the end's own value if it is sent. */
const orderOf = ({ endUnit }: FittedRung): number => 1 + SEEN + (endUnit === undefined ? 0 : 1);

/** Sums of a least-squares problem; all samples of an end share the left-hand side. */
interface Sums {
  readonly end: End;
  /** Number of regressors of a sample's correction. */
  readonly order: number;
  readonly matrix: Float64Array;
  readonly right: readonly Float64Array[];
}

/** @param records millivolts at 300 Hz, 8,960 samples or more each */
export function fitBorders(
  networks: Pick<NeuralNetworks, 'encoder' | 'decoder'>,
  rungs: readonly FittedRung[],
  records: readonly Float32Array[],
): LayersModel {
  const [encoder, decoder] = [new Network(networks.encoder), new Network(networks.decoder)];
  const sums = rungs.map((rung) => [emptySums('first', orderOf(rung)), emptySums('last', orderOf(rung))]);
  let rows = 0;
  for (let first = 0; first < records.length; first += RECORDS_AT_ONCE) {
    const windows = records.slice(first, first + RECORDS_AT_ONCE).flatMap(cutWindows);
    const { samples } = normaliseWindows(windows);
    const x = splitRows(samples, WINDOW);
    const values = encoder.run(samples, windows.length)[0]!;
    rungs.forEach((rung, r) => {
      const decoded = decoder.run(dequantise(quantise(values, rung), rung), windows.length, NEURAL_CHANNELS)[0]!;
      const { endUnit } = rung;
      splitRows(decoded, WINDOW).forEach((said, w) => {
        const ends = endUnit === undefined ? [] : quantiseEnds(x[w]!, endUnit).map((own) => own * endUnit);
        sums[r]!.forEach((own, end) => {
          addRow(own, x[w]!, said, ends[end]);
        });
      });
    });
    rows += windows.length;
  }
  const correction = buildBorderCorrection({ inputs: rungs.map((rung) => orderOf(rung) - 1), corrected: CORRECTED });
  const weights = sums.flat().flatMap((own) => {
    const { kernel, bias } = solved(own, rows);
    return [tf.tensor2d(kernel, [own.order - 1, CORRECTED]), tf.tensor1d(bias)];
  });
  correction.setWeights(weights);
  return correction;
}

function emptySums(end: End, order: number): Sums {
  const right = Array.from({ length: CORRECTED }, () => new Float64Array(order));
  return { end, order, matrix: new Float64Array(order * order), right };
}

function addRow(
  { end, order, matrix, right }: Sums,
  x: Float32Array,
  decoded: Float32Array,
  sent: number | undefined,
): void {
  const seen = Float64Array.from({ length: order }, (_, a) =>
    a === 0 ? 1 : (a <= SEEN ? decoded[placeFrom(end, a - 1)] : sent)!,
  );
  for (let a = 0; a < order; a++) for (let b = 0; b < order; b++) matrix[a * order + b]! += seen[a]! * seen[b]!;
  right.forEach((of, i) => {
    const error = x[placeFrom(end, i)]! - decoded[placeFrom(end, i)]!;
    for (let a = 0; a < order; a++) of[a]! += seen[a]! * error;
  });
}

function solved({ order, matrix, right }: Sums, rows: number): { kernel: Float32Array; bias: Float32Array } {
  const ridged = matrix.slice();
  for (let a = 1; a < order; a++) ridged[a * order + a]! += RIDGE * rows;
  const lower = factorise(ridged, order);
  const [kernel, bias] = [new Float32Array((order - 1) * CORRECTED), new Float32Array(CORRECTED)];
  right.forEach((of, i) => {
    const own = solve(lower, of, order);
    bias[i] = own[0]!;
    for (let a = 0; a < order - 1; a++) kernel[a * CORRECTED + i] = own[a + 1]!;
  });
  return { kernel, bias };
}
