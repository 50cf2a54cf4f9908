/** Operations of a worker thread for tasks, in any service: the networks of the models folder, and tasks of one's own. */
import { loadTaskNetworks } from './networks.js';
import type { OwnTaskDeclaration } from './own/folder.js';
import { loadOwnTasks, runOwnTask, type OwnErrors, type SignalPair } from './own/run.js';

interface Rows {
  /** `n` rows of equal length, concatenated. */
  readonly input: Float32Array;
  readonly n: number;
}

export type TaskOperations = ReturnType<typeof taskOperations>;

/** Starts to load the networks and tasks. `models`: the folder of the models. */
export function taskOperations(models: string, ownTasks: readonly OwnTaskDeclaration[] = []) {
  const networks = loadTaskNetworks(models);
  const own = loadOwnTasks(ownTasks);
  // A failure is reported by `ready`.
  own.catch(() => undefined);
  return {
    /** Resolves when all are loaded and the networks have run once. */
    ready: async (): Promise<void> => {
      const { rhythm, rpnet } = await networks;
      rhythm.run(new Float32Array(8960), 1);
      rpnet.run(new Float32Array(2304), 1);
      await own;
    },
    /** Logits for rows of whole steps. */
    rhythm: async ({ input, n }: Rows): Promise<Float32Array> =>
      (await networks).rhythm.run(input, n)[0] ?? new Float32Array(),
    /** Distance maps of rows whose length is a multiple of 64. */
    peaks: async ({ input, n }: Rows): Promise<Float32Array> =>
      (await networks).rpnet.run(input, n)[0] ?? new Float32Array(),
    own: async ({ name, pairs }: { name: string; pairs: readonly SignalPair[] }): Promise<OwnErrors> =>
      runOwnTask(await own, name, pairs),
  };
}
