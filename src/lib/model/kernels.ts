/**
 * TensorFlow kernels that tfjs does not offer. tfjs differentiates batch normalisation and ReLU as a dozen elementwise
 * passes each; TensorFlow has one kernel for either gradient, and a training step takes half the time with them.
 */
import tf, { type Tensor } from './tf.js';

interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_FLOAT: number;
}
interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string;
}
interface NodeBackend {
  readonly binding: Binding;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[];
}

const backend = tf.backend() as unknown as NodeBackend;
const { binding } = backend;
const float = (name: string): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT });

function normAttributes(epsilon: number): Attribute[] {
  return [
    float('T'),
    float('U'),
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}

export interface BatchMoments {
  readonly output: Tensor;
  /** Mean and variance over all axes but the last: [channels]. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Normalises [batch, 1, n, channels] by the batch's own moments (Ioffe and Szegedy, 2015). Differentiable in x, gamma, beta. */
export function trainingBatchNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): BatchMoments {
  const attributes = normAttributes(epsilon);
  let moments: Omit<BatchMoments, 'output'> | undefined;
  const normalise = tf.customGrad((...args) => {
    const save = args.pop() as unknown as (tensors: Tensor[]) => void;
    const [input, scale, offset] = args as [Tensor, Tensor, Tensor];
    const none = tf.tensor1d([]);
    const outputs = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      [...attributes, { name: 'exponential_avg_factor', type: binding.TF_ATTR_FLOAT, value: 1 }],
      [input, scale, offset, none, none],
      6,
    );
    const [value, mean, variance, ...reserved] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    moments = { mean: tf.keep(mean), variance: tf.keep(variance) };
    save([input, scale, ...reserved]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    };
  });
  const output = normalise(x, gamma, beta);
  if (moments === undefined) throw new Error('batch normalisation did not run');
  return { output, ...moments };
}

/** Rounds to whole numbers with a straight-through gradient. */
export function roundStraight(x: Tensor): Tensor {
  return tf.customGrad((...args) => ({ value: tf.round(args[0] as Tensor), gradFunc: (dy: Tensor) => dy }))(x);
}

/** tfjs's own gradients of ReLU and leaky ReLU take several passes over the signal. */
tf.registerGradient({
  kernelName: 'Relu',
  outputsToSave: [true],
  gradFunc: (dy, saved) => ({
    x: () => backend.executeMultipleOutputs('ReluGrad', [float('T')], [dy as Tensor, saved[0]!], 1)[0]!,
  }),
});
tf.registerGradient({
  kernelName: 'LeakyRelu',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const alpha = { name: 'alpha', type: binding.TF_ATTR_FLOAT, value: attributes['alpha'] as unknown as number };
    return {
      x: () => backend.executeMultipleOutputs('LeakyReluGrad', [float('T'), alpha], [dy as Tensor, saved[0]!], 1)[0]!,
    };
  },
});
