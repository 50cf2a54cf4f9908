import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { batchBytes } from '../../../src/lib/kafka/batch-size.js';
import type { OutputRecord } from '../../../src/lib/kafka/records.js';
import { MOST_BATCH_BYTES, splitBatches } from '../../../src/lib/kafka/split-batches.js';
import { TOPICS } from '../../../src/lib/kafka/topics.js';

const record = (bytes: number, key: string | null = 'bed-7'): OutputRecord => ({
  topic: 't',
  key,
  value: Buffer.alloc(bytes),
});

/** With the timestamps as far apart as they may be. */
const largest = (batch: readonly OutputRecord[]): number =>
  batchBytes(
    batch.map(({ key, value }) => ({
      keyBytes: key === null ? null : Buffer.byteLength(key),
      valueBytes: value?.length ?? null,
      timestampDelta: -Number.MAX_SAFE_INTEGER,
    })),
  );

describe('splitBatches', () => {
  it('keeps the records and their order, and no batch is larger than it may be', () => {
    const records = fc.array(
      fc.oneof(
        fc.nat(300).map((bytes) => record(bytes)),
        fc.constant({ topic: 't', key: null, value: null }),
      ),
    );
    fc.assert(
      fc.property(records, fc.integer({ min: 100, max: 2000 }), (all, most) => {
        const batches = splitBatches(all, most);
        expect(batches.flat()).toEqual(all);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          if (batch.length > 1) expect(largest(batch)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('makes no more batches than needed, and gives a record that is too large one of its own', () => {
    expect(splitBatches([])).toEqual([]);
    const sizes = (records: readonly OutputRecord[]): number[] =>
      splitBatches(records, 1000).map(({ length }) => length);
    expect(sizes(Array.from({ length: 9 }, () => record(200)))).toEqual([4, 4, 1]);
    expect(sizes([record(10), record(5000), record(10), record(10)])).toEqual([1, 1, 2]);
  });

  it('stays below what every topic takes', () => {
    for (const { name, maxMessageBytes } of TOPICS) expect(MOST_BATCH_BYTES, name).toBeLessThan(maxMessageBytes);
  });
});
