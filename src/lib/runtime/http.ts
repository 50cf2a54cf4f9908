/** The HTTP endpoint of a service: /metrics, /healthz and /readyz. Nothing here waits for anything but this process. */
import { fastify } from 'fastify';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import type { ServiceState } from './lifecycle.js';

export interface CheckResult {
  readonly ok: boolean;
  /** For people; must hold no identifier of a stream, device or patient. */
  readonly detail?: string;
}

/** Answered from memory, at once: a probe must be answered within 200 ms whatever the broker does. */
type Check = () => CheckResult;

export type Checks = Readonly<Record<string, Check>>;

/** The part of prom-client's Registry that is served. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export interface HttpSettings {
  readonly service: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly metrics: MetricsSource;
  readonly state: () => ServiceState;
  /** All must hold for the process to count as alive. */
  readonly liveness: () => Checks;
  /** All must hold, besides the state, for the process to count as ready. */
  readonly readiness: () => Checks;
}

export interface HttpAddress {
  readonly host: string;
  /** The actual port if 0 was asked for. */
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

function answer(settings: HttpSettings, checks: Checks, inState: boolean) {
  const results = Object.entries(checks).map(([name, check]): [string, CheckResult] => {
    try {
      return [name, check()];
    } catch (thrown) {
      return [name, { ok: false, detail: messageOf(thrown) }];
    }
  });
  const ok = inState && results.every(([, result]) => result.ok);
  return {
    status: ok ? 200 : 503,
    body: { service: settings.service, state: settings.state(), ok, checks: Object.fromEntries(results) },
  };
}

export function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const cause = { cause: thrown };
  if (code === 'EADDRINUSE')
    return new DynamicDeepError('PORT_TAKEN', `${host}:${port} is in use by another process`, cause);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new DynamicDeepError('CONFIG_INVALID', `cannot listen on ${host}:${port}: ${messageOf(thrown)}`, cause);
  return thrown;
}

/** Starts to listen. Throws PORT_TAKEN, or CONFIG_INVALID if the address is not this machine's or not allowed. */
export async function startHttp(settings: HttpSettings): Promise<HttpAddress> {
  // A scraper keeps its connection open: it must not hold up the drain.
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) =>
    reply.type(settings.metrics.contentType).send(await settings.metrics.metrics()),
  );
  server.get('/healthz', (_request, reply) => {
    const { status, body } = answer(settings, settings.liveness(), settings.state() !== 'failed');
    return reply.code(status).send(body);
  });
  server.get('/readyz', (_request, reply) => {
    const { status, body } = answer(settings, settings.readiness(), settings.state() === 'running');
    return reply.code(status).send(body);
  });
  try {
    await server.listen({ host: settings.host, port: settings.port });
  } catch (thrown) {
    await server.close();
    throw listenError(thrown, settings.host, settings.port);
  }
  const bound = server.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : settings.port;
  const shown = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return { host: settings.host, port, url: `http://${shown}:${port}`, close: () => server.close() };
}
