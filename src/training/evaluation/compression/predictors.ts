import { certifiedBy, type CertifiedBy, type PredictorKind } from '../../../lib/certification/certificate.js';
import type { Certificates } from '../../../lib/certification/certificates.js';
import { boundsOfPolicy, policyOfBounds } from '../../../lib/certification/policy.js';
import type { Bounds } from '../../../lib/codec/choose.js';
import type { RungCandidate, WindowCandidates } from '../../../lib/codec/window-encoder.js';
import { DensePredictor } from '../../../lib/prediction/dense.js';
import { SynthesisPredictor } from '../../../lib/prediction/synthesis.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import { NO_OWN_TASKS, type OwnTasks } from '../../../lib/tasks/own/own-tasks.js';
import type { Codec } from './codec.js';

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
export function densePredictor(
  { ladder, decodeLatents: decode }: Pick<Codec, 'ladder' | 'decodeLatents'>,
  choiceFor: ChoiceFor,
): Predictor {
  return {
    name: 'dense',
    choiceFor,
    choose: (windows, { bounds, tau }) => new DensePredictor({ ladder, bounds, tau, decode }).choose(windows),
  };
}

/** Decodes candidates and runs the tasks on them. */
export function synthesisPredictor(
  { ladder, decodeLatents: decode }: Pick<Codec, 'ladder' | 'decodeLatents'>,
  inference: Inference,
  choiceFor: ChoiceFor,
  ownTasks: OwnTasks = NO_OWN_TASKS,
): Predictor {
  return {
    name: 'synthesis',
    choiceFor,
    choose: (windows, { bounds, tau }) =>
      new SynthesisPredictor({ ladder, bounds, tau, decode, inference, ownTasks }).choose(windows),
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
  const dense = densePredictor(codec, asCertified(certificates, 'dense', tau));
  if (synthesisTau === undefined) return [dense];
  return [synthesisPredictor(codec, inference, asCertified(certificates, 'synthesis', synthesisTau)), dense];
}

function asCertified(certificates: Pick<Certificates, 'find'>, predictor: PredictorKind, tau: number): ChoiceFor {
  return (bounds) => {
    // A task without a bound is no policy.
    if (bounds.rhythm === Infinity || bounds.peaks === Infinity) return withTau(tau)(bounds);
    const { certificate } = certificates.find(policyOfBounds(bounds), predictor);
    if (certificate === undefined) return withTau(tau)(bounds);
    return { bounds: boundsOfPolicy(certificate), tau: certificate.tau, certified: certifiedBy(certificate) };
  };
}
