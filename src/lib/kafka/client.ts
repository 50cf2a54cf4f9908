import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { kafkajsLogCreator, silentLogger, type Logger } from './logger.js';

export interface ConnectOptions {
  /** host:port of one or more brokers. */
  readonly brokers: readonly string[];
  /** Name in the broker's logs and quotas. */
  readonly clientId: string;
  readonly logger?: Logger;
  /** Wall milliseconds until an absent broker is an error. Default 15,000. */
  readonly connectTimeoutMs?: number;
  /** Makes the sockets, where they are to take another way (a tunnel, a fault in a test). */
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

/** Requests are tried for about 10 s in all; what lasts longer is for the callers, who know what to give up. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 3000, retries: 8, multiplier: 2, factor: 0.2 };

/** Wall milliseconds until a broker that does not answer counts as away. */
export const CONNECTION_TIMEOUT_MS = 3000;

/** Connects to the cluster. Throws BROKER_UNREACHABLE after `connectTimeoutMs` without an answer. */
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
  // The first attempts are ours to count, so that the limit holds and the log stays quiet.
  const probe = new kafkajs.Kafka({ ...config, retry: { retries: 0 }, logLevel: kafkajs.logLevel.NOTHING });
  await firstContact(probe, brokers, options.connectTimeoutMs ?? 15_000);
  const admin = kafka.admin();
  await admin.connect();
  return { kafka, producers: new kafkajs.Kafka(config), admin, logger, close: () => admin.disconnect() };
}

async function firstContact(kafka: Kafka, brokers: readonly string[], limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.describeCluster();
      return;
    } catch (error) {
      if (Date.now() + 250 > deadline) {
        const where = brokers.join(', ') || '(no address)';
        const text = `No Kafka broker answers at ${where} within ${limitMs} ms: ${messageOf(error)}`;
        throw new DynamicDeepError('BROKER_UNREACHABLE', text, { cause: error });
      }
      await sleep(250);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}
