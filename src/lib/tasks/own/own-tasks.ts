/** Tasks of one's own as the predictor and audits use them, wherever they run. */
import { hashesOf, type OwnTaskDeclaration } from './folder.js';
import type { OwnErrors, SignalPair } from './run.js';

export interface OwnTasks {
  readonly names: readonly string[];
  /** SHA-256 by task name. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Number of whole windows that the predictor shows the task; undefined if it is not loaded. */
  readonly contextOf: (name: string) => number | undefined;
  /** Bound from the task's manifest; NaN if it is not loaded. */
  readonly boundOf: (name: string) => number;
  /** Errors of the task on the pairs of signals, in order; NaN if it is not loaded or failed. */
  readonly errors: (name: string, pairs: readonly SignalPair[]) => Promise<readonly number[]>;
}

export interface OwnTasksOptions {
  readonly declared: readonly OwnTaskDeclaration[];
  /** `runOwnTask`, or a worker that calls it. */
  readonly run: (name: string, pairs: readonly SignalPair[]) => Promise<OwnErrors>;
  /** Called for the first failure of each task. */
  readonly onFailure: (name: string, failure: string) => void;
}

export function createOwnTasks({ declared, run, onFailure }: OwnTasksOptions): OwnTasks {
  const known = new Map(declared.map((own) => [own.manifest.name, own.manifest]));
  const failed = new Set<string>();
  return {
    names: [...known.keys()],
    hashes: hashesOf(declared),
    boundOf: (name) => known.get(name)?.bound ?? Number.NaN,
    contextOf: (name) => known.get(name)?.context,
    errors: async (name, pairs) => {
      if (!known.has(name)) return pairs.map(() => Number.NaN);
      if (pairs.length === 0) return [];
      const { errors, failure } = await run(name, pairs);
      if (failure !== undefined && !failed.has(name)) {
        failed.add(name);
        onFailure(name, failure);
      }
      return errors;
    },
  };
}

/** Own tasks if none is loaded. */
export const NO_OWN_TASKS: OwnTasks = createOwnTasks({
  declared: [],
  run: () => Promise.resolve({ errors: [], failure: undefined }),
  onFailure: () => undefined,
});
