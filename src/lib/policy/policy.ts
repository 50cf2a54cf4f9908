/**
 * Parses policies and finds mistakes in them. What a file leaves out is filled in here, so that the topic holds complete
 * policies. The bounds on rhythm and peaks, alpha and the audit share have no default.
 */
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { alarmLimitsSchema, instantsDelayed } from '../tasks/alarms/limits.js';
import { scopeSchema } from './scope.js';

const bound = z.number().positive();
const weight = z.number().min(0).max(1e6);
const share = z.number().min(0).max(1);
const SHIPPED_TASKS = ['rhythm', 'peaks', 'reconstruction'];
/** Name of a rung, as in the ladder. */
const rungName = z.string().regex(/^[\w.-]{1,64}$/, 'is no name of a rung');
/** Bounds on tasks of one's own; a shipped task is refused. */
const taskBounds = z.record(z.string(), bound).superRefine((tasks, context) => {
  for (const name of Object.keys(tasks)) {
    const refuse = (message: string): void => {
      context.addIssue({ code: 'custom', path: [name], message });
    };
    if (SHIPPED_TASKS.includes(name)) refuse('has a bound of its own beside `tasks`');
    else if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) refuse('is no name of a task of your own');
  }
});
const weights = z
  .strictObject({ rhythm: weight, peaks: weight })
  .refine(({ rhythm, peaks }) => rhythm + peaks > 0, 'are all 0: their sum would bound nothing');
const rungs = z
  .array(rungName)
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'name a rung twice');

const shape = {
  bounds: z.strictObject({
    rhythm: bound,
    peaks: bound,
    reconstruction: bound.nullable().default(null),
    weightedSum: bound.nullable().default(null),
    tasks: taskBounds.nullable().default(null),
  }),
  weights: weights.default({ rhythm: 1, peaks: 1 }),
  alpha: z.number().gt(0).lt(1),
  rungs: rungs.nullable().default(null),
  auditShare: share,
  tasksOn: z.enum(['decoded', 'originals']).default('decoded'),
  alarms: alarmLimitsSchema.prefault({}),
};

/** The one mistake between fields; also looked for in a policy with other mistakes. */
const SHARE_OF_ORIGINALS = {
  path: ['auditShare'],
  error: ({ input }: { readonly input?: unknown }) =>
    `is ${String((input as { auditShare?: unknown }).auditShare)}; allowed: 1, since tasksOn is originals`,
  when: ({ value }: { readonly value: unknown }): boolean => typeof value === 'object' && value !== null,
};
const isWhollyAudited = ({ auditShare, tasksOn }: { readonly auditShare?: unknown; readonly tasksOn?: unknown }) =>
  tasksOn !== 'originals' || auditShare === 1 || typeof auditShare !== 'number';

export const policySchema = z.strictObject(shape).refine(isWhollyAudited, SHARE_OF_ORIGINALS);
/** Alarm limits of a policy that is set anew: checked more strictly than what is read back. */
const setAnew = alarmLimitsSchema
  .superRefine((limits, context) => {
    for (const mistake of instantsDelayed(limits)) context.addIssue({ code: 'custom', ...mistake });
  })
  .prefault({});
const fileSchema = z
  .strictObject({ scope: scopeSchema, ...shape, alarms: setAnew })
  .refine(isWhollyAudited, SHARE_OF_ORIGINALS);

export type Policy = z.output<typeof policySchema>;
export interface ParseOptions {
  /** Replaces the scope in the text. */
  readonly scope?: string;
  /** Rungs that the policy may name; any by default. */
  readonly rungs?: readonly string[];
  /** Tasks of one's own that the policy may bound; any by default. */
  readonly tasks?: readonly string[];
}
export interface ScopedPolicy {
  readonly scope: string;
  readonly policy: Policy;
}

export type CheckedPolicy = ScopedPolicy | { readonly mistakes: readonly string[] };

/** Parses a policy from JSON text. Throws POLICY_INVALID with every mistake in it, one a line; `name` names the text's source. */
export function parsePolicy(text: string, name: string, options: ParseOptions = {}): ScopedPolicy {
  const checked = checkPolicy(text, options);
  if ('policy' in checked) return checked;
  const lines = checked.mistakes.map((line) => `  ${line}`);
  throw new DynamicDeepError('POLICY_INVALID', [`${name} is no policy`, ...lines].join('\n'));
}

/** Parses a policy from JSON text, or returns every mistake in it. */
export function checkPolicy(text: string, { scope, rungs: known, tasks }: ParseOptions = {}): CheckedPolicy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { mistakes: [`the whole: is no JSON (${messageOf(error)})`] };
  }
  if (scope !== undefined && typeof json === 'object' && json !== null && !Array.isArray(json)) {
    json = { ...json, scope };
  }
  const parsed = fileSchema.safeParse(json);
  const mistakes = [
    ...(parsed.success ? [] : mistakesOf(parsed.error)),
    ...(known === undefined ? [] : unknownRungs(json, known)),
    ...(tasks === undefined ? [] : unknownTasks(json, tasks)),
  ];
  if (!parsed.success || mistakes.length > 0) return { mistakes };
  const { scope: own, ...policy } = parsed.data;
  return { scope: own, policy };
}

/** Returns a line for each mistake, with its path. */
export function mistakesOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`);
}

/** Also works on a text that is not a valid policy otherwise. */
function unknownRungs(json: unknown, known: readonly string[]): string[] {
  const named = z.object({ rungs: z.array(z.unknown()) }).safeParse(json);
  const unknown = (named.data?.rungs ?? []).filter((name) => typeof name === 'string' && !known.includes(name));
  return unknown.map((name) => `rungs: ${String(name)} is no rung of the codec; it has ${known.join(', ')}`);
}

function unknownTasks(json: unknown, known: readonly string[]): string[] {
  const named = z.object({ bounds: z.object({ tasks: z.record(z.string(), z.unknown()) }) }).safeParse(json);
  const unknown = Object.keys(named.data?.bounds.tasks ?? {}).filter((name) => !known.includes(name));
  return unknown.map((name) => `bounds.tasks: the task ${name} is not loaded: --tasks names its folder`);
}
