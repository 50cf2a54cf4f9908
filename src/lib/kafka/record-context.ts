import { setTimeout as sleep } from 'node:timers/promises';

import type { InputRecord } from './records.js';

/** What a handler is told while it works on a record. Both end the wait of a retry; a rejection after either is no fault. */
export interface RecordContext {
  /** The service stops: an attempt under way may end, begin no other. Aborted by a revocation as well. */
  readonly draining: AbortSignal;
  /** Another member may have the partition now: break off. */
  readonly revoked: AbortSignal;
}

/** Resolves when the record is done with. Retries are its own affair and may take as long as they need. */
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
