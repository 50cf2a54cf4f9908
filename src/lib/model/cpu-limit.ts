/** How many CPUs this process may use. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * Returns the number of CPUs of the machine that the process may run on, or fewer if its container has a quota, which Node 20
 * does not take into account. A fraction of a CPU counts as a whole one.
 *
 * @param cgroup where the container's limits are mounted: `cpu.max` (version 2) or `cpu/cpu.cfs_quota_us` (version 1)
 */
export function cpuLimit(cgroup = '/sys/fs/cgroup'): number {
  const [quota, period] = readQuota(cgroup);
  const machine = availableParallelism();
  const isLimited = quota > 0 && period > 0;
  return isLimited ? Math.min(machine, Math.ceil(quota / period)) : machine;
}

/** Reads the quota, microseconds of CPU time in each period, and the period. A quota that is NaN or negative is none. */
function readQuota(cgroup: string): [quota: number, period: number] {
  const read = (...path: string[]): string => readFileSync(join(cgroup, ...path), 'utf8').trim();
  try {
    const [quota, period] = read('cpu.max').split(' ').map(Number);
    return [quota ?? NaN, period ?? NaN];
  } catch {
    try {
      return [Number(read('cpu', 'cpu.cfs_quota_us')), Number(read('cpu', 'cpu.cfs_period_us'))];
    } catch {
      return [NaN, NaN];
    }
  }
}
