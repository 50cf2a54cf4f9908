import { joinGroup } from './group.js';
import { HandlerPartition } from './handler-partition.js';
import type { AtLeastOnceOptions } from './handler-options.js';
import { GROUP_LIMITS, type Processor } from './processor.js';

/**
 * Hands each record to `handler`, partitions side by side, the records of one in order, and commits its offset when the
 * handler has resolved: a record counts at least once, and again where the process or the partition was lost between the
 * two. Resolves when the consumer runs; nothing is thrown later: failures go to `onFailure`, once.
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
