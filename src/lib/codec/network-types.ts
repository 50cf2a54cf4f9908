/** Interfaces of a codec's networks. */

/** The encoder's output for n windows under one rung. */
export interface RungOutput {
  /** n rows of the rung's integers: latents, then the window's ends if the rung sends them. Empty for a transform rung. */
  readonly latents: Int8Array;
  /** n x 2 predicted errors: rhythm in nats, peaks as RPnet's loss. Empty or NaN if nothing predicts them. */
  readonly predicted: Float32Array;
}
/** Output by the rung's index in the ladder: every rung with latents, and any other rung that the predictor covers. */
export type EncoderOutput = ReadonlyMap<number, RungOutput>;

export interface EncoderNetworks {
  /** `windows` holds n rows of 1,792 normalised samples. */
  encode: (windows: Float32Array, n: number) => EncoderOutput;
}

export interface DecoderNetworks {
  /** Returns normalised samples, n rows of 1,792, from n rows of integers; `rung` is the rung's index in the ladder. */
  decode: (rung: number, latents: Int8Array, n: number) => Float32Array;
}
