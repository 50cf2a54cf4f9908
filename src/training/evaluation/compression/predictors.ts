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

/** Parameters by which a predictor chooses. */
export interface Choice {
  readonly bounds: Bounds;
  /** Share of a bound that a predicted error may reach. */
  readonly tau: number;
  /** Null if tau is not certified. */
  readonly certified: CertifiedBy | null;
}

/** Predictor of an edge: chooses a candidate for each window; undefined sends the window losslessly. */
export interface Predictor {
  readonly name: string;
  /** Returns the parameters by which it keeps these bounds. */
  readonly choiceFor: (bounds: Bounds) => Choice;
  /** Takes the windows of a stream in order; in each call they begin at 0. */
  readonly choose: (
    windows: readonly WindowCandidates[],
    choice: Choice,
  ) => Promise<readonly (RungCandidate | undefined)[]>;
}

type ChoiceFor = Predictor['choiceFor'];

/** Keeps the bounds as they are, with a fixed tau and no certificate. */
export const withTau =
  (tau: number): ChoiceFor =>
  (bounds) => ({ bounds, tau, certified: null });

/** Takes the errors predicted with each candidate: by the dense network for neural rungs, expected ones for transform rungs. */
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
 * Returns the predictors of a codec, the shipped one first; only the dense one if the codec was never measured with the other.
 * For bounds without a certificate, an edge would send losslessly; here the tau chosen on validation data is used.
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
    // Bounds that leave a task unbounded are not a policy, so they have no certificate.
    if (bounds.rhythm === Infinity || bounds.peaks === Infinity) return withTau(tau)(bounds);
    const { certificate } = certificates.find(policyOfBounds(bounds), predictor);
    if (certificate === undefined) return withTau(tau)(bounds);
    return { bounds: boundsOfPolicy(certificate), tau: certificate.tau, certified: certifiedBy(certificate) };
  };
}
