import { joinGroup } from './group.js';
import { HandlerPartition } from './handler-partition.js';
import type { AtLeastOnceOptions } from './handler-options.js';
import { GROUP_LIMITS, type Processor } from './processor.js';

/**
 * Hands each record to `handler` and commits its offset when the handler has resolved. Partitions run side by side, the
 * records of one partition in order. A record is handled again if the process or the partition is lost between handling
 * and commit. Resolves when the consumer runs. Nothing is thrown later: a failure goes to `onFailure`, once.
 */
export function runAtLeastOnce(options: AtLeastOnceOptions): Promise<Processor> {
  const limits = { ...GROUP_LIMITS, tickMs: 0, ...options.limits };
  return joinGroup({
    ...options,
    limits,
    inputs: [options.input],
    createPartition: (index, control) => new HandlerPartition(index, options, limits, control),
  });
}
