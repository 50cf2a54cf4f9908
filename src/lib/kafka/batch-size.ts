/** Base offset, length, leader epoch, magic, CRC, attributes, deltas, timestamps, producer, sequence, record count. */
export const BATCH_HEADER_BYTES = 61;

export interface RecordSize {
  /** Bytes of the key; null where there is none. */
  readonly keyBytes: number | null;
  /** Bytes of the value; null for a tombstone. */
  readonly valueBytes: number | null;
  /** Milliseconds after the batch's earliest timestamp. Default 0. */
  readonly timestampDelta?: number;
  /** Sizes of the record's headers, in order. Default none. */
  readonly headers?: readonly { readonly keyBytes: number; readonly valueBytes: number | null }[];
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

/** Bytes that one uncompressed batch of these records (format v2) takes in the broker's log, before replication. */
export function batchBytes(records: readonly RecordSize[]): number {
  let total = BATCH_HEADER_BYTES;
  records.forEach((record, offsetDelta) => {
    const headers = record.headers ?? [];
    let body = 1 + varintBytes(record.timestampDelta ?? 0) + varintBytes(offsetDelta);
    body += sized(record.keyBytes) + sized(record.valueBytes) + varintBytes(headers.length);
    for (const header of headers) body += sized(header.keyBytes) + sized(header.valueBytes);
    total += varintBytes(body) + body;
  });
  return total;
}
