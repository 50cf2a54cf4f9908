/**
 * One-dimensional building blocks. Signals are [batch, 1, samples, channels]: TensorFlow runs every 1-D convolution as a 2-D
 * one, and keeping the extra axis saves two reshapes for each layer, which is where small networks spend their time.
 */
import { BatchNorm } from './batch-norm.js';
import tf, { type SymbolicTensor } from '../tf.js';

export type Activation = 'relu' | 'swish' | 'sigmoid' | 'softplus' | 'linear';

export interface ConvOptions {
  stride?: number;
  activation?: Activation;
  bias?: boolean;
  padding?: 'same' | 'valid';
  name?: string;
  /** Initialises the kernel with zeros, so that what the output is added to passes unchanged at first. */
  fromZero?: boolean;
}

/** Convolution over samples with `filters` outputs and an odd `kernel`. */
export function conv(x: SymbolicTensor, filters: number, kernel: number, options: ConvOptions = {}): SymbolicTensor {
  return tf.layers
    .conv2d({
      filters,
      kernelSize: [1, kernel],
      strides: [1, options.stride ?? 1],
      padding: options.padding ?? 'same',
      useBias: options.bias ?? true,
      kernelInitializer: options.fromZero === true ? 'zeros' : 'heNormal',
      ...(options.activation === undefined ? {} : { activation: options.activation }),
      ...(options.name === undefined ? {} : { name: options.name }),
    })
    .apply(x) as SymbolicTensor;
}

export function batchNorm(x: SymbolicTensor): SymbolicTensor {
  return new BatchNorm({}).apply(x) as SymbolicTensor;
}

export function activate(x: SymbolicTensor, activation: Activation): SymbolicTensor {
  return tf.layers.activation({ activation }).apply(x) as SymbolicTensor;
}

/** ReLU with a slope of 0.2 below zero. */
export function leaky(x: SymbolicTensor): SymbolicTensor {
  return tf.layers.leakyReLU({ alpha: 0.2 }).apply(x) as SymbolicTensor;
}

export function dropout(x: SymbolicTensor, rate: number): SymbolicTensor {
  return rate === 0 ? x : (tf.layers.dropout({ rate }).apply(x) as SymbolicTensor);
}

export function add(a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  return tf.layers.add().apply([a, b]) as SymbolicTensor;
}

export function concat(parts: SymbolicTensor[]): SymbolicTensor {
  return tf.layers.concatenate({ axis: 3 }).apply(parts) as SymbolicTensor;
}

/** Divides the sample rate by `size`, keeping the largest sample of each group. */
export function maxPool(x: SymbolicTensor, size: number): SymbolicTensor {
  return tf.layers
    .maxPooling2d({ poolSize: [1, size], strides: [1, size], padding: 'same' })
    .apply(x) as SymbolicTensor;
}

/** Repeats every sample `factor` times. */
export function upSample(x: SymbolicTensor, factor: number): SymbolicTensor {
  return tf.layers.upSampling2d({ size: [1, factor] }).apply(x) as SymbolicTensor;
}

/** Mean over samples: [batch, 1, n, channels] -> [batch, 1, 1, channels]. */
export function globalMean(x: SymbolicTensor): SymbolicTensor {
  return ofAllSamples(x, tf.layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor);
}

/** Maximum over samples: [batch, 1, n, channels] -> [batch, 1, 1, channels]. */
export function globalMax(x: SymbolicTensor): SymbolicTensor {
  return ofAllSamples(x, tf.layers.globalMaxPooling2d({}).apply(x) as SymbolicTensor);
}

function ofAllSamples(x: SymbolicTensor, pooled: SymbolicTensor): SymbolicTensor {
  return tf.layers.reshape({ targetShape: [1, 1, x.shape.at(-1) ?? 0] }).apply(pooled) as SymbolicTensor;
}
