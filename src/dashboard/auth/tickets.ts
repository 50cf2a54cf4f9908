/** A ticket admits one WebSocket: browsers cannot send our headers with it, and a cookie alone would admit foreign pages. */
import { randomBytes } from 'node:crypto';
import type { Session } from './gate.js';

const VALID_MS = 30_000;
/** Most open tickets; a page takes one at a time. */
const MOST = 10_000;

export class Tickets {
  readonly #open = new Map<string, { readonly session: Session; readonly until: number }>();

  /** Returns a new ticket. `now`: wall milliseconds. */
  issue(session: Session, now: number): string {
    for (const [ticket, { until }] of this.#open) {
      // The map is in order of issue, so the first valid ticket ends the search.
      if (until > now && this.#open.size < MOST) break;
      this.#open.delete(ticket);
    }
    const ticket = randomBytes(24).toString('base64url');
    this.#open.set(ticket, { session, until: now + VALID_MS });
    return ticket;
  }

  /** Returns the session that the ticket was issued to; undefined if it was never issued, is used, or has expired. */
  redeem(ticket: string, now: number): Session | undefined {
    const found = this.#open.get(ticket);
    this.#open.delete(ticket);
    return found !== undefined && found.until > now ? found.session : undefined;
  }
}
