/** A certificate: with confidence 1 - delta, at most alpha of the records that these models send at this tau break the policy. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { binomialLowerTail } from './binomial.js';
import { policyRule } from './policy.js';

/**
 * Version of how each predictor uses bounds, tau and errors and of how the encoder codes a window, apart from the weights. It
 * is raised with every change of either. Files written before this field existed count as version 1.
 */
export const CHOICE_RULE = { synthesis: 5, dense: 2 } as const;

/** Largest delta of a certificate that counts: with less than 95% confidence it supports no policy. */
export const MOST_DELTA = 0.05;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const share = z.number().gt(0).lt(1);
const predictor = z.enum(['synthesis', 'dense']);
const place = z.int().nonnegative();
/** A figure for people, on which no reader depends. */
const figure = z.number().nullish();
/** Records, and how many of them broke the policy. */
const counted = { n: z.int().positive(), k: z.int().nonnegative() };

const entry = z.looseObject({
  ...policyRule,
  predictor,
  /** `CHOICE_RULE` of the program that certified. */
  rule: z.int().positive().default(1),
  /** Share of a bound that a predicted error may reach; null: none could be certified. */
  tau: z.number().gt(0).lte(1).nullable(),
  /** `k` is counted at this tau, or at the first tested if none is certified. */
  ...counted,
  alpha: share,
  /** Delta of this certificate: that of the run divided by the number of its policies. */
  delta: share,
  /**
   * SHA-256 of the manifests, and of the bounded tasks of one's own by name. `dense`, that of the codec's dense predictor,
   * counts only for a certificate of that predictor.
   */
  models: z.strictObject({
    codec: sha256,
    rhythm: sha256,
    peaks: sha256,
    dense: sha256.optional(),
    tasks: z.record(z.string(), sha256).optional(),
  }),
  /** Number of records that training or a choice had seen. A certificate over such records promises nothing. */
  seen: z.int().nonnegative(),
  /** Total payload gain over these records at this tau; null if none could be certified. */
  payloadGainTotal: z.number().positive().nullable().optional(),
  /** Tests of taus in the order in which they were made, the most conservative tau first. */
  tests: z
    .array(z.object({ tau: z.number(), k: figure, p: figure, rejected: z.boolean(), payloadGainTotal: figure }))
    .readonly()
    .optional(),
  /** Index in the file's `runs` of the run that it came from. */
  run: place.optional(),
  /** Earlier tests of the same policy with the same models and rule, which this one replaced: their delta was spent too. */
  replaced: z
    .array(z.looseObject({ ...counted, tau: z.number().nullable(), delta: share, run: place.optional() }))
    .readonly()
    .optional(),
});

const run = {
  predictor: predictor.optional(),
  /** Delta of all its certificates together, and the number of certificates that it was divided by. */
  delta: share,
  certificates: z.int().positive(),
  taus: z.array(z.number()).readonly(),
  records: z.looseObject({ n: z.int().positive() }),
  program: z.string(),
  /** Day, UTC. */
  madeOn: z.string(),
};

/** Keys of the last run, which files written before `runs` existed have beside `policies`. */
export const runOfOldFile = z.object(run);

const certificatesFile = z.looseObject({
  policies: z.array(entry).readonly(),
  /** Every run that wrote into the file, in their order. */
  runs: z.array(z.looseObject(run)).readonly().optional(),
});

export type CertificatesFile = z.output<typeof certificatesFile>;
export type CalibrationRun = NonNullable<CertificatesFile['runs']>[number];
export type CertificateEntry = z.output<typeof entry>;
export type Certificate = CertificateEntry & { readonly tau: number };
export type ModelHashes = CertificateEntry['models'];
export type PredictorKind = CertificateEntry['predictor'];

/**
 * Returns the certificate at the next more conservative tau that passed its own tests. Undefined if its tau was the first: no
 * more conservative one was tested.
 */
export function oneStepBelow(certificate: Certificate): Certificate | undefined {
  const passed = (certificate.tests ?? []).filter(({ tau, rejected }) => rejected && tau < certificate.tau);
  return passed.length === 0 ? undefined : { ...certificate, tau: Math.max(...passed.map(({ tau }) => tau)) };
}

/** Summary of a certificate, as reports carry it. */
export type CertifiedBy = Pick<Certificate, 'bounds' | 'tau' | 'n' | 'k' | 'alpha' | 'delta'>;

export function certifiedBy(certificate: Certificate | undefined): CertifiedBy | null {
  if (certificate === undefined) return null;
  const { bounds, tau, n, k, alpha, delta } = certificate;
  return { bounds, tau, n, k, alpha, delta };
}

/** Whether the counts support what the certificate claims; true if it certifies nothing, since it then claims nothing. */
export function holds({ tau, k, n, alpha, delta }: CertificateEntry): boolean {
  return tau === null || binomialLowerTail(k, n, alpha) <= delta;
}

/**
 * Reads the certificates of a file, without the entries that certify nothing; none if there is no file.
 *
 * @throws DynamicDeepError CERTIFICATE_INVALID if the file is not one that `calibrate` writes, or its numbers do not hold
 */
export async function readCertificates(path: string): Promise<Certificate[]> {
  const { policies } = await readCertificatesFile(path);
  const certified = policies.filter((own): own is Certificate => own.tau !== null);
  for (const own of certified) {
    if (holds(own)) continue;
    const { k, n, alpha, delta } = own;
    const p = binomialLowerTail(k, n, alpha);
    throw new DynamicDeepError(
      'CERTIFICATE_INVALID',
      `${path}: ${k} violations of ${n} records do not show a rate below ${alpha} at confidence ${1 - delta} (p = ${p.toPrecision(3)})`,
    );
  }
  return certified;
}

/**
 * Reads the entries of every policy that was tested, certified or not, and the runs; no policies if there is no file.
 *
 * @throws DynamicDeepError CERTIFICATE_INVALID if the file is not one that `calibrate` writes
 */
export async function readCertificatesFile(path: string): Promise<CertificatesFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { policies: [] };
    throw new DynamicDeepError('CERTIFICATE_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DynamicDeepError('CERTIFICATE_INVALID', `${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = certificatesFile.safeParse(json);
  if (!parsed.success) throw new DynamicDeepError('CERTIFICATE_INVALID', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
