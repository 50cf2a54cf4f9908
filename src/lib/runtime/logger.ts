import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/**
 * Keys under which identifiers of streams, devices and patients are logged. Log an identifier under one of these, never
 * inside a message: redaction goes by key.
 */
export const IDENTIFIER_KEYS = [
  'stream',
  'streams',
  'streamId',
  'device',
  'devices',
  'deviceId',
  'patient',
  'patientId',
  'bed',
  'bedId',
  'record',
  'records',
  'recording',
  'recordName',
  'messageKey',
] as const;

/** Depth to which nested fields are redacted; the services log no deeper objects. */
const DEPTH = 4;

const CENSORED = '[redacted]';

export interface LoggerSettings {
  /** Name of the service, the same as its command's. */
  readonly name: string;
  readonly level: string;
  /** Logs the values under IDENTIFIER_KEYS in clear; off by default in every service. */
  readonly identifiers: boolean;
  /** Where lines go; standard output by default, written synchronously so that the last line before an exit is kept. */
  readonly destination?: DestinationStream;
}

const identifiers: ReadonlySet<string> = new Set(IDENTIFIER_KEYS);
const CHILD_PATHS = IDENTIFIER_KEYS.flatMap((key) => [key, `*.${key}`]);

function censor(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => censor(item, depth - 1));
  if (value instanceof Error || ArrayBuffer.isView(value) || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, identifiers.has(key) ? CENSORED : censor(inner, depth - 1)]),
  );
}

/** JSON lines with level name, UTC time and service; identifiers are redacted unless asked for. */
export function createLogger(settings: LoggerSettings): Logger {
  return pino(
    {
      level: settings.level,
      base: { service: settings.name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (level) => ({ level }),
        log: (fields) => (settings.identifiers ? fields : (censor(fields, DEPTH) as Record<string, unknown>)),
      },
      // Fields of a child logger do not pass through `log`.
      redact: settings.identifiers ? [] : { paths: CHILD_PATHS, censor: CENSORED },
    },
    settings.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
