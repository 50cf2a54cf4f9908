/** The networks of the neural rungs. */
import { buildNeuralDecoder, buildNeuralEncoder, buildNeuralPredictor } from '../model/architectures/neural-codec.js';
import { readManifest } from '../model/manifest.js';
import { Network } from '../model/network.js';
import { loadNetwork } from '../model/store.js';
import type { DecoderNetworks, EncoderNetworks, EncoderOutput, RungOutput } from './network-types.js';
import { rungAt, type Ladder, type NeuralRung } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';
import { NEURAL_CHANNELS, NEURAL_LARGEST } from './neural-latents.js';

/** Edge side: encoder and dense predictor, within the paper's 332 KB. */
export class NeuralEncoder implements EncoderNetworks {
  readonly #encoder: Network;
  readonly #predictor: Network;
  readonly #rungs: readonly NeuralRung[];

  private constructor(encoder: Network, predictor: Network, rungs: readonly NeuralRung[]) {
    this.#encoder = encoder;
    this.#predictor = predictor;
    this.#rungs = rungs;
  }

  static async load(folder: string, ladder: Ladder): Promise<NeuralEncoder> {
    const { manifest } = await readManifest(folder);
    const rungs = ladder.rungs.filter((rung): rung is NeuralRung => rung.kind === 'neural');
    const encoder = buildNeuralEncoder();
    const predictor = buildNeuralPredictor(rungs.length * PREDICTED_TASKS.length);
    await loadNetwork(folder, manifest, 'encoder', encoder);
    await loadNetwork(folder, manifest, 'predictor', predictor);
    return new NeuralEncoder(new Network(encoder), new Network(predictor), rungs);
  }

  encode(windows: Float32Array, n: number): EncoderOutput {
    const [values = new Float32Array()] = this.#encoder.run(windows, n);
    const [errors = new Float32Array()] = this.#predictor.run(values, n, NEURAL_CHANNELS);
    const tasks = PREDICTED_TASKS.length;
    return new Map(
      this.#rungs.map((rung, place): [number, RungOutput] => {
        const predicted = new Float32Array(n * tasks);
        for (let row = 0; row < n; row++) {
          const from = (row * this.#rungs.length + place) * tasks;
          predicted.set(errors.subarray(from, from + tasks), row * tasks);
        }
        return [rung.index, { latents: quantise(values, rung), predicted }];
      }),
    );
  }
}

/** Integers of the encoder's output under a rung's gains. */
export function quantise(values: Float32Array, { gains }: Pick<NeuralRung, 'gains'>): Int8Array {
  return Int8Array.from(values, (v, i) =>
    Math.max(-NEURAL_LARGEST, Math.min(NEURAL_LARGEST, Math.round(v * gains[i % NEURAL_CHANNELS]!))),
  );
}

/** What the decoder network sees of integers: times the rung's inverse gains. */
export function dequantise(latents: Int8Array, { inverses }: Pick<NeuralRung, 'inverses'>): Float32Array {
  return Float32Array.from(latents, (v, i) => v * inverses[i % NEURAL_CHANNELS]!);
}

/** Cloud side. */
export class NeuralDecoder implements DecoderNetworks {
  readonly #decoder: Network;
  readonly #ladder: Ladder;

  private constructor(decoder: Network, ladder: Ladder) {
    this.#decoder = decoder;
    this.#ladder = ladder;
  }

  static async load(folder: string, ladder: Ladder): Promise<NeuralDecoder> {
    const { manifest } = await readManifest(folder);
    const decoder = buildNeuralDecoder();
    await loadNetwork(folder, manifest, 'decoder', decoder);
    return new NeuralDecoder(new Network(decoder), ladder);
  }

  decode(index: number, latents: Int8Array, n: number): Float32Array {
    const values = dequantise(latents, rungAt(this.#ladder, index) as NeuralRung);
    const [samples = new Float32Array()] = this.#decoder.run(values, n, NEURAL_CHANNELS);
    return samples;
  }
}
