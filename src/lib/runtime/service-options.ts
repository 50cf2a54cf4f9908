import { z } from 'zod';

import { defineOptions, option } from './options.js';

const milliseconds = z.int().min(0).max(600_000);

/** The options of every service that runs models. `port` is the service's own default, so that all can run on one machine. */
export function serviceOptions(port: number) {
  return defineOptions({
    models: option(z.string().min(1).optional(), {
      help: 'Folder of the models; those that ship with the program by default',
      allowed: 'a folder',
    }),
    ...processOptions(port),
  });
}

/** The options of every service. */
export function processOptions(port: number) {
  return defineOptions({
    httpHost: option(z.string().min(1), {
      help: 'Address that serves /metrics, /healthz and /readyz; 0.0.0.0 for every interface',
      allowed: 'a host name or address of this machine',
      default: '127.0.0.1',
    }),
    httpPort: option(z.int().min(0).max(65_535), {
      help: 'Port of that address; 0 takes a free one and logs it',
      default: port,
    }),
    logLevel: option(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), {
      help: 'Lowest level that is logged',
      default: 'info',
    }),
    logIdentifiers: option(z.boolean(), {
      help: 'Show stream, device and patient identifiers in logs',
      default: false,
    }),
    graceMs: option(milliseconds, {
      help: 'Wall time from SIGTERM until work that has not ended is given up',
      unit: 'ms',
      default: 20_000,
    }),
    forceMs: option(milliseconds, {
      help: 'Wall time from SIGTERM until the process ends whatever it does; at least grace-ms',
      unit: 'ms',
      default: 25_000,
    }),
  });
}

/** Returns the mistake between two options, if there is one; for the `check` of a service's command. */
export function checkServiceOptions(options: { readonly graceMs: number; readonly forceMs: number }): string[] {
  return options.forceMs < options.graceMs
    ? [`--force-ms is ${options.forceMs}; allowed: at least --grace-ms, which is ${options.graceMs}`]
    : [];
}
