import { isExpelled, isMembershipError } from './error-types.js';

/**
 * What the heartbeats of one generation of the group say. Heartbeats go on while batches are worked on, also when a task
 * takes longer than the session lasts. The first answer that demands a rejoin interrupts all work.
 */
export class Membership {
  #error: unknown;
  readonly #interruption = new AbortController();

  /** Aborted when the member is to rejoin. */
  get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }

  get isExpelled(): boolean {
    return isExpelled(this.#error);
  }

  /** Makes the member rejoin: kafkajs does so on an error of this type. */
  rejoin(cause: Error): void {
    this.#stop(Object.assign(cause, { type: 'ILLEGAL_GENERATION' }));
  }

  /** Runs `work` with heartbeats; afterwards throws what demands a rejoin. */
  async during(heartbeat: () => Promise<void>, everyMs: number, work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        // Others (a lost connection) are kafkajs's to mend: the next heartbeat meets them again.
        if (isMembershipError(error)) this.#stop(error);
      });
    }, everyMs);
    try {
      if (!this.interrupted.aborted) await work();
    } finally {
      clearInterval(timer);
    }
    if (this.interrupted.aborted) throw this.#error;
  }

  #stop(error: unknown): void {
    this.#error ??= error;
    this.#interruption.abort();
  }
}

/** Resolves with `work`, or as soon as `signal` is aborted. Unlike Promise.race it leaves nothing behind on `signal`. */
export async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', end);
    });
  });
}
