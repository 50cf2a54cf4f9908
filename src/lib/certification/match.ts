/** Finds the certificate that supports a policy, or the reason why none does. */
import {
  CHOICE_RULE,
  MOST_DELTA,
  type Certificate,
  type CertificateEntry,
  type ModelHashes,
  type PredictorKind,
} from './certificate.js';
import { ownBounds, type PolicyBounds, type PolicyRule } from './policy.js';

/** The policy, predictor and models to be used for sending. */
export interface Demand extends PolicyRule {
  /** Share of records that may break the policy. */
  readonly alpha: number;
  readonly predictor: PredictorKind;
  readonly models: ModelHashes;
  /** Names of all lossy rungs of the codec. */
  readonly lossyRungs: readonly string[];
}

export type CertificateSearch =
  | { readonly certificate: Certificate; readonly reason?: undefined }
  | { readonly certificate?: undefined; readonly reason: string };

/**
 * Finds a certificate that supports a policy: of the same models, rungs and predictor, with bounds and alpha equal to the
 * policy's or tighter. Under a tighter one the edge chooses by the certificate's own bounds: what keeps those keeps the
 * policy's. Of several, returns the one that gained most on its calibration records, or the loosest if not all state a gain.
 */
export function findCertificate(certificates: readonly Certificate[], demand: Demand): CertificateSearch {
  if (isLossless(demand, demand)) return { reason: 'it allows the lossless rung alone, which needs no certificate' };
  const missing = Object.keys(ownBounds(demand.bounds)).find((name) => demand.models.tasks?.[name] === undefined);
  if (missing !== undefined) return { reason: `the task ${missing} is not loaded` };
  let left = certificates;
  for (const [reason, passes] of CHECKS) {
    const passing = left.filter((own) => passes(own, demand));
    if (passing.length === 0) return { reason: left.length === 0 ? 'there is no certificate' : reason };
    left = passing;
  }
  const isBetter = left.every(({ payloadGainTotal }) => payloadGainTotal != null) ? gainsMore : isLooser;
  return { certificate: left.reduce((best, own) => (isBetter(own, best) ? own : best)) };
}

type Passes<Own, Asked> = (own: Own, asked: Asked) => boolean;
type Check = readonly [reason: string, passes: Passes<Certificate, Demand>];
type ModelCheck = readonly [reason: string, passes: Passes<CertificateEntry, Pick<Demand, 'models'>>];

const MODELS: readonly ModelCheck[] = [
  ['another codec was certified', (own, { models }) => own.models.codec === models.codec],
  ['another rhythm classifier was certified', (own, { models }) => own.models.rhythm === models.rhythm],
  ['another R-peak network was certified', (own, { models }) => own.models.peaks === models.peaks],
];

const PREDICTOR_AS_IT_IS: readonly ModelCheck[] = [
  [
    'another rule of choice was certified, by another version of this program',
    (own) => own.rule === CHOICE_RULE[own.predictor],
  ],
  // The dense predictor's weights count only if it is the one that was certified.
  [
    'another dense predictor was certified',
    (own, { models }) => own.predictor !== 'dense' || own.models.dense === models.dense,
  ],
];

const OTHER_TASK = 'another version of a task of your own was certified';

const CHECKS: readonly Check[] = [
  ['its records had been seen by training', ({ seen }) => seen === 0],
  [`it was certified with less confidence than ${100 * (1 - MOST_DELTA)}%`, ({ delta }) => delta <= MOST_DELTA],
  ...MODELS,
  ['another predictor was certified', (own, { predictor }) => own.predictor === predictor],
  ...PREDICTOR_AS_IT_IS,
  ['other allowed rungs were certified', (own, demand) => rungsOf(own, demand) === rungsOf(demand, demand)],
  ['no bounds as tight as these were certified', isWithin],
  ['no alpha as small as this was certified', (own, { alpha }) => own.alpha <= alpha],
  // Last: certificates without the task already failed its bound, so this reason is about one that has the task.
  [OTHER_TASK, hasSameTasks],
];

