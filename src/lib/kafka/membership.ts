import { isExpelled, isMembershipError } from './error-types.js';

/**
 * What the heartbeats of one generation of the group say. Heartbeats go on while batches are worked on, also when a task
 * takes longer than the session lasts. The first answer that demands a rejoin interrupts all work.
 */
export class Membership {
  readonly interrupted: Promise<void>;
  private error: unknown;
  private interrupt: () => void = () => undefined;

  constructor() {
    this.interrupted = new Promise((resolve) => {
      this.interrupt = resolve;
    });
  }

  get isInterrupted(): boolean {
    return this.error !== undefined;
  }

  get isExpelled(): boolean {
    return isExpelled(this.error);
  }

  /** Makes the member rejoin: kafkajs does so on an error of this type. */
  rejoin(cause: Error): void {
    this.stop(Object.assign(cause, { type: 'ILLEGAL_GENERATION' }));
  }

  /** Runs `work` with heartbeats; afterwards throws what demands a rejoin. */
  async during(heartbeat: () => Promise<void>, everyMs: number, work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        // Others (a lost connection) are kafkajs's to mend: the next heartbeat meets them again.
        if (isMembershipError(error)) this.stop(error);
      });
    }, everyMs);
    try {
      if (!this.isInterrupted) await work();
    } finally {
      clearInterval(timer);
    }
    if (this.isInterrupted) throw this.error;
  }

  private stop(error: unknown): void {
    this.error ??= error;
    this.interrupt();
  }
}
