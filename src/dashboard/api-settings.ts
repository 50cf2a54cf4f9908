/** Settings and helpers that the page's routes share. */
import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { Logger } from '../lib/kafka/index.js';
import type { Gate, Session } from './auth/gate.js';
import type { Commands } from './commands.js';
import type { Live } from './live.js';
import type { Policies } from './policy/policies.js';
import type { DashboardMetrics } from './metrics.js';
import type { Role, Viewer } from './protocol.js';
import type { Strips } from './strips.js';
import type { Ward } from './ward.js';

export interface ApiSettings {
  readonly ward: Ward;
  readonly live: Live;
  readonly strips: Strips;
  readonly commands: Commands;
  readonly policies: Policies;
  readonly gate: Gate;
  readonly metrics: DashboardMetrics;
  readonly logger: Logger;
}

export type RequireRole = (role: Role) => preHandlerAsyncHookHandler;

/** Session of a request; only for routes behind `requireRole`. */
export function sessionOf({ session }: FastifyRequest): Session {
  if (session === undefined) throw new Error('a route without requireRole asked who looks');
  return session;
}

/** Person who sent a request; only for routes behind `requireRole`. */
export function viewerOf(request: FastifyRequest): Viewer {
  return sessionOf(request).viewer;
}
