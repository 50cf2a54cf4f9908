import { DynamicDeepError } from '../errors/index.js';

export interface WatchdogOptions {
  /** Start of the call into a task, for each partition at work, monotonic milliseconds (performance.now). */
  readonly busy: () => Iterable<number>;
  readonly hangMs: number;
  /** Milliseconds without a sign of life after which the consumer counts as dead. */
  readonly deadMs: number;
  readonly fail: (error: DynamicDeepError) => void;
  /** Monotonic milliseconds. Default performance.now. */
  readonly clock?: () => number;
}

/** Wall milliseconds between two checks. */
const EVERY_MS = 1000;

/** Detects a hung task and a dead consumer, which nothing else would: the process lives, but nothing moves. */
export class Watchdog {
  private readonly options: WatchdogOptions;
  private readonly clock: () => number;
  private lastSign: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: WatchdogOptions) {
    this.options = options;
    this.clock = options.clock ?? (() => performance.now());
    this.lastSign = this.clock();
  }

  /** Notes a sign of life: the consumer has fetched, sent a heartbeat, joined, or reported a failure that it will try to mend. */
  sign(): void {
    this.lastSign = this.clock();
  }

  start(): void {
    this.sign();
    this.timer = setInterval(() => {
      this.check();
    }, EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  check(): void {
    const { busy, hangMs, deadMs, fail } = this.options;
    const now = this.clock();
    for (const since of busy()) {
      if (now - since < hangMs) continue;
      this.stop();
      fail(new DynamicDeepError('PROCESSING_STALLED', `A task has not come back for ${Math.round(now - since)} ms.`));
      return;
    }
    if (now - this.lastSign < deadMs) return;
    this.stop();
    const silence = Math.round(now - this.lastSign);
    fail(new DynamicDeepError('CONSUMER_FAILED', `The consumer has given no sign of life for ${silence} ms.`));
  }
}
