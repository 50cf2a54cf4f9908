/** Merges a run into a file of certificates: its policies replace their earlier tests, all other valid ones stay. */
import {
  holds,
  runOfOldFile,
  type CalibrationRun,
  type CertificateEntry,
  type CertificatesFile,
  type ModelHashes,
} from '../../lib/certification/certificate.js';
import { isSamePolicy, whyVoid } from '../../lib/certification/match.js';
import { ownBounds } from '../../lib/certification/policy.js';
import { spentDelta, type SpentDelta } from '../../lib/certification/spent.js';
import type { Calibration } from './report.js';

interface Replaced {
  readonly before: CertificateEntry;
  readonly now: CertificateEntry;
}

interface Voided {
  readonly own: CertificateEntry;
  readonly reason: string;
}

export interface Merged {
  readonly file: CertificatesFile & { readonly runs: readonly CalibrationRun[]; readonly spent: SpentDelta };
  readonly kept: readonly CertificateEntry[];
  readonly replaced: readonly Replaced[];
  readonly voided: readonly Voided[];
}

/** Models that a run has at hand. */
export interface Installed {
  /** Hashes for every predictor, and of the custom tasks that were loaded. */
  readonly models: ModelHashes;
  /** Names of all lossy rungs of the codec. */
  readonly lossyRungs: readonly string[];
}

/**
 * Merges a run into a file. Drops certificates that are void (made with other models, another rule of choice or another version
 * of a loaded task) and those whose numbers do not hold.
 */
export function mergeInto(file: CertificatesFile, { policies, run }: Calibration, installed: Installed): Merged {
  const { runs, ...before } = withRuns(file);
  const voided = voidedOf(before.policies, installed);
  const standing = before.policies.filter((own) => !voided.some((other) => other.own === own));
  // A trial on seen records does not replace a certificate.
  const follows = (next: CertificateEntry, own: CertificateEntry): boolean =>
    isSamePolicy(own, next, installed) && (own.seen > 0 || next.seen === 0);
  const made = policies.map((own): CertificateEntry => {
    const earlier = standing.filter((other) => follows(own, other)).flatMap(testsOf);
    return { ...own, run: runs.length, ...(earlier.length === 0 ? {} : { replaced: earlier }) };
  });
  const replaced = standing.flatMap((own): Replaced[] => {
    const now = made.find((next) => follows(next, own));
    return now === undefined ? [] : [{ before: own, now }];
  });
  // New entries stand where the ones they replace stood, to keep the diff of a file under version control small.
  const inPlace = standing.map((own) => replaced.find(({ before: gone }) => gone === own)?.now ?? own);
  const all = [...new Set([...inPlace, ...made])];
  return {
    file: { ...before, policies: all, runs: [...runs, run], spent: spentDelta(all) },
    kept: standing.filter((own) => inPlace.includes(own)),
    replaced,
    voided,
  };
}

/** Returns the certificates that an edge with these models and this program never uses, whatever its policy. */
export function voidedOf(policies: readonly CertificateEntry[], { models }: Pick<Installed, 'models'>): Voided[] {
  return policies.flatMap((own): Voided[] => {
    const reason = holds(own) ? whyVoid(own, models) : 'its numbers do not hold';
    return reason === undefined ? [] : [{ own, reason }];
  });
}

/** Describes an entry, such as `synthesis, rhythm 0.25, peaks 0.1, PRDN 20%, alpha 0.01`. */
export function saidOf({ predictor, bounds, weights, rungs, alpha }: CertificateEntry): string {
  const { rhythm, peaks, reconstruction, weightedSum } = bounds;
  return [
    ...[predictor, `rhythm ${rhythm}`, `peaks ${peaks}`],
    ...(reconstruction === null ? [] : [`PRDN ${reconstruction}%`]),
    ...(weightedSum === null ? [] : [`weighted sum ${weightedSum} (${weights.rhythm}, ${weights.peaks})`]),
    ...Object.entries(ownBounds(bounds)).map(([name, bound]) => `${name} ${bound}`),
    ...(rungs === null ? [] : [`rungs ${rungs.join(' ')}`]),
    `alpha ${alpha}`,
  ].join(', ');
}

/** Returns the entry's own test and those it replaced; a trial on seen records does not count as a test. */
function testsOf({ seen, replaced = [], run, tau, n, k, delta }: CertificateEntry) {
  return seen > 0 ? replaced : [...replaced, { ...(run === undefined ? {} : { run }), tau, n, k, delta }];
}

const OLD_KEYS: ReadonlySet<string> = new Set(['runs', 'spent', ...Object.keys(runOfOldFile.shape)]);

/**
 * Adds `runs` to a file from before they existed. Such a file has the keys of its last run beside `policies`, and lists the
 * policies of that run before those of the other predictor. They are that run's if number, delta and grid agree.
 */
function withRuns(file: CertificatesFile): CertificatesFile & { readonly runs: readonly CalibrationRun[] } {
  const rest = Object.fromEntries(Object.entries(file).filter(([key]) => !OLD_KEYS.has(key)));
  const { policies, runs } = file;
  if (runs !== undefined) return { ...rest, policies, runs };
  const old = runOfOldFile.safeParse(file).data;
  if (old === undefined) return { ...rest, policies, runs: [] };
  const ofRun = ({ delta, n, tests = [] }: CertificateEntry): boolean =>
    Math.abs(delta * old.certificates - old.delta) < 1e-12 &&
    n === old.records.n &&
    tests.every(({ tau }) => old.taus.includes(tau));
  const by = (predictor: CertificateEntry['predictor']) =>
    policies.filter((own) => own.predictor === predictor && ofRun(own));
  const predictor = policies.map((own) => own.predictor).find((own) => by(own).length === old.certificates);
  const own = new Set(predictor === undefined ? [] : by(predictor));
  return {
    ...rest,
    policies: policies.map((policy) => (own.has(policy) ? { ...policy, run: 0 } : policy)),
    runs: [predictor === undefined ? old : { predictor, ...old }],
  };
}