/**
 * Returns why a certificate is void with these models and this program, whatever the policy; undefined if it is not.
 *
 * @param models tasks of one's own that are not among them may be loaded elsewhere, so they void nothing
 */
export function whyVoid(own: CertificateEntry, models: ModelHashes): string | undefined {
  const failed = [...MODELS, ...PREDICTOR_AS_IT_IS].find(([, passes]) => !passes(own, { models }));
  if (failed !== undefined) return failed[0];
  const others = Object.entries(own.models.tasks ?? {}).some(([name, hash]) => (models.tasks?.[name] ?? hash) !== hash);
  return others ? OTHER_TASK : undefined;
}

type Identity = PolicyRule & Pick<CertificateEntry, 'alpha' | 'predictor'>;

/** Whether two are about the same policy: the same bounds, rungs, alpha and predictor. Weights count only if a sum is bounded. */
export function isSamePolicy(a: Identity, b: Identity, codec: Pick<Demand, 'lossyRungs'>): boolean {
  const keyOf = ({ bounds, weights, alpha, predictor, ...rule }: Identity): string => {
    const { rhythm, peaks, reconstruction, weightedSum } = bounds;
    const tasks = Object.entries(ownBounds(bounds)).sort(([one], [other]) => (one < other ? -1 : 1));
    const sum = weightedSum === null ? null : [weightedSum, weights.rhythm, weights.peaks];
    return JSON.stringify([predictor, alpha, rhythm, peaks, reconstruction, sum, tasks, rungsOf(rule, codec)]);
  };
  return keyOf(a) === keyOf(b);
}

/** Whether a policy allows no lossy rung of the codec. It then adds no error, and there is nothing to certify. */
export function isLossless(policy: Pick<PolicyRule, 'rungs'>, codec: Pick<Demand, 'lossyRungs'>): boolean {
  return rungsOf(policy, codec) === '';
}

/**
 * Returns the allowed lossy rungs in one form: null equals the list of all, and the lossless rung, always allowed, is left out.
 */
function rungsOf({ rungs }: Pick<PolicyRule, 'rungs'>, { lossyRungs }: Pick<Demand, 'lossyRungs'>): string {
  return lossyRungs.filter((name) => rungs === null || rungs.includes(name)).join();
}

/**
 * The edge keeps every bound of the certificate, whatever the policy bounds: each of its tasks must be loaded, in the same
 * version.
 */
function hasSameTasks({ bounds, models }: Certificate, demand: Demand): boolean {
  return Object.keys(ownBounds(bounds)).every((name) => {
    const hash = models.tasks?.[name];
    return hash !== undefined && hash === demand.models.tasks?.[name];
  });
}

const BOUNDS = ['rhythm', 'peaks', 'reconstruction'] as const;

function isWithin(certificate: PolicyRule, { bounds, weights }: PolicyRule): boolean {
  const tasks = ownBounds(certificate.bounds);
  const within =
    BOUNDS.every((task) => limit(certificate.bounds, task) <= limit(bounds, task)) &&
    Object.entries(ownBounds(bounds)).every(([name, own]) => (tasks[name] ?? Infinity) <= own);
  if (!within || bounds.weightedSum === null) return within;
  const same = certificate.weights.rhythm === weights.rhythm && certificate.weights.peaks === weights.peaks;
  return same && limit(certificate.bounds, 'weightedSum') <= bounds.weightedSum;
}

/** Returns the largest error allowed; Infinity if there is no bound. */
function limit(bounds: PolicyBounds, task: Exclude<keyof PolicyBounds, 'tasks'>): number {
  return bounds[task] ?? Infinity;
}

function gainsMore(a: Certificate, b: Certificate): boolean {
  return (a.payloadGainTotal ?? 0) > (b.payloadGainTotal ?? 0);
}

/** Compares what is allowed in effect: tau times the bound on the rhythm, then on the peaks, then on PRDN. */
function isLooser(a: Certificate, b: Certificate): boolean {
  const differing = BOUNDS.map((task) => a.tau * limit(a.bounds, task) - b.tau * limit(b.bounds, task)).find(
    (difference) => difference !== 0 && !Number.isNaN(difference),
  );
  return differing !== undefined && differing > 0;
}
