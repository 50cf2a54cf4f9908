/** The dense predictor: predicts the errors that each rung would add to the tasks, from the encoder's output alone. */
import { DynamicDeepError } from '../errors/index.js';
import { buildDenseErrors, buildDenseStudent } from '../model/architectures/dense-predictor.js';
import { Network } from '../model/network.js';
import { loadNetwork } from '../model/store.js';
import { denseFolder, readDense, type DenseParameters } from './dense-manifest.js';
import { denseFeatureCount, denseFeatures, errorOf, STUDENT_OUTPUTS } from './dense-features.js';
import type { Ladder, NeuralRung } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';
import { NEURAL_CHANNELS, NEURAL_LATENTS } from './neural-latents.js';
import { dequantise } from './neural-quantiser.js';

/** Returns the student's posteriors [7 x 4] for each row of latents [56 x 4]. */
export function studentPosteriors(student: Network, rows: readonly Float32Array[]): Float32Array[] {
  const input = new Float32Array(rows.length * NEURAL_LATENTS);
  rows.forEach((row, i) => {
    input.set(row, i * NEURAL_LATENTS);
  });
  const [logits = new Float32Array()] = student.run(input, rows.length, NEURAL_CHANNELS);
  return rows.map((_, i) => softmaxRows(logits.slice(i * STUDENT_OUTPUTS, (i + 1) * STUDENT_OUTPUTS)));
}

const CLASSES = 4;

function softmaxRows(logits: Float32Array): Float32Array {
  for (let s = 0; s < logits.length; s += CLASSES) {
    const own = logits.subarray(s, s + CLASSES);
    const highest = Math.max(...own);
    let sum = 0;
    for (let c = 0; c < CLASSES; c++) sum += own[c] = Math.exp(own[c]! - highest);
    for (let c = 0; c < CLASSES; c++) own[c]! /= sum;
  }
  return logits;
}

/** Student and error network from a codec's folder `dense`. */
export class DenseNetworks {
  readonly #student: Network;
  readonly #errors: Network;
  readonly #parameters: DenseParameters;
  /** Index in the ladder of each output's rung. */
  readonly #places: readonly number[];

  private constructor(student: Network, errors: Network, parameters: DenseParameters, places: readonly number[]) {
    this.#student = student;
    this.#errors = errors;
    this.#parameters = parameters;
    this.#places = places;
  }

  /**
   * Returns undefined if the codec has no folder `dense`.
   *
   * @param encoder SHA-256 of the encoder's weights
   * @throws DynamicDeepError MODEL_INVALID if the predictor belongs to another encoder or ladder
   */
  static async load(codec: string, ladder: Ladder, encoder: string | undefined): Promise<DenseNetworks | undefined> {
    const dense = await readDense(codec);
    if (dense === undefined) return undefined;
    const { manifest, parameters } = dense;
    const refuse = (why: string): never => {
      throw new DynamicDeepError('MODEL_INVALID', `${denseFolder(codec)}: ${why}`);
    };
    if (parameters.encoder !== encoder) refuse('it was learnt with another encoder');
    const places = parameters.rungs.map((name) => {
      const rung = ladder.rungs.find((own) => own.name === name);
      return rung?.index ?? refuse(`the codec has no rung '${name}'`);
    });
    const features = denseFeatureCount(ladder.rungs.filter(({ kind }) => kind === 'neural').length);
    if (parameters.mean.length !== features || parameters.deviation.length !== features) refuse('features do not fit');
    const student = buildDenseStudent();
    const errors = buildDenseErrors(features, parameters.rungs.length * PREDICTED_TASKS.length);
    await loadNetwork(denseFolder(codec), manifest, 'student', student);
    await loadNetwork(denseFolder(codec), manifest, 'errors', errors);
    return new DenseNetworks(new Network(student), new Network(errors), parameters, places);
  }

  /**
   * Returns the predicted errors [n x tasks] of every rung it knows, by the rung's index in the ladder.
   *
   * @param values the encoder's output, n rows
   * @param latents n rows of integers for each neural rung
   */
  predict(
    values: Float32Array,
    latents: readonly { readonly rung: NeuralRung; readonly integers: Int8Array }[],
    n: number,
  ): ReadonlyMap<number, Float32Array> {
    const { mean, deviation, floors } = this.#parameters;
    const features = windowFeatures(this.#student, values, latents, n);
    const width = mean.length;
    const input = new Float32Array(n * width);
    features.forEach((own, row) => {
      own.forEach((v, i) => (input[row * width + i] = (v - mean[i]!) / deviation[i]!));
    });
    const [logarithms = new Float32Array()] = this.#errors.run(input, n, width);
    const tasks = floors.length;
    return new Map(
      this.#places.map((place, output) => {
        const errors = Float32Array.from({ length: n * tasks }, (_, i) => {
          const [row, task] = [Math.floor(i / tasks), i % tasks];
          return errorOf(logarithms[(row * this.#places.length + output) * tasks + task]!, floors[task]!);
        });
        return [place, errors];
      }),
    );
  }
}

/** Returns `denseFeatures` of n windows, not standardised. */
export function windowFeatures(
  student: Network,
  values: Float32Array,
  latents: readonly { readonly rung: Pick<NeuralRung, 'inverses'>; readonly integers: Int8Array }[],
  n: number,
): Float32Array[] {
  const rowOf = <T extends Float32Array | Int8Array>(of: T, row: number): T =>
    of.slice(row * NEURAL_LATENTS, (row + 1) * NEURAL_LATENTS) as T;
  const rows = Array.from({ length: n }, (_, row) => row);
  const seen = rows.flatMap((row) => [
    rowOf(values, row),
    ...latents.map(({ rung, integers }) => dequantise(rowOf(integers, row), rung)),
  ]);
  const posteriors = studentPosteriors(student, seen);
  const each = latents.length + 1;
  return rows.map((row) => {
    const [posterior = new Float32Array(), ...others] = posteriors.slice(row * each, (row + 1) * each);
    const own = latents.map(({ integers }) => rowOf(integers, row));
    return denseFeatures({ values: rowOf(values, row), latents: own, posterior, posteriors: others });
  });
}
