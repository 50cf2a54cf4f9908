/** What a codec's networks are to those who run them. */

/** What the encoder says of n windows under one rung. */
export interface RungOutput {
  /** n rows of the rung's integers: latents, and the window's ends behind them where the rung sends those. None of a transform rung. */
  readonly latents: Int8Array;
  /** n x 2 predicted errors: rhythm in nats, peaks as RPnet's loss. Empty where nothing predicts them. */
  readonly predicted: Float32Array;
}
/** By the rung's place in the ladder: every rung with latents, and what else the predictor has a word of. */
export type EncoderOutput = ReadonlyMap<number, RungOutput>;

export interface EncoderNetworks {
  /** `windows` holds n rows of 1,792 normalised samples. */
  encode: (windows: Float32Array, n: number) => EncoderOutput;
}

export interface DecoderNetworks {
  /** Normalised samples, n rows of 1,792, of n rows of integers of the rung at a place of the ladder. */
  decode: (rung: number, latents: Int8Array, n: number) => Float32Array;
}
