/** What a process keeps of the work that it does again and again. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const PERIODS = 4;
/** Below it a period has kept nothing worth another one. */
const NOTHING_MB = 8;

/**
 * Least growth of resident memory over up to four periods of the same work, MB. Allocators grow by steps of their own for a
 * while, so that one period alone says little; what leaks does so in each of them.
 */
export async function leastGrowth(period: () => void | Promise<void>): Promise<number> {
  let least = Infinity;
  collectGarbage();
  for (let i = 0; i < PERIODS && least >= NOTHING_MB; i++) {
    const before = process.memoryUsage.rss();
    await period();
    collectGarbage();
    least = Math.min(least, (process.memoryUsage.rss() - before) / 2 ** 20);
  }
  return least;
}
