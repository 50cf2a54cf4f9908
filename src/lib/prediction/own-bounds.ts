/** Bounds on tasks of one's own: each task judges, in its own context, the candidates that keep all other bounds. */
import { limitsFor, type CommonLimits, type TaskErrors } from '../codec/choose.js';
import type { WindowCandidates } from '../codec/window-encoder.js';
import type { OwnTasks } from '../tasks/own/own-tasks.js';
import { joined } from './sent-history.js';

/** A window with the windows before it, and what its candidate decodes to. */
interface Asked {
  readonly trial: {
    readonly window: Pick<WindowCandidates, 'millivolts' | 'limits'>;
    readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  };
  readonly sent: Float32Array;
}

/**
 * Returns the errors as given, with undefined for candidates that break a bound of a task of one's own. A task that is not
 * loaded has an error of NaN, which keeps no bound.
 *
 * @param errors those of the other tasks; undefined if a bound is broken already
 */
export async function keepOwnBounds(
  asked: readonly Asked[],
  errors: readonly (TaskErrors | undefined)[],
  { ownTasks, ...common }: CommonLimits & { readonly ownTasks?: Pick<OwnTasks, 'contextOf' | 'errors'> },
): Promise<readonly (TaskErrors | undefined)[]> {
  const limits = asked.map(({ trial }) => limitsFor(trial.window, common));
  const names = new Set(limits.flatMap(({ bounds }) => Object.keys(bounds.tasks ?? {})));
  const kept = [...errors];
  for (const name of [...names].sort()) {
    const open = [...asked.keys()].filter(
      (i) => kept[i] !== undefined && limits[i]!.bounds.tasks?.[name] !== undefined,
    );
    const context = ownTasks?.contextOf(name) ?? 1;
    const added = await ownTasks?.errors(
      name,
      open.map((i) => pairOf(asked[i]!, context)),
    );
    open.forEach((i, place) => {
      const { bounds, tau } = limits[i]!;
      if (!((added?.[place] ?? Number.NaN) <= tau * bounds.tasks![name]!)) kept[i] = undefined;
    });
  }
  return kept;
}

function pairOf({ trial, sent }: Asked, context: number): { original: Float32Array; decoded: Float32Array } {
  const before = trial.before.slice(Math.max(0, trial.before.length - context + 1));
  return {
    original: joined([...before.map(({ original }) => original), trial.window.millivolts]),
    decoded: joined([...before.map((past) => past.sent), sent]),
  };
}
