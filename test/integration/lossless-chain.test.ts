import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady, type Service } from './processes.js';
import { readTopics, type RawRecord } from './raw-reader.js';

let connection: KafkaConnection;
let decoder: Service;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
  decoder = await startService('decoder-stream');
  await untilReady(decoder);
});
afterAll(async () => {
  await drained(decoder);
  await connection.close();
});

/** Samples of each epoch of a device, in the order of the log. */
function epochs(records: readonly RawRecord[], device: string): number[][] {
  const found = new Map<number, number[]>();
  for (const { key, value } of records) {
    if (key !== device) continue;
    expect([value['lossless'], value['rung']]).toEqual([true, 'lossless']);
    const epoch = Number(value['epoch']);
    const samples = found.get(epoch) ?? [];
    found.set(epoch, samples);
    expect(value['firstIndex']).toBe(samples.length);
    const bytes = value['samples'] as Buffer;
    for (let i = 0; i < bytes.length; i += 2) samples.push(bytes.readInt16LE(i));
  }
  return [...found.values()];
}

it('gives the samples of the file back, at 360 and at 300 Hz, each epoch whole', async () => {
  const gateway = unique('lossless');
  const names = ['mitdb-202-af', 'A00282'];
  const seconds = 50;
  const edge = await startService('edge-producer', [
    ...['--records', names.map((name) => join(SHIPPED_SAMPLES, name)).join(','), '--gateway', gateway],
    ...['--seconds', String(seconds), '--speed', '25'],
  ]);
  expect((await edge.ended).code).toBe(0);
  const expected = await Promise.all(
    names.map(async (name) => {
      const lead = (await readRecording(join(SHIPPED_SAMPLES, name))).leads[0]!;
      const whole = Array.from(lead.samples);
      const wanted = seconds * lead.rate;
      const loops: number[][] = [];
      for (let at = 0; at < wanted; at += whole.length) loops.push(whole.slice(0, Math.min(whole.length, wanted - at)));
      return loops;
    }),
  );
  expect(expected.map((loops) => loops.length)).toEqual([1, 2]);
  let signals: RawRecord[] = [];
  await until('all windows are decoded', async () => {
    signals = (await readTopics(['ecg.signals'])).filter(({ key }) => key.startsWith(`${gateway}-`));
    return signals.filter(({ value }) => (Number(value['flags']) & 2) !== 0).length >= names.length;
  });
  expect(epochs(signals, `${gateway}-001`)).toEqual(expected[0]);
  expect(epochs(signals, `${gateway}-002`)).toEqual(expected[1]);
});
