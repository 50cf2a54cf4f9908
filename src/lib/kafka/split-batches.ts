import { BATCH_HEADER_BYTES, recordBytes } from './batch-size.js';
import type { OutputRecord } from './records.js';

/**
 * Largest record batch that we send. A broker refuses a batch above the topic's max.message.bytes, which is at least 1 MiB
 * (`checkTopics`), and would refuse the same chunk again after every restart.
 */
export const MOST_BATCH_BYTES = 900_000;

/** Takes at least as many bytes as any real timestamp delta: kafkajs sets the time of a record that has none. */
const ANY_TIMESTAMP_DELTA = Number.MAX_SAFE_INTEGER;

/**
 * Cuts the records of one partition, in order, into batches of at most `mostBytes`. A single larger record has a batch
 * of its own.
 */
export function splitBatches(records: readonly OutputRecord[], mostBytes = MOST_BATCH_BYTES): OutputRecord[][] {
  const batches: OutputRecord[][] = [];
  let batch: OutputRecord[] = [];
  let bytes = BATCH_HEADER_BYTES;
  for (const record of records) {
    const own = boundOf(record, batch.length);
    if (batch.length === 0 || bytes + own > mostBytes) {
      batch = [];
      batches.push(batch);
      bytes = BATCH_HEADER_BYTES;
    }
    batch.push(record);
    bytes += own;
  }
  return batches;
}

/** Returns an upper bound of a record's bytes. */
function boundOf({ key, value }: OutputRecord, offsetDelta: number): number {
  const keyBytes = key === null ? null : Buffer.byteLength(key);
  const valueBytes = value === null ? null : value.length;
  return recordBytes({ keyBytes, valueBytes, timestampDelta: ANY_TIMESTAMP_DELTA }, offsetDelta);
}
