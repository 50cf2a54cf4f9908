import { setTimeout as sleep } from 'node:timers/promises';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { EdgeBatch, EdgeProducer, Logger } from '../lib/kafka/index.js';
import { unlessAborted } from '../lib/kafka/membership.js';
import type { EdgeMetrics } from './metrics.js';

/** Wall milliseconds between two tries of a batch that the broker did not take. */
const RETRY_MS = 1_000;

export interface SendTools {
  readonly producer: EdgeProducer;
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
  /** Aborted when everything that the broker has not taken is to be given up. */
  readonly giveUp: AbortSignal;
}

/**
 * Sends one batch until the broker takes it, and returns its bytes in the log. A repeat of a batch is harmless: the decoder
 * drops repeats, and ecg.streams keeps the last. Throws errors that a retry cannot fix, and BROKER_UNREACHABLE once `giveUp`
 * is aborted, even while a try is under way: the broker may have taken that batch all the same.
 */
export async function sendUntilTaken(batch: EdgeBatch, tools: SendTools): Promise<number> {
  const { metrics, logger, giveUp } = tools;
  let cause: unknown;
  while (!giveUp.aborted) {
    try {
      const bytes = await trySend(batch, tools);
      if (bytes !== undefined) return bytes;
    } catch (error) {
      if (error instanceof DynamicDeepError && !error.canRetry) throw error;
      cause = error;
      metrics.countRetry();
      logger.warn({ topic: batch.topic, error: messageOf(error) }, 'not taken by the broker, trying again');
      await sleep(RETRY_MS, undefined, { signal: giveUp }).catch(() => undefined);
    }
  }
  throw new DynamicDeepError('BROKER_UNREACHABLE', `a batch of ${batch.topic} is given up`, { cause });
}

/** Returns the bytes in the log, or undefined if `giveUp` was aborted first. */
async function trySend(batch: EdgeBatch, { producer, giveUp }: SendTools): Promise<number | undefined> {
  let taken: number | undefined;
  const sent = producer.send(batch).then(({ bytes }) => {
    taken = bytes;
  });
  await unlessAborted(sent, giveUp);
  return taken;
}
