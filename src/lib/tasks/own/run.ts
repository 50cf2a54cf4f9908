/** Runs tasks of one's own on pairs of signals. Runs where TensorFlow is: in a worker thread, or offline. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamicDeepError, messageOf } from '../../errors/index.js';
import { loadOwnNetwork } from '../../model/own-network.js';
import { MODEL_RATE } from '../../signal/grid.js';
import { resample } from '../../signal/resample.js';
import { addedError, type Outputs } from './added-error.js';
import { readOwnTask, type OwnTaskDeclaration } from './folder.js';
import { cutRows, rowsOf } from './rows.js';

/** Whole windows as recorded and as sent: millivolts at 300 Hz, of the same length. */
export interface SignalPair {
  readonly original: Float32Array;
  readonly decoded: Float32Array;
}

export interface OwnErrors {
  /** In the order of the pairs; NaN if the task failed. */
  readonly errors: number[];
  /** Why the first failed pair failed. */
  readonly failure: string | undefined;
}

type Compare = (pair: SignalPair) => number;

/** Loaded tasks by name. */
export type LoadedOwnTasks = ReadonlyMap<string, Compare>;

/**
 * @throws DynamicDeepError TASK_INVALID for a module or model that cannot be loaded, or that has changed since it was declared
 */
export async function loadOwnTasks(declared: readonly OwnTaskDeclaration[]): Promise<LoadedOwnTasks> {
  const loaded = new Map<string, Compare>();
  for (const task of declared) {
    const { hash } = await readOwnTask(task.folder);
    if (hash !== task.hash)
      throw new DynamicDeepError('TASK_INVALID', `${task.folder} has changed while it was loaded`);
    loaded.set(task.manifest.name, task.manifest.kind === 'module' ? await moduleTask(task) : await networkTask(task));
  }
  return loaded;
}

/** Returns the errors of one task: NaN for a pair on which it throws, or whose outputs give no finite error. */
export function runOwnTask(tasks: LoadedOwnTasks, name: string, pairs: readonly SignalPair[]): OwnErrors {
  const compare = tasks.get(name);
  let failure = compare === undefined ? `the task ${name} is not loaded` : undefined;
  const errors = pairs.map((pair) => {
    if (compare === undefined) return Number.NaN;
    // If nothing was lost, nothing is added.
    if (pair.original.every((v, i) => v === pair.decoded[i])) return 0;
    try {
      const error = compare(pair);
      if (!Number.isFinite(error)) failure ??= `its error is ${error}`;
      return Number.isFinite(error) ? error : Number.NaN;
    } catch (thrown) {
      failure ??= messageOf(thrown);
      return Number.NaN;
    }
  });
  return { errors, failure };
}

async function moduleTask({ manifest, folder, hash }: OwnTaskDeclaration): Promise<Compare> {
  // The hash makes each version a module of its own: Node caches what it has imported.
  const url = `${pathToFileURL(join(folder, manifest.file)).href}?${hash}`;
  const exported: unknown = await import(/* @vite-ignore */ url).catch((cause: unknown) => {
    throw new DynamicDeepError('TASK_INVALID', `${join(folder, manifest.file)} cannot be loaded: ${messageOf(cause)}`, {
      cause,
    });
  });
  const { default: run } = exported as { readonly default?: (signal: Float32Array, rate: number) => Outputs };
  if (typeof run !== 'function') {
    throw new DynamicDeepError('TASK_INVALID', `${join(folder, manifest.file)} has no function as its default export`);
  }
  const { rate } = manifest;
  // A copy: the function must not reach the signal that is sent.
  const answer = (signal: Float32Array): Outputs => run(atRate(signal, rate).slice(), rate);
  return ({ original, decoded }) => addedError(answer(original), answer(decoded), manifest);
}

async function networkTask({ manifest, folder }: OwnTaskDeclaration): Promise<Compare> {
  const network = await loadOwnNetwork(folder, manifest.file);
  return ({ original, decoded }) => {
    const [before, after] = [atRate(original, manifest.rate), atRate(decoded, manifest.rate)];
    const rows = rowsOf(original, before.length, manifest);
    const count = rows.starts.length;
    if (count === 0) return 0;
    return addedError(network(cutRows(before, rows), count), network(cutRows(after, rows), count), manifest);
  };
}

function atRate(signal: Float32Array, outRate: number): Float32Array {
  const outCount = Math.floor((signal.length * outRate) / MODEL_RATE);
  return outRate === MODEL_RATE
    ? signal
    : resample(signal, { rate: MODEL_RATE, first: 0, outRate, outFirst: 0, outCount });
}
