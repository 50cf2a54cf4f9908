import type { Bounds } from '../../../lib/codec/choose.js';
import type { RungCandidate, WindowCandidates } from '../../../lib/codec/window-encoder.js';
import { DensePredictor } from '../../../lib/prediction/dense.js';
import { SynthesisPredictor } from '../../../lib/prediction/synthesis.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import type { Codec } from './codec.js';

/** What an edge's predictor makes of its windows: the candidate that each takes; undefined: losslessly. */
export interface Predictor {
  readonly name: string;
  /** Windows of a stream come in order, and begin at 0 with each call. */
  readonly choose: (
    windows: readonly WindowCandidates[],
    bounds: Bounds,
  ) => Promise<readonly (RungCandidate | undefined)[]>;
}

export function densePredictor({ ladder, decodeLatents: decode }: Pick<Codec, 'ladder' | 'decodeLatents'>): Predictor {
  return {
    name: 'dense',
    choose: (windows, bounds) => new DensePredictor({ ladder, bounds, decode }).choose(windows),
  };
}

/** The predictors of a codec, the one that ships first: the dense one alone where it was never measured with the other. */
export function predictorsOf(codec: Codec, inference: Inference): [Predictor, ...Predictor[]] {
  const { ladder, decodeLatents: decode } = codec;
  const { synthesisTau: tau } = ladder;
  if (tau === undefined) return [densePredictor(codec)];
  const synthesis: Predictor = {
    name: 'synthesis',
    choose: (windows, bounds) => new SynthesisPredictor({ ladder, bounds, tau, decode, inference }).choose(windows),
  };
  return [synthesis, densePredictor(codec)];
}
