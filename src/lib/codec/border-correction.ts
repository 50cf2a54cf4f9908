/**
 * Encoder and decoder see one side only of a window's ends. A linear correction of the last samples there, made of the
 * decoded ones around them and of the end's own value, where the rung sends it, and fitted for each neural rung by least
 * squares, takes back most of what that costs, and the step from window to window.
 */
import { buildBorderCorrection } from '../model/architectures/neural-codec.js';
import type { Manifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
import type { NeuralRung } from './ladder.js';
import type { LayersModel } from '../model/tf.js';
import { WINDOW } from '../signal/grid.js';

/** Samples at each end that are corrected, and decoded samples there that each correction is made of. */
export const CORRECTED = 50;
export const SEEN = 64;

/** The file of a codec that has its weights. */
const NETWORK = 'borders';

const ENDS = ['first', 'last'] as const;
export type End = (typeof ENDS)[number];

/** Place in the window of the `i`th sample from an end. */
export function placeFrom(end: End, i: number): number {
  return end === 'first' ? i : WINDOW - 1 - i;
}

/** What a correction is made of: the decoded samples, and the end's value where the rung sends it. */
export function inputsOf({ coding }: Pick<NeuralRung, 'coding'>): number {
  return SEEN + (coding === undefined ? 0 : 1);
}

/** Weights of one end: [64 or 65 x 50] and a constant each. */
interface EndWeights {
  readonly end: End;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

export class BorderCorrection {
  readonly #rungs: readonly (readonly EndWeights[])[];

  /** @param weights kernel and bias of each end of each rung, as the network holds them */
  private constructor(weights: readonly Float32Array[]) {
    this.#rungs = Array.from({ length: weights.length / 4 }, (_, rung) =>
      ENDS.map((end, e) => ({ end, kernel: weights[4 * rung + 2 * e]!, bias: weights[4 * rung + 2 * e + 1]! })),
    );
  }

  /** Of a codec whose manifest has it; a codec without one leaves its windows as the network decodes them. */
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

  /** What `buildBorderCorrection` holds; the network may go afterwards. */
  static of(network: LayersModel): BorderCorrection {
    return new BorderCorrection(network.getWeights().map((tensor) => Float32Array.from(tensor.dataSync())));
  }

  /**
   * Corrects rows of 1,792 normalised samples, in place. `rung` counts the neural rungs; `sent` has the ends' values of each
   * row, [n x 2], where the rung sends them.
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

/** Summed in double precision and in one order: the same on every machine. */
function correctEnd(window: Float32Array, { end, kernel, bias }: EndWeights, sent: number | undefined): void {
  const inputs = kernel.length / CORRECTED;
  const seen = Float64Array.from({ length: inputs }, (_, a) => (a < SEEN ? window[placeFrom(end, a)]! : sent!));
  for (let i = 0; i < CORRECTED; i++) {
    let sum = bias[i]!;
    for (let a = 0; a < inputs; a++) sum += seen[a]! * kernel[a * CORRECTED + i]!;
    window[placeFrom(end, i)]! += sum;
  }
}
