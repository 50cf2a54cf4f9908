import kafkajs, { type Message, type Producer } from 'kafkajs';

import { METADATA_MAX_AGE_MS, type KafkaConnection } from './client.js';
import { batchBytes } from './batch-size.js';
import { assertBytes } from './records.js';

export interface EdgeBatch {
  readonly topic: string;
  /** One key, so one partition: all values go into one record batch. */
  readonly key: string;
  readonly values: readonly (Buffer | null)[];
}

export interface SentBatch {
  /** Bytes in the broker's log, before replication. */
  readonly bytes: number;
}

export interface EdgeProducer {
  /**
   * Appends one batch; resolves when all in-sync replicas have it. Batches are sent one after the other in the order of
   * the calls. A rejection (after about 30 s of retries) rejects every batch queued behind it too, so that the caller
   * resends all of them in order. A batch that had arrived all the same is then a repeat, which the decoder drops. Throws
   * NOT_A_BUFFER at once for a value that is not a Buffer.
   */
  send(batch: EdgeBatch): Promise<SentBatch>;
  /** Number of batches that wait or are under way. */
  readonly pending: number;
  /** Waits for the batches under way, then disconnects. */
  close(): Promise<void>;
}

const RETRY = { initialRetryTime: 100, maxRetryTime: 5000, retries: 10, multiplier: 2, factor: 0.2 };

/**
 * The idempotent producer of a gateway. One batch is in flight at a time, and after a failed one the kafkajs producer is
 * replaced: kafkajs reuses a failed batch's sequence number for the next batch, and a broker that had stored the failed one
 * would take the next for a repeat and drop it.
 */
export async function createEdgeProducer(connection: KafkaConnection): Promise<EdgeProducer> {
  const { producers } = connection;
  const create = async (): Promise<Producer> => {
    const fresh = producers.producer({
      idempotent: true,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: RETRY,
    });
    try {
      await fresh.connect();
      return fresh;
    } catch (error) {
      // kafkajs connects to a broker before it asks for the producer id, so there may be a connection to close.
      await fresh.disconnect().catch(() => undefined);
      throw error;
    }
  };

  let producer: Producer | null = await create();
  let tail: Promise<unknown> = Promise.resolve();
  let generation = 0;
  let failure: unknown;
  let pending = 0;

  const transmit = async (batch: EdgeBatch, born: number): Promise<SentBatch> => {
    if (born !== generation) throw new Error('An earlier batch failed', { cause: failure });
    try {
      producer ??= await create();
      const answers = await producer.send({ topic: batch.topic, acks: -1, messages: messagesOf(batch) });
      if (answers.length === 0) throw new Error(`No answer for a batch to ${batch.topic}`);
      const records = batch.values.map((value) => ({
        keyBytes: Buffer.byteLength(batch.key),
        valueBytes: value === null ? null : value.length,
      }));
      return { bytes: batchBytes(records) };
    } catch (error) {
      generation++;
      failure = error;
      const broken = producer;
      producer = null;
      await broken?.disconnect().catch(() => undefined);
      throw error;
    }
  };

  return {
    get pending() {
      return pending;
    },
    send(batch) {
      for (const value of batch.values) assertBytes({ topic: batch.topic, key: batch.key, value });
      const born = generation;
      pending++;
      const sent = tail.then(() => transmit(batch, born)).finally(() => pending--);
      tail = sent.catch(() => undefined);
      return sent;
    },
    async close() {
      await tail;
      await producer?.disconnect();
    },
  };
}

function messagesOf(batch: EdgeBatch): Message[] {
  // One timestamp for all: the deltas are then 0, as `batchBytes` assumes.
  const timestamp = String(Date.now());
  return batch.values.map((value) => ({ key: batch.key, value, timestamp }));
}
