/** A ticket lets one WebSocket in: browsers send no header of ours with it, and a cookie alone would let foreign pages in. */
import { randomBytes } from 'node:crypto';
import type { Session } from './gate.js';

const VALID_MS = 30_000;
/** A page takes one at a time. */
const MOST = 10_000;

export class Tickets {
  readonly #open = new Map<string, { readonly session: Session; readonly until: number }>();

  /** `now`: wall milliseconds. */
  issue(session: Session, now: number): string {
    for (const [ticket, { until }] of this.#open) {
      // In the order of issue, so the first that holds ends the search.
      if (until > now && this.#open.size < MOST) break;
      this.#open.delete(ticket);
    }
    const ticket = randomBytes(24).toString('base64url');
    this.#open.set(ticket, { session, until: now + VALID_MS });
    return ticket;
  }

  /** The session that the ticket was issued to; undefined where it was never, is used, or over. */
  redeem(ticket: string, now: number): Session | undefined {
    const found = this.#open.get(ticket);
    this.#open.delete(ticket);
    return found !== undefined && found.until > now ? found.session : undefined;
  }
}
