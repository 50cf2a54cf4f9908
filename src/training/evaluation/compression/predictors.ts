import { chooseRung, type TaskErrors } from '../../../lib/codec/choose.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import type { RungCandidate, WindowCandidates } from '../../../lib/codec/window-encoder.js';
import { SynthesisPredictor } from '../../../lib/prediction/synthesis.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import type { Codec } from './codec.js';

/** What an edge's predictor makes of its windows: the candidate that each takes; undefined: losslessly. */
export interface Predictor {
  readonly name: string;
  /** Windows of a stream come in order, and begin at 0 with each call. */
  readonly choose: (
    windows: readonly WindowCandidates[],
    bounds: TaskErrors,
  ) => Promise<readonly (RungCandidate | undefined)[]>;
}

/** The word that comes with each candidate is taken: dense for neural rungs, what is expected of transform rungs. */
export function densePredictor({ tau }: Pick<Ladder, 'tau'>): Predictor {
  return {
    name: 'dense',
    choose: (windows, bounds) => Promise.resolve(windows.map(({ candidates }) => chooseRung(candidates, bounds, tau))),
  };
}

/** The predictors of a codec, the one that ships first: the dense one alone where it was never measured with the other. */
export function predictorsOf(codec: Codec, inference: Inference): [Predictor, ...Predictor[]] {
  const { ladder, decodeLatents: decode } = codec;
  const { synthesisTau: tau } = ladder;
  if (tau === undefined) return [densePredictor(ladder)];
  const synthesis: Predictor = {
    name: 'synthesis',
    choose: (windows, bounds) => new SynthesisPredictor({ ladder, bounds, tau, decode, inference }).choose(windows),
  };
  return [synthesis, densePredictor(ladder)];
}
