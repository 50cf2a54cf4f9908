/** Builds what a run of `calibrate` adds to the JSON; docs/certificates.md describes the keys. */
import { ownBounds } from '../../lib/certification/policy.js';
import {
  CHOICE_RULE,
  type CalibrationRun,
  type CertificateEntry,
  type ModelHashes,
  type PredictorKind,
} from '../../lib/certification/certificate.js';
import type { LeftOut } from '../evaluation/record-notes.js';
import type { PolicyToCertify } from './policies.js';
import type { Selection } from './selection.js';
import type { SequenceEnd } from './sequence.js';

interface CertifiedPolicy extends CertificateEntry {
  /** 2 bytes x native samples / payload bytes at this tau; null if no tau is certified. */
  readonly payloadGainTotal: number | null;
  readonly tests: SequenceEnd['tests'];
}

interface OwnRun extends CalibrationRun {
  readonly records: {
    readonly n: number;
    readonly parts: Selection['parts'];
    readonly seen: number;
    readonly leftOut: readonly LeftOut[];
  };
}

export interface Calibration {
  readonly policies: readonly CertifiedPolicy[];
  readonly run: OwnRun;
}

interface Ended extends SequenceEnd {
  readonly policy: PolicyToCertify;
}

export function reportOf(of: {
  readonly options: {
    readonly predictor: PredictorKind;
    /** Delta of the run. */
    readonly delta: number;
    readonly taus: readonly number[];
    readonly program: string;
  };
  readonly selection: Selection;
  readonly leftOut: readonly LeftOut[];
  readonly models: ModelHashes;
  readonly n: number;
  /** Delta of each certificate. */
  readonly delta: number;
  readonly ended: readonly Ended[];
}): Calibration {
  const { options, selection, leftOut, models, n, delta, ended } = of;
  return {
    policies: ended.map(({ policy: { alpha, ...policy }, tests, certified }) => ({
      bounds: policy.bounds,
      weights: policy.weights,
      rungs: policy.rungs === null ? null : [...policy.rungs],
      predictor: options.predictor,
      rule: CHOICE_RULE[options.predictor],
      tau: certified?.tau ?? null,
      n,
      // If no tau is certified, the violations at the first tau, which failed.
      k: (certified ?? tests[0])?.k ?? n,
      alpha,
      delta,
      models: modelsOf(policy, models),
      seen: selection.seen,
      payloadGainTotal: certified?.payloadGainTotal ?? null,
      tests,
    })),
    run: {
      predictor: options.predictor,
      delta: options.delta,
      certificates: ended.length,
      taus: options.taus,
      records: { n, parts: selection.parts, seen: selection.seen, leftOut },
      program: options.program,
      madeOn: new Date().toISOString().slice(0, 10),
    },
  };
}

/** Returns the hashes without custom tasks that the policy does not bound: they have no influence on it. */
function modelsOf({ bounds }: Pick<PolicyToCertify, 'bounds'>, { tasks = {}, ...shipped }: ModelHashes): ModelHashes {
  const named = Object.entries(tasks).filter(([name]) => ownBounds(bounds)[name] !== undefined);
  return named.length === 0 ? shipped : { ...shipped, tasks: Object.fromEntries(named) };
}
