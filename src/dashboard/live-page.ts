/** One page with a live connection. */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Session } from './auth/gate.js';
import type { Watch } from './protocol.js';

export const watchSchema: z.ZodType<Watch> = z.strictObject({
  type: z.literal('watch'),
  beds: z.array(z.string().max(200)).max(256),
  whole: z.string().max(200).nullable(),
  reports: z.array(z.enum(['compression', 'system'])).max(2),
});

/** The part of a WebSocket that is used here. */
export type LiveSocket = Pick<
  WebSocket,
  'readyState' | 'OPEN' | 'bufferedAmount' | 'send' | 'close' | 'terminate' | 'ping' | 'on'
>;

export interface Page {
  readonly socket: LiveSocket;
  readonly session: Session;
  sequence: number;
  watch: Watch;
  /** The page's newest message if it has not been read yet, and when the previous one was read, monotonic ms. */
  heard: Buffer | undefined;
  readAt: number;
  sentAt: number;
  /** Consecutive pings during which the page neither answered nor received anything. */
  silentPings: number;
  /** Bytes under way at the last check. */
  underWay: number;
}

/** Point after which a page wants to resume. */
export interface Resume {
  readonly instance: string;
  readonly after: number;
}
