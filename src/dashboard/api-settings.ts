/** What the page's routes work with. */
import type { preHandlerAsyncHookHandler } from 'fastify';
import type { Logger } from '../lib/kafka/index.js';
import type { Gate } from './auth/gate.js';
import type { Commands } from './commands.js';
import type { Live } from './live.js';
import type { DashboardMetrics } from './metrics.js';
import type { Role } from './protocol.js';
import type { Strips } from './strips.js';
import type { Ward } from './ward.js';

export interface ApiSettings {
  readonly ward: Ward;
  readonly live: Live;
  readonly strips: Strips;
  readonly commands: Commands;
  readonly gate: Gate;
  readonly metrics: DashboardMetrics;
  readonly logger: Logger;
}

export type RequireRole = (role: Role) => preHandlerAsyncHookHandler;
