/**
 * Encoder and decoder see one side only of a window's ends. A linear correction of the last samples there, made of the
 * decoded ones around them and fitted for each neural rung by least squares, takes back most of what that costs.
 */
import { buildBorderCorrection } from '../model/architectures/neural-codec.js';
import type { Manifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
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

/** Weights of one end: [64 x 50] and a constant each. */
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
  static async load(folder: string, manifest: Manifest, rungs: number): Promise<BorderCorrection | undefined> {
    if (manifest.networks[NETWORK] === undefined) return undefined;
    const network = buildBorderCorrection({ rungs, seen: SEEN, corrected: CORRECTED });
    await loadNetwork(folder, manifest, NETWORK, network);
    const correction = BorderCorrection.of(network);
    network.dispose();
    return correction;
  }

  /** What `buildBorderCorrection` holds; the network may go afterwards. */
  static of(network: LayersModel): BorderCorrection {
    return new BorderCorrection(network.getWeights().map((tensor) => Float32Array.from(tensor.dataSync())));
  }

  /** Corrects rows of 1,792 normalised samples, in place. `rung` counts the neural rungs. */
  apply(rung: number, samples: Float32Array): void {
    for (let from = 0; from < samples.length; from += WINDOW) {
      const window = samples.subarray(from, from + WINDOW);
      for (const own of this.#rungs[rung] ?? []) correctEnd(window, own);
    }
  }
}

/** Summed in double precision and in one order: the same on every machine. */
function correctEnd(window: Float32Array, { end, kernel, bias }: EndWeights): void {
  const seen = Float64Array.from({ length: SEEN }, (_, a) => window[placeFrom(end, a)]!);
  for (let i = 0; i < CORRECTED; i++) {
    let sum = bias[i]!;
    for (let a = 0; a < SEEN; a++) sum += seen[a]! * kernel[a * CORRECTED + i]!;
    window[placeFrom(end, i)]! += sum;
  }
}
