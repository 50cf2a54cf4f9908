/** The networks of the neural rungs. */
import { buildNeuralDecoder, buildNeuralEncoder, buildNeuralPredictor } from '../model/architectures/neural-codec.js';
import { readManifest, type Manifest } from '../model/manifest.js';
import { Network } from '../model/network.js';
import { loadNetwork } from '../model/store.js';
import type { DecoderNetworks, EncoderNetworks, EncoderOutput, RungOutput } from './network-types.js';
import { DenseNetworks } from './dense-predictor.js';
import { BorderCorrection } from './border-correction.js';
import { neuralRungs, type Ladder, type NeuralRung } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';
import { NEURAL_CHANNELS } from './neural-latents.js';
import { dequantise, fromRows, quantise, toRows } from './neural-quantiser.js';

/** Edge side: encoder (213 KB at four bytes a weight, within the paper's 332 KB) and dense predictor (476 KB together, above). */
export class NeuralEncoder implements EncoderNetworks {
  readonly #encoder: Network;
  readonly #predict: Predict;
  readonly #rungs: readonly NeuralRung[];

  private constructor(encoder: Network, predict: Predict, rungs: readonly NeuralRung[]) {
    this.#encoder = encoder;
    this.#predict = predict;
    this.#rungs = rungs;
  }

  /** @param predicts whether to predict errors; they are NaN otherwise */
  static async load(folder: string, ladder: Ladder, predicts: boolean): Promise<NeuralEncoder> {
    const { manifest } = await readManifest(folder);
    const rungs = neuralRungs(ladder);
    const encoder = buildNeuralEncoder();
    await loadNetwork(folder, manifest, 'encoder', encoder);
    const predict = predicts ? await loadPredictor(folder, manifest, ladder, rungs) : none;
    return new NeuralEncoder(new Network(encoder), predict, rungs);
  }

  encode(windows: Float32Array, n: number): EncoderOutput {
    const [values = new Float32Array()] = this.#encoder.run(windows, n);
    const latents = this.#rungs.map((rung) => ({ rung, integers: quantise(values, rung) }));
    const predicted = this.#predict(values, latents, n);
    const nothing = new Float32Array(n * PREDICTED_TASKS.length).fill(Number.NaN);
    return new Map<number, RungOutput>([
      // Covers rungs without latents, for which the predictor also gives errors; neural rungs are replaced below.
      ...[...predicted].map(([index, errors]) => [index, { latents: new Int8Array(), predicted: errors }] as const),
      ...latents.map(({ rung, integers }) => {
        const { index } = rung;
        return [
          index,
          { latents: toRows(rung, integers, windows), predicted: predicted.get(index) ?? nothing },
        ] as const;
      }),
    ]);
  }
}

type Predict = (...given: Parameters<DenseNetworks['predict']>) => ReturnType<DenseNetworks['predict']>;

const none: Predict = () => new Map();

/** Loads the predictor from the codec's folder `dense` if it exists, else the `predictor` network of the manifest. */
async function loadPredictor(
  folder: string,
  manifest: Manifest,
  ladder: Ladder,
  rungs: readonly NeuralRung[],
): Promise<Predict> {
  const dense = await DenseNetworks.load(folder, ladder, manifest.networks['encoder']?.sha256);
  if (dense !== undefined) return (values, latents, n) => dense.predict(values, latents, n);
  const tasks = PREDICTED_TASKS.length;
  const model = buildNeuralPredictor(rungs.length * tasks);
  await loadNetwork(folder, manifest, 'predictor', model);
  const network = new Network(model);
  return (values, _latents, n) => {
    const [errors = new Float32Array()] = network.run(values, n, NEURAL_CHANNELS);
    return new Map(
      rungs.map(({ index }, place) => {
        const predicted = new Float32Array(n * tasks);
        for (let row = 0; row < n; row++) {
          const from = (row * rungs.length + place) * tasks;
          predicted.set(errors.subarray(from, from + tasks), row * tasks);
        }
        return [index, predicted];
      }),
    );
  };
}

/** Cloud side: decoder and border correction. */
export class NeuralDecoder implements DecoderNetworks {
  readonly #decoder: Network;
  readonly #rungs: readonly NeuralRung[];
  readonly #borders: BorderCorrection | undefined;

  private constructor(decoder: Network, rungs: readonly NeuralRung[], borders: BorderCorrection | undefined) {
    this.#decoder = decoder;
    this.#rungs = rungs;
    this.#borders = borders;
  }

  static async load(folder: string, ladder: Ladder): Promise<NeuralDecoder> {
    const { manifest } = await readManifest(folder);
    const decoder = buildNeuralDecoder();
    await loadNetwork(folder, manifest, 'decoder', decoder);
    const rungs = neuralRungs(ladder);
    return new NeuralDecoder(new Network(decoder), rungs, await BorderCorrection.load(folder, manifest, rungs));
  }

  decode(index: number, rows: Int8Array, n: number): Float32Array {
    const place = this.#rungs.findIndex((rung) => rung.index === index);
    const rung = this.#rungs[place]!;
    const { latents, ends } = fromRows(rung, rows);
    const values = dequantise(latents, rung);
    const [samples = new Float32Array()] = this.#decoder.run(values, n, NEURAL_CHANNELS);
    this.#borders?.apply(place, samples, ends);
    return samples;
  }
}
