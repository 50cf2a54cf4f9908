import { setTimeout as sleep } from 'node:timers/promises';

import type { InputRecord } from './records.js';

/** Signals to a handler at work on a record. Both end the wait before a retry; a rejection after either is no failure. */
export interface RecordContext {
  /** The service stops: finish the attempt under way, begin no other. Also aborted by a revocation. */
  readonly draining: AbortSignal;
  /** Another member may have the partition now: break off. */
  readonly revoked: AbortSignal;
}

/** Handles a record; resolves when it is done. Retries are up to the handler and may take as long as they need. */
export type RecordHandler = (record: InputRecord, context: RecordContext) => Promise<void>;

export class Interruption implements RecordContext {
  readonly #draining = new AbortController();
  readonly #revoked = new AbortController();
  readonly draining = this.#draining.signal;
  readonly revoked = this.#revoked.signal;

  drain(): void {
    this.#draining.abort();
  }

  revoke(): void {
    this.#draining.abort();
    this.#revoked.abort();
  }
}

/** Resolves after `ms` or when `signal` is aborted. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
