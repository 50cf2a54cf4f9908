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

/** The part of a WebSocket that is used. */
export type LiveSocket = Pick<
  WebSocket,
  'readyState' | 'OPEN' | 'bufferedAmount' | 'send' | 'close' | 'terminate' | 'ping' | 'on'
>;

export interface Page {
  readonly socket: LiveSocket;
  readonly session: Session;
  sequence: number;
  watch: Watch;
  /** Its newest message, where that waits to be read; and when the last was, monotonic ms. */
  heard: Buffer | undefined;
  readAt: number;
  sentAt: number;
  /** Pings in a row in whose time it neither answered nor took anything in. */
  silentPings: number;
  /** Bytes under way when they were looked at last. */
  underWay: number;
}

/** Where a page wants to go on. */
export interface Resume {
  readonly instance: string;
  readonly after: number;
}
