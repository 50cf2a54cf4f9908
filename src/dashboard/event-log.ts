/** Keeps the newest changes under consecutive numbers, so that a page that was cut off can resume after its last one. */
import type { PageEvent } from './protocol.js';

export interface LogEntry {
  /** JSON of the event, made once for all pages. */
  readonly json: string;
  /** For a window with samples: its bed, lead and binary message. */
  readonly window?: { readonly device: string; readonly stream: string; readonly frame: Buffer };
}

/** About a minute of 1,000 streams. */
const DEFAULT_CAPACITY = 32_768;

export class EventLog {
  readonly #entries: (LogEntry | undefined)[];
  #newest = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#entries = new Array<LogEntry | undefined>(capacity);
  }

  /** Number of the newest event; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  add(event: PageEvent, window?: LogEntry['window']): void {
    this.#newest++;
    const json = JSON.stringify(event);
    this.#entries[this.#newest % this.#entries.length] = window === undefined ? { json } : { json, window };
  }

  /** True if every event after number `sequence` is still held. */
  reaches(sequence: number): boolean {
    return sequence <= this.#newest && sequence >= this.#newest - this.#entries.length;
  }

  /** Events after number `sequence`, at most `limit`, oldest first. Call only if `reaches(sequence)`. */
  after(sequence: number, limit: number): LogEntry[] {
    const count = Math.min(limit, this.#newest - sequence);
    const found: LogEntry[] = [];
    for (let i = 1; i <= count; i++) {
      const entry = this.#entries[(sequence + i) % this.#entries.length];
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }
}
