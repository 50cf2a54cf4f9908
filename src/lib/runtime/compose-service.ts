/** A service made of parts, which are opened one after the other and closed in reverse order. */
import type { Checks, MetricsSource } from './http.js';
import type { Logger } from './logger.js';
import { runService, type ServiceContext } from './run-service.js';

/**
 * Registers an open part with the function that closes it, and returns the part. Throws if the service was already told to end.
 * `grace` aborts when the grace time is over: unfinished work is then given up, and `close` rejects if any must be done again.
 */
export type Own = <T>(part: T, close: (part: T, grace: AbortSignal) => Promise<unknown>) => T;

export interface ComposedService {
  readonly name: string;
  readonly logger: Logger;
  /** As `processOptions` declares it. */
  readonly config: {
    readonly httpHost: string;
    readonly httpPort: number;
    readonly graceMs: number;
    readonly forceMs: number;
  };
  readonly metrics: MetricsSource;
  readonly readiness?: Checks;
  /** Opens the parts, each handed to `own` at once, and starts the work. */
  start(service: ServiceContext, own: Own): Promise<void>;
}

/** Runs the service until it ends; see `runService` for the exit code and what is thrown. */
export function composeService(service: ComposedService): Promise<number> {
  const { name, logger, config, metrics, readiness = {} } = service;
  const closers: ((grace: AbortSignal) => Promise<unknown>)[] = [];
  /** Set when the drain begins. */
  let draining: AbortSignal | undefined;
  const own: Own = (part, close) => {
    if (draining !== undefined) {
      close(part, draining).catch(() => undefined);
      throw new Error('the service was told to end while it started');
    }
    closers.unshift((grace) => close(part, grace));
    return part;
  };
  return runService({
    name,
    logger,
    graceMs: config.graceMs,
    forceMs: config.forceMs,
    http: { host: config.httpHost, port: config.httpPort, metrics, readiness },
    start: (context) => service.start(context, own),
    drain: async (grace) => {
      draining = grace;
      for (const close of closers) await close(grace);
    },
  });
}
