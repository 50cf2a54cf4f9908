/** Bytes in the brokers' logs, before replication. Each record counts as a batch of its own: larger batches only save. */
import { batchBytes } from '../../src/lib/kafka/index.js';
import { decode, encode } from '../../src/lib/wire/index.js';
import type { RawRecord } from './records.js';

const batchOf = (key: Buffer | null, valueBytes: number): number =>
  batchBytes([{ keyBytes: key?.length ?? 0, valueBytes }]);

/** Bytes per window, by topic. */
export function bytesPerWindow(records: readonly RawRecord[], windows: number): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { topic, key, value } of records)
    sums.set(topic, (sums.get(topic) ?? 0) + batchOf(key, value.length) / windows);
  return Object.fromEntries([...sums].sort().map(([topic, bytes]) => [topic, Number(bytes.toFixed(1))]));
}

export interface Frames {
  readonly windowsPerFrame: number;
  /** Bytes of a frame and its batch without the segments. */
  readonly overheadBytes: number;
}

/** The overhead is separate, since a fast replay fills frames that a ward would send half empty. */
export function framesOf(backlog: readonly RawRecord[]): Frames {
  const frames = backlog.filter(({ topic }) => topic === 'ecg.segments');
  let [windows, overhead] = [0, 0];
  for (const { key, value } of frames) {
    const frame = decode('ecg.segments', value);
    windows += frame.segments.length;
    overhead += batchOf(key, encode('ecg.segments', { ...frame, segments: [] }).length);
  }
  return {
    windowsPerFrame: Number((windows / frames.length).toFixed(2)),
    overheadBytes: Number((overhead / frames.length).toFixed(1)),
  };
}
