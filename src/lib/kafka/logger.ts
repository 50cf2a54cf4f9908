import kafkajs, { type LogEntry, type logCreator } from 'kafkajs';

/** The part of pino's logger that we use. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Messages that kafkajs logs at too high a level: each is part of normal operation, or reported by us in better words. */
const ROUTINE = [
  'The group is rebalancing, re-joining',
  'Error when calling eachBatch',
  'Limiting retries for the idempotent producer',
  'Producer attempted an operation with an old epoch',
  'The producer attempted to update a transaction while another',
];

/** Bridges kafkajs to the service's logger: errors and warnings as warnings (we decide what is an error), the rest as debug. */
export function kafkajsLogCreator(logger: Logger): logCreator {
  const { logLevel } = kafkajs;
  return () =>
    ({ level, namespace, log }: LogEntry) => {
      const { message } = log;
      const entry: Record<string, unknown> = { component: 'kafkajs', namespace, ...log };
      for (const ours of ['message', 'timestamp', 'logger']) Reflect.deleteProperty(entry, ours);
      // A refused request has a generic message; the reason is in `error`.
      const { error } = entry;
      const routine = ROUTINE.some(
        (start) => message.startsWith(start) || (typeof error === 'string' && error.startsWith(start)),
      );
      if (!routine && (level === logLevel.ERROR || level === logLevel.WARN)) logger.warn(entry, message);
      else logger.debug(entry, message);
    };
}
