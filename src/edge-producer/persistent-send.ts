import { setTimeout as sleep } from 'node:timers/promises';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { EdgeBatch, EdgeProducer, Logger } from '../lib/kafka/index.js';
import type { EdgeMetrics } from './metrics.js';

/** Wall milliseconds between two tries of what the broker did not take. */
const RETRY_MS = 1_000;

export interface SendTools {
  readonly producer: EdgeProducer;
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
}

/**
 * Sends one batch until the broker takes it, and returns its bytes in the log. The same batch again is harmless: the
 * decoder drops repeats, and ecg.streams keeps the last. Throws what another try cannot mend.
 */
export async function sendUntilTaken(batch: EdgeBatch, { producer, metrics, logger }: SendTools): Promise<number> {
  for (;;) {
    try {
      return (await producer.send(batch)).bytes;
    } catch (error) {
      if (error instanceof DynamicDeepError && !error.canRetry) throw error;
      metrics.countRetry();
      logger.warn({ topic: batch.topic, error: messageOf(error) }, 'not taken by the broker, trying again');
      await sleep(RETRY_MS);
    }
  }
}
