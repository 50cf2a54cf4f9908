import { trainingBatchNorm } from '../kernels.js';
import tf, { type Tensor } from '../tf.js';

// Momentum 0.9: a short training has hundreds of steps, not the hundreds of thousands that 0.99 is meant for.
const MOMENTUM = 0.9;
const EPSILON = 1e-3;

type Weight = ReturnType<InstanceType<typeof tf.layers.Layer>['addWeight']>;

/** Batch normalisation over [batch, 1, n, channels]; weights as in tfjs's own layer: gamma, beta, moving mean and variance. */
export class BatchNorm extends tf.layers.Layer {
  static readonly className = 'DynamicDeepBatchNorm';
  #weights: Weight[] = [];

  override build(inputShape: (number | null)[]): void {
    const shape = [inputShape.at(-1) ?? 0];
    const weight = (name: string, initializer: 'zeros' | 'ones', trainable: boolean) =>
      this.addWeight(name, shape, 'float32', tf.initializers[initializer](), undefined, trainable);
    this.#weights = [
      weight('gamma', 'ones', true),
      weight('beta', 'zeros', true),
      weight('moving_mean', 'zeros', false),
      weight('moving_variance', 'ones', false),
    ];
    this.built = true;
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const [gamma, beta, movingMean, movingVariance] = this.#weights as [Weight, Weight, Weight, Weight];
      if (!training) {
        return tf.batchNorm(x, movingMean.read(), movingVariance.read(), beta.read(), gamma.read(), EPSILON);
      }
      const { output, mean, variance } = trainingBatchNorm(x, gamma.read(), beta.read(), EPSILON);
      follow(movingMean, mean);
      follow(movingVariance, variance);
      tf.dispose([mean, variance]);
      return output;
    });
  }
}
tf.serialization.registerClass(BatchNorm);

function follow(moving: Weight, batch: Tensor): void {
  moving.write(tf.add(tf.mul(moving.read(), MOMENTUM), tf.mul(batch, 1 - MOMENTUM)));
}
