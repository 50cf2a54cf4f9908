import { joinGroup } from './group.js';
import { Partition } from './partition.js';
import { DEFAULT_LIMITS, type ExactlyOnceOptions, type ExactlyOnceProcessor } from './processor.js';

/**
 * Runs a declared processor: reads `inputs`, gives partition i of all of them to one task, and writes what the task
 * returns in one transaction with the offsets. docs/delivery.md has the guarantee, the order of steps and every failure.
 * Resolves when the consumer runs; assignments follow. Nothing is thrown later: failures go to `onFailure`, once.
 */
export function runExactlyOnce(options: ExactlyOnceOptions): Promise<ExactlyOnceProcessor> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return joinGroup({
    ...options,
    limits,
    createPartition: (index, control) => new Partition(index, options, limits, control),
  });
}
