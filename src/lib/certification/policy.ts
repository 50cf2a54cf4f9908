/** The part of a policy that a certificate is about: the bounds, and the rungs that may be chosen. */
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
  /** Sum of the rhythm and peaks errors, each times its weight; null: none. */
  weightedSum: bound.nullable().default(null),
  /** Tasks of one's own by name; null or left out: none. */
  tasks: z.record(z.string(), bound).nullish(),
});

export const policyRule = {
  bounds: policyBounds,
  /** Weights of the weighted sum. */
  weights: z.strictObject({ rhythm: weight, peaks: weight }).default({ rhythm: 1, peaks: 1 }),
  /** Names of the rungs that may be chosen beside the lossless one; null: all rungs of the codec. */
  rungs: z.array(z.string().min(1)).min(1).nullable().default(null),
};

/** The part of a policy document that decides what is sent. The certificate ignores whatever else the document has. */
export const certifiablePolicy = z.looseObject({ ...policyRule, alpha: z.number().gt(0).lt(1).optional() });

export type PolicyBounds = z.output<typeof policyBounds>;
export interface PolicyRule {
  readonly bounds: PolicyBounds;
  readonly weights: { readonly rhythm: number; readonly peaks: number };
  readonly rungs: readonly string[] | null;
}

/** Share of records that may break a policy, unless stated otherwise. */
const SHIPPED_ALPHA = 0.01;

/** Turns bounds as predictors take them, with Infinity for no bound, into a policy that allows all rungs. */
export function policyOfBounds({
  rhythm,
  peaks,
  reconstruction,
  tasks,
}: AddedErrors): PolicyRule & { readonly alpha: number } {
  const own = {
    rhythm,
    peaks,
    reconstruction: reconstruction === Infinity ? null : reconstruction,
    weightedSum: null,
    ...(tasks === undefined ? {} : { tasks }),
  };
  return { bounds: own, weights: { rhythm: 1, peaks: 1 }, rungs: null, alpha: SHIPPED_ALPHA };
}

/** The bounds of a policy as a predictor keeps them. */
interface BoundsToKeep extends AddedErrors {
  readonly weightedSum?: { readonly weights: PolicyRule['weights']; readonly bound: number };
}

/** Turns a policy's bounds into those that a predictor keeps, in calibration and at the edge alike. */
export function boundsOfPolicy({ bounds, weights }: Pick<PolicyRule, 'bounds' | 'weights'>): BoundsToKeep {
  const { rhythm, peaks, reconstruction, weightedSum } = bounds;
  const tasks = ownBounds(bounds);
  return {
    rhythm,
    peaks,
    reconstruction: reconstruction ?? Infinity,
    ...(weightedSum === null ? {} : { weightedSum: { weights, bound: weightedSum } }),
    ...(Object.keys(tasks).length === 0 ? {} : { tasks }),
  };
}

/** Bounds on tasks of one's own, by name. */
export function ownBounds({ tasks }: Pick<PolicyBounds, 'tasks'>): Readonly<Record<string, number>> {
  return tasks ?? {};
}

/** Errors that compression added to a record. */
export interface AddedErrors {
  readonly rhythm: number;
  readonly peaks: number;
  /** Largest PRDN of its windows, percent. */
  readonly reconstruction: number;
  /** Errors of tasks of one's own, by name. */
  readonly tasks?: Readonly<Record<string, number>>;
}

/** Whether any bound of the policy is exceeded (the joint event). An error that is unknown or not finite exceeds every bound. */
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
