/**
 * Encoder and decoder see only one side of a window's ends, which costs accuracy there and leaves a step from window to window.
 * A linear correction of the samples at each end removes most of both. Its inputs are the decoded samples there and the value of
 * the end, if the rung sends it. It is fitted for each neural rung by least squares.
 */
import { buildBorderCorrection } from '../model/architectures/neural-codec.js';
import type { Manifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
import type { NeuralRung } from './ladder.js';
import type { LayersModel } from '../model/tf.js';
import { WINDOW } from '../signal/grid.js';

/** Number of samples corrected at each end, and number of decoded samples there that each correction uses. */
export const CORRECTED = 50;
export const SEEN = 64;

/** Name of the network in the codec's manifest. */
const NETWORK = 'borders';

const ENDS = ['first', 'last'] as const;
export type End = (typeof ENDS)[number];

/** Returns the index in the window of the `i`th sample from an end. */
export function placeFrom(end: End, i: number): number {
  return end === 'first' ? i : WINDOW - 1 - i;
}

/** Returns the number of inputs of a correction: the decoded samples, and the end's value if the rung sends it. */
export function inputsOf({ coding }: Pick<NeuralRung, 'coding'>): number {
  return SEEN + (coding === undefined ? 0 : 1);
}

/** Weights of one end: kernel [64 or 65 x 50] and bias [50]. */
interface EndWeights {
  readonly end: End;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

export class BorderCorrection {
  readonly #rungs: readonly (readonly EndWeights[])[];

  /** @param weights kernel and bias of each end of each rung, in the network's order */
  private constructor(weights: readonly Float32Array[]) {
    this.#rungs = Array.from({ length: weights.length / 4 }, (_, rung) =>
      ENDS.map((end, e) => ({ end, kernel: weights[4 * rung + 2 * e]!, bias: weights[4 * rung + 2 * e + 1]! })),
    );
  }

  /** Returns undefined if the manifest has no border correction; windows then stay as the network decodes them. */
  static async load(
    folder: string,
    manifest: Manifest,
    rungs: readonly Pick<NeuralRung, 'coding'>[],
  ): Promise<BorderCorrection | undefined> {
    if (manifest.networks[NETWORK] === undefined) return undefined;
    const network = buildBorderCorrection({ inputs: rungs.map(inputsOf), corrected: CORRECTED });
    await loadNetwork(folder, manifest, NETWORK, network);
    const correction = BorderCorrection.of(network);
    network.dispose();
    return correction;
  }

  /** Copies the weights of a network of `buildBorderCorrection`, which may be disposed afterwards. */
  static of(network: LayersModel): BorderCorrection {
    return new BorderCorrection(network.getWeights().map((tensor) => Float32Array.from(tensor.dataSync())));
  }

  /**
   * Corrects rows of 1,792 normalised samples, in place. `rung` is the index among the neural rungs. `sent` holds the values of
   * each row's ends, [n x 2], if the rung sends them.
   */
  apply(rung: number, samples: Float32Array, sent?: Float32Array): void {
    for (let row = 0; row * WINDOW < samples.length; row++) {
      const window = samples.subarray(row * WINDOW, (row + 1) * WINDOW);
      this.#rungs[rung]?.forEach((own, end) => {
        correctEnd(window, own, sent?.[ENDS.length * row + end]);
      });
    }
  }
}

/** Corrects one end in place. Sums in double precision in a fixed order, so the result is the same on every machine. */
function correctEnd(window: Float32Array, { end, kernel, bias }: EndWeights, sent: number | undefined): void {
  const inputs = kernel.length / CORRECTED;
  const seen = Float64Array.from({ length: inputs }, (_, a) => (a < SEEN ? window[placeFrom(end, a)]! : sent!));
  for (let i = 0; i < CORRECTED; i++) {
    let sum = bias[i]!;
    for (let a = 0; a < inputs; a++) sum += seen[a]! * kernel[a * CORRECTED + i]!;
    window[placeFrom(end, i)]! += sum;
  }
}
