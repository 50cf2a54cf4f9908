/** Base offset, length, leader epoch, magic, CRC, attributes, deltas, timestamps, producer, sequence, record count. */
export const BATCH_HEADER_BYTES = 61;

/** Sizes of a record without headers: we write none. */
export interface RecordSize {
  /** Bytes of the key; null if there is none. */
  readonly keyBytes: number | null;
  /** Bytes of the value; null for a tombstone. */
  readonly valueBytes: number | null;
  /** Milliseconds after the batch's earliest timestamp. Default 0. */
  readonly timestampDelta?: number;
}

/** Bytes of a zigzag varint, as Avro and Kafka write it. Exact for safe integers. */
export function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let bytes = 1;
  while (rest >= 128) {
    rest = Math.floor(rest / 128);
    bytes++;
  }
  return bytes;
}

function sized(bytes: number | null): number {
  return bytes === null ? varintBytes(-1) : varintBytes(bytes) + bytes;
}

/** Bytes that a record takes in its batch, behind `offsetDelta` other records. */
export function recordBytes(record: RecordSize, offsetDelta: number): number {
  const { keyBytes, valueBytes, timestampDelta = 0 } = record;
  const deltas = varintBytes(timestampDelta) + varintBytes(offsetDelta);
  const body = 1 + deltas + sized(keyBytes) + sized(valueBytes) + varintBytes(0);
  return varintBytes(body) + body;
}

/** Bytes that one uncompressed batch of these records (format v2) takes in the broker's log, before replication. */
export function batchBytes(records: readonly RecordSize[]): number {
  return records.reduce((total, record, i) => total + recordBytes(record, i), BATCH_HEADER_BYTES);
}
