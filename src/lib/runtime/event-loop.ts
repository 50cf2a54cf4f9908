import { monitorEventLoopDelay } from 'node:perf_hooks';

const NANOSECONDS_PER_MS = 1e6;

export interface EventLoopWatch {
  /** Longest time, in ms of the monotonic clock, that the loop was stuck in the current and the last period. */
  stuckMs(): number;
  close(): void;
}

/**
 * Watches for an event loop that was stuck. A loop that is stuck right now answers no probe at all; this reveals one that is
 * free only now and then. Looks back one to two periods of `periodMs` of wall time.
 */
export function watchEventLoop(periodMs = 10_000): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  let before = 0;
  const current = (): number => (histogram.count === 0 ? 0 : histogram.max / NANOSECONDS_PER_MS);
  const timer = setInterval(() => {
    before = current();
    histogram.reset();
  }, periodMs);
  timer.unref();
  return {
    stuckMs: () => Math.max(before, current()),
    close: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
