import { afterAll, beforeAll, expect, it } from 'vitest';

import { createEdgeProducer, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { STANDARD_WARD, wardBatches, type WardRecord } from '../../src/training/evaluation/compression/ward.js';
import { brokers, connect, createTopic } from './kafka-helpers.js';
import { logBytes } from './log-dirs.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

/** Records whose windows go by small codes, by the lossless one and raw, as a choice by the bound mixes them. */
function records(): WardRecord[] {
  const random = seededRandom(7);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.integer(256));
  const part = (window: number, size: number, lossless: boolean) => ({
    name: 'any',
    rung: lossless ? 0 : 9,
    lossless,
    nominalGain: null,
    start: window * WINDOW,
    length: WINDOW,
    payload: bytes(size),
    predicted: lossless ? undefined : { rhythm: random.uniform(), peaks: random.uniform() },
  });
  const windows = [0, 1, 2, 3, 4];
  return Array.from({ length: 30 }, (_, i) => ({
    parts: windows.map((window) => (i % 10 === 0 ? part(window, i === 0 ? 3584 : 720, true) : part(window, 20 + random.integer(200), false))), // prettier-ignore
    lossless: windows.map((window) => part(window, 600 + random.integer(300), true)),
    flags: windows.map((window) => (window === i % 7 ? 64 : 0)),
    rate: 300,
  }));
}

it('counts for every batch of the standard setting the bytes that the broker appends to its log', async () => {
  const topics = {
    'ecg.segments': await createTopic(connection, 'wire-segments', 1),
    'ecg.audits': await createTopic(connection, 'wire-audits', 1),
  };
  const edge = await createEdgeProducer(connection);
  // The ward as it is, for half a minute; with one audit in 1,000 records there would be none to count.
  const setting = { ...STANDARD_WARD, recordsPerBed: 1, auditEvery: 40 };
  const counted = { 'ecg.segments': 0, 'ecg.audits': 0 };
  let batches = 0;
  for (const { topic, key, value, bytes } of wardBatches(records(), Buffer.alloc(8, 1), setting)) {
    const sent = await edge.send({ topic: topics[topic], key, values: [value] });
    expect(sent.bytes).toBe(bytes);
    counted[topic] += bytes;
    batches++;
  }
  expect(batches).toBeGreaterThan(50);
  for (const topic of ['ecg.segments', 'ecg.audits'] as const) {
    expect(counted[topic]).toBeGreaterThan(10_000);
    expect(await logBytes(brokers[0]!, topics[topic], 0)).toBe(counted[topic]);
  }
  await edge.close();
});
