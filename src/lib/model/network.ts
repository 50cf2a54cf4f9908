import { DynamicDeepError } from '../errors/index.js';
import tf, { type LayersModel } from './tf.js';

/**
 * A loaded network as a plain function of typed arrays; tensors live and die inside `run`. `input` holds `batch` rows
 * of `samples` x `channels`; the outputs come flattened, in the network's order.
 */
export class Network {
  readonly #model: LayersModel;

  constructor(model: LayersModel) {
    this.#model = model;
  }

  run(input: Float32Array, batch: number, channels = 1): Float32Array[] {
    const samples = input.length / batch / channels;
    if (!Number.isInteger(samples)) {
      throw new DynamicDeepError(
        'MODEL_INVALID',
        `${input.length} values are not ${batch} rows of ${channels} channels`,
      );
    }
    return tf.tidy(() => {
      const x = tf.tensor4d(input, [batch, 1, samples, channels]);
      const outputs = this.#model.predict(x);
      return (Array.isArray(outputs) ? outputs : [outputs]).map((output) => output.dataSync<'float32'>());
    });
  }
}

/** Live tensors and their bytes, for the check that nothing leaks. */
export function tensorMemory(): { tensors: number; bytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
}
