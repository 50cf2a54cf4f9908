/** Windows as the predictors see them, and what the predictors say. */
import { LATENT_COUNT, type Head } from '../lib/codec/latents.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';

export interface Samples {
  /** Rows of latents in -1..1 and of errors (rhythm, peaks). */
  readonly latents: Float32Array[];
  readonly errors: [number, number][];
}

/** Errors (rhythm, peaks) of windows that went by one rung throughout. */
export interface TransformErrors {
  readonly ratio: number;
  readonly errors: [number, number][];
}

/** Predicted errors (rhythm, peaks) of rows of latents. */
export function predictErrors(predictor: LayersModel, head: Head, latents: readonly Float32Array[]): number[][] {
  return tf.tidy(() => {
    const x = tf.stack(latents.map((l) => tf.tensor3d(l, [1, LATENT_COUNT[head], 1])));
    return (predictor.predict(x) as Tensor).arraySync() as number[][];
  });
}
