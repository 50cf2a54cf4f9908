import { isExpelled, isMembershipError } from './error-types.js';

/**
 * Membership in one generation of the group, as the answers to heartbeats tell it. Heartbeats go on while batches are
 * processed, even if a task takes longer than the session timeout. The first answer that demands a rejoin interrupts all work.
 */
export class Membership {
  #error: unknown;
  readonly #interruption = new AbortController();

  /** Aborted when the member must rejoin. */
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

  /** Runs `work` with heartbeats. Afterwards throws the error that demands a rejoin, if there is one. */
  async during(heartbeat: () => Promise<void>, everyMs: number, work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        // Other errors (a lost connection) are for kafkajs to mend: the next heartbeat meets them again.
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

/** Resolves with `work`, or as soon as `signal` is aborted. Unlike Promise.race it leaves no listener on `signal`. */
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
