import { certifiedBy, type CertifiedBy, type PredictorKind } from '../../../lib/certification/certificate.js';
import type { Certificates } from '../../../lib/certification/certificates.js';
import { chooseRung } from '../../../lib/codec/choose.js';
import type { RungCandidate, WindowCandidates } from '../../../lib/codec/window-encoder.js';
import { SynthesisPredictor } from '../../../lib/prediction/synthesis.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import type { Codec } from './codec.js';
import type { Bounds } from './rules.js';

/** By what a predictor chooses. */
export interface Choice {
  readonly bounds: Bounds;
  /** Share of a bound that a predicted error may reach. */
  readonly tau: number;
  /** Null where tau is no certified one. */
  readonly certified: CertifiedBy | null;
}

/** What an edge's predictor makes of its windows: the candidate that each takes; undefined: losslessly. */
export interface Predictor {
  readonly name: string;
  /** By what it keeps these bounds. */
  readonly choiceFor: (bounds: Bounds) => Choice;
  /** Windows of a stream come in order, and begin at 0 with each call. */
  readonly choose: (
    windows: readonly WindowCandidates[],
    choice: Choice,
  ) => Promise<readonly (RungCandidate | undefined)[]>;
}

type ChoiceFor = Predictor['choiceFor'];

/** The bounds as they are, with one tau. */
export const withTau =
  (tau: number): ChoiceFor =>
  (bounds) => ({ bounds, tau, certified: null });

/** The word that comes with each candidate is taken: dense for neural rungs, what is expected of transform rungs. */
export function densePredictor(choiceFor: ChoiceFor): Predictor {
  return {
    name: 'dense',
    choiceFor,
    choose: (windows, { bounds, tau }) =>
      Promise.resolve(windows.map(({ candidates }) => chooseRung(candidates, bounds, tau))),
  };
}

/** Decodes candidates and runs the tasks on them. */
export function synthesisPredictor(
  { ladder, decodeLatents: decode }: Pick<Codec, 'ladder' | 'decodeLatents'>,
  inference: Inference,
  choiceFor: ChoiceFor,
): Predictor {
  return {
    name: 'synthesis',
    choiceFor,
    choose: (windows, { bounds, tau }) =>
      new SynthesisPredictor({ ladder, bounds, tau, decode, inference }).choose(windows),
  };
}

/**
 * The predictors of a codec, the one that ships first: the dense one alone where it was never measured with the other. Where no
 * certificate stands behind bounds an edge would send losslessly; here the tau that validation chose is taken.
 */
export function predictorsOf(
  codec: Codec,
  inference: Inference,
  certificates: Pick<Certificates, 'find'>,
): [Predictor, ...Predictor[]] {
  const { tau, synthesisTau } = codec.ladder;
  const dense = densePredictor(asCertified(certificates, 'dense', tau));
  if (synthesisTau === undefined) return [dense];
  return [synthesisPredictor(codec, inference, asCertified(certificates, 'synthesis', synthesisTau)), dense];
}

/** What the evaluation asks of certificates; that of the policy that ships. */
const ALPHA = 0.01;

function asCertified(certificates: Pick<Certificates, 'find'>, predictor: PredictorKind, tau: number): ChoiceFor {
  return (bounds) => {
    const { rhythm, peaks, prdn } = bounds;
    // A task without a bound is no policy.
    if (rhythm === Infinity || peaks === Infinity) return withTau(tau)(bounds);
    const reconstruction = prdn === Infinity ? null : prdn;
    const policy = {
      bounds: { rhythm, peaks, reconstruction, weightedSum: null },
      ...{ weights: { rhythm: 1, peaks: 1 }, rungs: null, alpha: ALPHA },
    };
    const { certificate } = certificates.find(policy, predictor);
    if (certificate === undefined) return withTau(tau)(bounds);
    const own = certificate.bounds;
    return {
      bounds: { rhythm: own.rhythm, peaks: own.peaks, prdn: own.reconstruction ?? Infinity },
      tau: certificate.tau,
      certified: certifiedBy(certificate),
    };
  };
}
