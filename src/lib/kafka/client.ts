// Must be loaded before any consumer fetches.
import './aborted-records.js';
import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { kafkajsLogCreator, silentLogger, type Logger } from './logger.js';
import { patientAdmin } from './patient-admin.js';

export interface ConnectOptions {
  /** host:port of one or more brokers. */
  readonly brokers: readonly string[];
  /** Name in the broker's logs and quotas. */
  readonly clientId: string;
  readonly logger?: Logger;
  /** Wall milliseconds until an absent broker is an error. Default 15,000. */
  readonly connectTimeoutMs?: number;
  /** If given, replaces the timeout: waits for an absent broker until aborted. For services, which a restart would not help. */
  readonly waitUntil?: AbortSignal;
  /** Makes the sockets if they are to take another route (a tunnel, an injected fault in a test). */
  readonly socketFactory?: ISocketFactory;
}

export interface KafkaConnection {
  /** For consumers. */
  readonly kafka: Kafka;
  /**
   * For producers. A second client, because kafkajs shares one map of "committed" offsets among the clients of one
   * Kafka object and writes to it before a transaction has committed.
   */
  readonly producers: Kafka;
  /** Connected. */
  readonly admin: Admin;
  readonly logger: Logger;
  readonly close: () => Promise<void>;
}

/** Requests are tried for about 10 s in all. Longer outages are for the callers, who know what to give up. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 3000, retries: 8, multiplier: 2, factor: 0.2 };

/**
 * Wall milliseconds after which the partition leaders are asked for again in any case: a request to a leader that hangs ends
 * in a timeout, and kafkajs sends it there again without asking.
 */
export const METADATA_MAX_AGE_MS = 10_000;

/** Wall milliseconds until a broker that does not answer counts as away. */
const CONNECTION_TIMEOUT_MS = 3000;

/** Wall milliseconds between two tries of the first contact; the longer pause applies with `waitUntil`. */
const PAUSE_MS = 250;
const WAITING_PAUSE_MS = 2000;
/** Wall milliseconds between log lines while waiting; the first comes at once. */
const SAY_MS = 60_000;

/**
 * Connects to the cluster. Throws BROKER_UNREACHABLE after `connectTimeoutMs` without an answer. With `waitUntil` it throws an
 * Error only once that is aborted.
 */
export async function connectKafka(options: ConnectOptions): Promise<KafkaConnection> {
  const logger = options.logger ?? silentLogger;
  const brokers = [...options.brokers];
  const config = {
    clientId: options.clientId,
    brokers,
    retry: RETRY,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: 15_000,
    logCreator: kafkajsLogCreator(logger),
    logLevel: kafkajs.logLevel.INFO,
    ...(options.socketFactory === undefined ? {} : { socketFactory: options.socketFactory }),
  };
  const kafka = new kafkajs.Kafka(config);
  // We count the first attempts ourselves, so that the limit holds and the log stays quiet.
  // kafkajs begins at the first broker each time, and goes on to the next only at a retry.
  const retry = { initialRetryTime: 50, maxRetryTime: 50, retries: brokers.length - 1 };
  const probe = new kafkajs.Kafka({ ...config, retry, logLevel: kafkajs.logLevel.NOTHING });
  await firstContact(() => answers(probe), {
    brokers,
    logger,
    limitMs: options.connectTimeoutMs ?? 15_000,
    waitUntil: options.waitUntil,
  });
  const admin = kafka.admin();
  await admin.connect();
  const patient = patientAdmin(admin);
  return { kafka, producers: new kafkajs.Kafka(config), admin: patient, logger, close: () => patient.disconnect() };
}

/** Resolves when a broker has answered, and through it the cluster's controller. */
async function answers(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

interface FirstContact {
  readonly brokers: readonly string[];
  readonly logger: Logger;
  /** Wall milliseconds; ignored with `waitUntil`. */
  readonly limitMs: number;
  readonly waitUntil?: AbortSignal | undefined;
}

/** Tries until `attempt` resolves; throws as `connectKafka` does. */
export async function firstContact(attempt: () => Promise<void>, options: FirstContact): Promise<void> {
  const { brokers, logger, limitMs, waitUntil } = options;
  const nobody = `No Kafka broker answers at ${brokers.join(', ') || '(no address)'}`;
  const begun = Date.now();
  let said: number | undefined;
  for (;;) {
    try {
      await attempt();
      if (said !== undefined) logger.info({ waitedMs: Date.now() - begun }, 'a Kafka broker answers');
      return;
    } catch (cause) {
      const now = Date.now();
      if (waitUntil === undefined) {
        if (now + PAUSE_MS > begun + limitMs) throw unreachable(`${nobody} within ${limitMs} ms`, cause);
      } else if (said === undefined || now >= said + SAY_MS) {
        said = now;
        const { code, message, help } = unreachable(`${nobody}, waiting for one`, cause);
        logger.warn({ code, waitedMs: now - begun }, `${message}. ${help}`);
      }
    }
    await pauseUntil(waitUntil);
  }
}

/** Throws if `end` is aborted before or during the pause. */
async function pauseUntil(end: AbortSignal | undefined): Promise<void> {
  if (end === undefined) return sleep(PAUSE_MS);
  await sleep(WAITING_PAUSE_MS, undefined, { signal: end }).catch((cause: unknown) => {
    throw new Error('told to end before a Kafka broker answered', { cause });
  });
}

function unreachable(text: string, cause: unknown): DynamicDeepError {
  return new DynamicDeepError('BROKER_UNREACHABLE', `${text}: ${messageOf(cause)}`, { cause });
}
