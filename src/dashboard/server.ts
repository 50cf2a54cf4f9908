/** The page's HTTP server: static files, the live connection, commands. It checks who may do what. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import files from '@fastify/static';
import websocket from '@fastify/websocket';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { Logger } from '../lib/kafka/index.js';
import { listenError } from '../lib/runtime/http.js';
import { atLeast, type Gate, type Session } from './auth/gate.js';
import type { DashboardMetrics } from './metrics.js';
import type { Role } from './protocol.js';
import { addApi } from './api.js';
import type { ApiSettings, RequireRole } from './api-settings.js';

export interface PageServerSettings extends ApiSettings {
  readonly gate: Gate;
  readonly host: string;
  readonly port: number;
  /** Folder of the built page. */
  readonly root: string;
  readonly metrics: DashboardMetrics;
  readonly logger: Logger;
}

const BODY_BYTES = 16 * 1024;
const MESSAGE_BYTES = 64 * 1024;
/** Requests per minute of one person, or of one address without a session. */
const REQUESTS_A_MINUTE = 600;
const YEAR_S = 365 * 24 * 3600;
/** HTTP status of each error that a request can cause. */
const STATUS: Partial<Record<DynamicDeepError['code'], number>> = {
  REQUEST_INVALID: 400,
  DEVICE_UNKNOWN: 404,
  ALARM_UNKNOWN: 409,
  COMMAND_FAILED: 503,
  PREVIEW_FAILED: 503,
  POLICY_INVALID: 400,
  POLICY_CONFLICT: 409,
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined if nobody is logged in. */
    session?: Session;
  }
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Throws PORT_TAKEN, or CONFIG_INVALID if the address is not this machine's. */
export async function startPageServer(settings: PageServerSettings): Promise<PageServer> {
  const { gate, host, port, root, metrics, logger } = settings;
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES,
    trustProxy: gate.hosts === undefined ? 'loopback' : false,
  });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: policy(gate) },
    hsts: secure(gate),
  });
  await app.register(rateLimit, {
    max: REQUESTS_A_MINUTE,
    keyGenerator: limitedAs,
    timeWindow: 60_000,
    onExceeded: () => {
      metrics.dashboardRefusals.inc({ reason: 'rate' });
    },
  });
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: MESSAGE_BYTES } });
  await app.register(files, { root, serve: true, wildcard: false, index: 'index.html', setHeaders: cacheHeaders });

  app.addHook('onRequest', async (request, reply) => {
    if (gate.hosts !== undefined && !gate.hosts.has((request.headers.host ?? '').replace(/:\d+$/, ''))) {
      metrics.dashboardRefusals.inc({ reason: 'origin' });
      return reply.code(421).send({ error: 'not the name of this page' });
    }
    // GET changes nothing. A WebSocket begins with a GET as well, but is checked like a change.
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if ((changes || request.headers.upgrade !== undefined) && !ownOrigin(request, gate)) {
      metrics.dashboardRefusals.inc({ reason: 'origin' });
      return reply.code(403).send({ error: 'sent by another page' });
    }
    // Set before the rate limits of the routes, which need it.
    const session = await gate.session(request);
    if (session !== undefined) request.session = session;
    return undefined;
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, logger));

  const requireRole =
    (role: Role): ReturnType<RequireRole> =>
    ({ session }, reply) => {
      if (session !== undefined && atLeast(session.viewer.role, role)) return Promise.resolve();
      metrics.dashboardRefusals.inc({ reason: session === undefined ? 'session' : 'role' });
      return Promise.resolve(
        session === undefined
          ? reply.code(401).send({ error: 'not logged in' })
          : reply.code(403).send({ error: `the role ${role} is needed` }),
      );
    };
  gate.routes(app, (viewer) => {
    settings.live.end(viewer);
  });
  addApi(app, settings, requireRole);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  return { url: addressOf(app, host, port), close: () => app.close() };
}

function policy(gate: Gate): Record<string, string[]> {
  const self = ["'self'"];
  return {
    'default-src': ["'none'"],
    'script-src': self,
    'style-src': self,
    'img-src': [...self, 'data:', 'blob:'],
    'connect-src': self,
    'font-src': self,
    'manifest-src': self,
    'base-uri': ["'none'"],
    'form-action': self,
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    ...(secure(gate) ? { 'upgrade-insecure-requests': [] } : {}),
  };
}

function secure(gate: Gate): boolean {
  return gate.origin?.startsWith('https:') ?? false;
}

/** Key of the rate limit. Behind an ingress all requests have one address, so each logged-in person is counted separately. */
function limitedAs({ session, ip }: FastifyRequest): string {
  return session === undefined ? normalizeIP(ip) : `person ${session.viewer.id}`;
}

function ownOrigin({ headers }: FastifyRequest, gate: Gate): boolean {
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return gate.origin === undefined ? new URL(origin).host === headers.host : origin === gate.origin;
}

/** Vite names assets by a hash of their content. The document that names them must be fresh. */
function cacheHeaders(reply: { setHeader(name: string, value: string): unknown }, path: string): void {
  const kept = path.includes('/assets/') ? `public, max-age=${YEAR_S}, immutable` : 'no-cache';
  reply.setHeader('cache-control', kept);
}

function answerError(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const known = error instanceof DynamicDeepError ? STATUS[error.code] : undefined;
  if (known === 503) logger.warn({ err: error }, 'a request was not carried out');
  if (known !== undefined) return reply.code(known).send({ error: messageOf(error) });
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status >= 500) logger.error({ err: error }, 'a request failed');
  return reply.code(status).send({ error: status >= 500 ? 'the server failed' : messageOf(error) });
}

function addressOf(app: FastifyInstance, host: string, port: number): string {
  const bound = app.server.address();
  const real = typeof bound === 'object' && bound !== null ? bound.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${real}`;
}
