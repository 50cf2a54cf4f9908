/** The bounds that `compress` was given, including those on custom tasks. */
import type { Bounds } from '../../lib/codec/choose.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { edgeBounds } from '../../lib/runtime/bound-options.js';
import type { OwnTasks } from '../../lib/tasks/own/own-tasks.js';
import type { CompressConfig } from '../options.js';

/**
 * Returns the bounds. Every loaded custom task is bounded: by `--task-bounds`, else by its manifest.
 *
 * @throws DynamicDeepError CONFIG_INVALID for a bound on a task that is not loaded
 */
export function boundsOf(config: CompressConfig, { names, boundOf }: Pick<OwnTasks, 'names' | 'boundOf'>): Bounds {
  const given = Object.fromEntries(config.taskBounds.map((text) => text.split('=') as [string, string]));
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new DynamicDeepError(
      'CONFIG_INVALID',
      `--task-bounds bounds the task ${name}, which is not loaded: --tasks names its folder`,
    );
  }
  const tasks = names.map((name) => [name, given[name] === undefined ? boundOf(name) : Number(given[name])] as const);
  const own = edgeBounds({ ...config, rhythmBound: config.bound });
  return { ...own, ...(tasks.length === 0 ? {} : { tasks: Object.fromEntries(tasks) }) };
}
