/** What of a policy a certificate is about: the bounds, and the rungs that may be chosen from. */
import { z } from 'zod';

const bound = z.number().positive();
const weight = z.number().nonnegative();

export const policyBounds = z.strictObject({
  /** Added cross-entropy of the rhythm classifier over a record, nats. */
  rhythm: bound,
  /** Loss between the R-peak distance maps over a record. */
  peaks: bound,
  /** PRDN of each window, percent; null: none. */
  reconstruction: bound.nullable().default(null),
  /** Rhythm and peaks error, each times its weight; null: none. */
  weightedSum: bound.nullable().default(null),
  /** Tasks of one's own by name; null or left out: none. */
  tasks: z.record(z.string(), bound).nullish(),
});

export const policyRule = {
  bounds: policyBounds,
  /** Of the weighted sum. */
  weights: z.strictObject({ rhythm: weight, peaks: weight }).default({ rhythm: 1, peaks: 1 }),
  /** Names of the rungs that may be chosen beside the lossless one; null: all of the codec. */
  rungs: z.array(z.string().min(1)).min(1).nullable().default(null),
};

/** Of a policy document the part that decides what is sent; whatever else it has is not the certificate's. */
export const certifiablePolicy = z.looseObject({ ...policyRule, alpha: z.number().gt(0).lt(1).optional() });

export type PolicyBounds = z.output<typeof policyBounds>;
export interface PolicyRule {
  readonly bounds: PolicyBounds;
  readonly weights: { readonly rhythm: number; readonly peaks: number };
  readonly rungs: readonly string[] | null;
}

/** Share of records that may break a policy, where nothing else is said. */
const SHIPPED_ALPHA = 0.01;

/** Bounds as predictors take them, Infinity where there is none, as a policy that all rungs may serve. */
export function policyOfBounds({
  rhythm,
  peaks,
  reconstruction,
  tasks,
}: AddedErrors): PolicyRule & { readonly alpha: number } {
  const own = {
    ...{ rhythm, peaks, reconstruction: reconstruction === Infinity ? null : reconstruction, weightedSum: null },
    ...(tasks === undefined ? {} : { tasks }),
  };
  return { bounds: own, weights: { rhythm: 1, peaks: 1 }, rungs: null, alpha: SHIPPED_ALPHA };
}

/** What a predictor keeps of a policy. */
interface BoundsToKeep extends AddedErrors {
  readonly weightedSum?: { readonly weights: PolicyRule['weights']; readonly bound: number };
}

/** The same the other way: what a predictor keeps of a policy's bounds, in calibration as at the edge. */
export function boundsOfPolicy({ bounds, weights }: Pick<PolicyRule, 'bounds' | 'weights'>): BoundsToKeep {
  const { rhythm, peaks, reconstruction, weightedSum } = bounds;
  const tasks = ownBounds(bounds);
  return {
    ...{ rhythm, peaks, reconstruction: reconstruction ?? Infinity },
    ...(weightedSum === null ? {} : { weightedSum: { weights, bound: weightedSum } }),
    ...(Object.keys(tasks).length === 0 ? {} : { tasks }),
  };
}

/** Bounds on tasks of one's own, by name. */
export function ownBounds({ tasks }: Pick<PolicyBounds, 'tasks'>): Readonly<Record<string, number>> {
  return tasks ?? {};
}

/** What compression added to a record. */
export interface AddedErrors {
  readonly rhythm: number;
  readonly peaks: number;
  /** Largest PRDN of its windows, percent. */
  readonly reconstruction: number;
  /** Of tasks of one's own, by name. */
  readonly tasks?: Readonly<Record<string, number>>;
}

/** The joint event: any bound of the policy is exceeded. An error that is not finite, or unknown, exceeds every bound. */
export function violates(
  { rhythm, peaks, reconstruction, tasks }: AddedErrors,
  { bounds, weights }: Pick<PolicyRule, 'bounds' | 'weights'>,
): boolean {
  const sum = weights.rhythm * rhythm + weights.peaks * peaks;
  const kept = (error: number, own: number | null): boolean => own === null || error <= own;
  return !(
    rhythm <= bounds.rhythm &&
    peaks <= bounds.peaks &&
    kept(reconstruction, bounds.reconstruction) &&
    kept(sum, bounds.weightedSum) &&
    Object.entries(ownBounds(bounds)).every(([name, own]) => kept(tasks?.[name] ?? Number.NaN, own))
  );
}
