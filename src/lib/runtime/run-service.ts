/** The life of a service process, from its start to its exit code. */
import { DynamicDeepError } from '../errors/index.js';
import { watchEventLoop } from './event-loop.js';
import { startHttp, type Checks, type CheckResult, type HttpAddress, type MetricsSource } from './http.js';
import { Lifecycle, type ServiceState } from './lifecycle.js';
import type { Logger } from './logger.js';

/** What a service can learn and report while it lives. */
export interface ServiceContext {
  readonly state: ServiceState;
  /** Aborted when the drain begins: loops that take in new work end on it. */
  readonly draining: AbortSignal;
  /** Reports a new state; ignored if the state may not follow, such as `running` during a drain. */
  readonly enter: (state: 'joining' | 'running' | 'rebalancing') => void;
  /** The work is done, as at the end of a finite replay: drains and exits 0. */
  readonly finish: (reason: string) => void;
  /** The service cannot go on: state `failed`, exit code 1, no drain. */
  readonly fail: (error: unknown) => void;
}

/** The part of `process` that is used; tests pass their own. */
interface ProcessEvents {
  on(event: string, listener: (value: unknown) => void): unknown;
  exit(code: number): void;
}

export interface ServiceSettings {
  readonly name: string;
  readonly logger: Logger;
  /** Starts the work; resolves when it goes on in the background. The state is then `running`, unless `joining` was entered. */
  start(context: ServiceContext): Promise<void>;
  /**
   * Finishes what is held, commits, leaves the group, closes clients. `signal` aborts after `graceMs`: then give up what is
   * unfinished, and throw if any of it has to be done again. Called once, even if `start` has not ended.
   */
  drain(signal: AbortSignal): Promise<void>;
  /** Wall ms from the signal until the drain is told to give up. */
  readonly graceMs: number;
  /** Wall ms from the signal until the process ends with exit code 1; at least graceMs. */
  readonly forceMs: number;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly metrics: MetricsSource;
    /** Named conditions for readiness besides the state. */
    readonly readiness?: Checks;
    /** Liveness fails for a while after the event loop was stuck this long, in ms; 10 s by default. */
    readonly stuckMs?: number;
  };
  readonly process?: ProcessEvents;
}

const STUCK_MS = 10_000;
/**
 * Signals within this time (monotonic clock) count as one: Ctrl-C reaches the whole process group, and then npm or a parent
 * passes it on.
 */
const SAME_SIGNAL_MS = 1000;
/** Time until a process that has ended its work exits in any case: a handle that a library left open must not keep it alive. */
const LINGER_MS = 1000;

/**
 * Runs a service until it ends. Resolves to the exit code: 0 after a clean drain, 1 after a failure or a forced end. SIGTERM or
 * SIGINT starts the drain; another one over a second later forces the end. Rejects with the DynamicDeepError that ended the
 * service, so that the command line reports it. The process exits a second later in any case.
 */
export async function runService(settings: ServiceSettings): Promise<number> {
  const { logger } = settings;
  const events: ProcessEvents = settings.process ?? process;
  const draining = new AbortController();
  const lifecycle = new Lifecycle((state, from) => {
    logger.info({ state, from }, 'state');
  });

  let hasEnded = false;
  let end: (outcome: { readonly code: number; readonly error?: unknown }) => void = () => undefined;
  const ended = new Promise<{ readonly code: number; readonly error?: unknown }>((resolve) => {
    end = (outcome) => {
      hasEnded = true;
      resolve(outcome);
    };
  });

  const fail = (error: unknown): void => {
    if (!lifecycle.enter('failed') || hasEnded) {
      logger.error({ err: error }, 'after the end');
      return;
    }
    logger.fatal({ err: error }, 'failed');
    end({ code: 1, error });
  };

  const drain = async (reason: string): Promise<void> => {
    // Work that ends because of the signal calls `finish`: that is the same drain.
    if (draining.signal.aborted || !lifecycle.enter('draining')) return;
    logger.info({ reason, graceMs: settings.graceMs }, 'draining');
    draining.abort(reason);
    const grace = new AbortController();
    const timers = [
      setTimeout(() => {
        logger.warn('the grace time is over: giving up what is unfinished');
        grace.abort('grace time over');
      }, settings.graceMs),
      setTimeout(() => {
        force(`not drained after ${settings.forceMs} ms`);
      }, settings.forceMs),
    ];
    try {
      await settings.drain(grace.signal);
      if (lifecycle.enter('stopped')) end({ code: 0 });
    } catch (error) {
      fail(error);
    } finally {
      timers.forEach(clearTimeout);
    }
  };

  const force = (reason: string): void => {
    lifecycle.enter('failed');
    logger.error({ reason }, 'forced end');
    end({ code: 1 });
  };

  let firstSignal: number | undefined;
  const onSignal = (signal: string): void => {
    firstSignal ??= performance.now();
    if (lifecycle.state !== 'draining') void drain(signal);
    else if (performance.now() - firstSignal > SAME_SIGNAL_MS) force(`${signal} during the drain`);
  };
  const listeners: readonly [string, (value: unknown) => void][] = [
    [
      'SIGTERM',
      () => {
        onSignal('SIGTERM');
      },
    ],
    [
      'SIGINT',
      () => {
        onSignal('SIGINT');
      },
    ],
    ['uncaughtException', fail],
    ['unhandledRejection', fail],
  ];
  for (const [event, listener] of listeners) events.on(event, listener);

  const loop = watchEventLoop();
  const stuckLimit = settings.http.stuckMs ?? STUCK_MS;
  const eventLoop = (): CheckResult => {
    const stuck = Math.round(loop.stuckMs());
    return { ok: stuck < stuckLimit, detail: `longest delay ${stuck} ms, limit ${stuckLimit} ms` };
  };

  let address: HttpAddress | undefined;
  const begin = async (): Promise<void> => {
    address = await startHttp({
      service: settings.name,
      host: settings.http.host,
      port: settings.http.port,
      metrics: settings.http.metrics,
      state: () => lifecycle.state,
      liveness: () => ({ eventLoop }),
      readiness: () => settings.http.readiness ?? {},
    });
    logger.info({ url: address.url }, 'listening');
    if (draining.signal.aborted) return;
    await settings.start({
      get state() {
        return lifecycle.state;
      },
      draining: draining.signal,
      enter: (state) => void lifecycle.enter(state),
      finish: (reason) => void drain(reason),
      fail,
    });
    if (lifecycle.state === 'starting') lifecycle.enter('running');
  };
  begin().catch((error: unknown) => {
    // Once a drain has begun, or has ended, an aborted start is expected; the drain decides the outcome.
    if (draining.signal.aborted) logger.warn({ err: error }, 'the start was cut short');
    else fail(error);
  });

  const { code, error } = await ended;
  setTimeout(() => {
    events.exit(code);
  }, LINGER_MS).unref();
  loop.close();
  await address?.close();
  if (error instanceof DynamicDeepError) throw error;
  return code;
}
