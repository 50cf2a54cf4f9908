import { isBrokersFault } from './error-types.js';
import { pauseUnless } from './record-context.js';

/** Wall milliseconds that a cluster may take to give the partitions of a dead broker to others. */
const PATIENCE_MS = 120_000;

/** Wall milliseconds. */
const LONGEST_PAUSE_MS = 5000;

/** Counts failures in a row. Gives up after `most`, but while brokers are to blame not within 2 minutes of its creation. */
export class Attempts {
  count = 0;
  private readonly most: number;
  private readonly began = performance.now();

  constructor(most: number) {
    this.most = most;
  }

  /** Counts a failure, and says what to do about it. */
  countFailure(error: unknown): 'retry' | 'giveUp' {
    this.count++;
    const isPatient = isBrokersFault(error) && performance.now() - this.began < PATIENCE_MS;
    return this.count < this.most || isPatient ? 'retry' : 'giveUp';
  }
}

/** Returns the wall milliseconds to wait after that many failures in a row. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures);
}

interface TriesOptions {
  /** Most tries, as `Attempts` counts them. */
  readonly most: number;
  /** Wall milliseconds before the first try. */
  readonly pauseMs: number;
  /** Aborted when success is no longer needed: later failures are not reported. */
  readonly end: AbortSignal;
  readonly onRetry: (error: unknown) => void;
  readonly onGiveUp: (error: unknown, tries: number) => void;
}

/** Tries until `attempt` resolves, is given up, or `end` is aborted, with growing pauses. Never rejects. */
export async function tryUntilGivenUp(attempt: () => Promise<void>, options: TriesOptions): Promise<void> {
  const { most, pauseMs, end, onRetry, onGiveUp } = options;
  const isOver = (): boolean => end.aborted;
  const failures = new Attempts(most);
  let pause = pauseMs;
  for (;;) {
    await pauseUnless(end, pause);
    if (isOver()) return;
    try {
      await attempt();
      return;
    } catch (error) {
      if (isOver()) return;
      onRetry(error);
      if (failures.countFailure(error) === 'giveUp') {
        onGiveUp(error, failures.count);
        return;
      }
      pause = backoffMs(failures.count);
    }
  }
}
