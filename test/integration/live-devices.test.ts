import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeLosslessPayload } from '../../src/lib/codec/payload.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady, type Service } from './processes.js';
import { readTopics } from './raw-reader.js';
import { rawSegments } from './raw-segments.js';

const SIZE = 36;
const MODULUS = 256;
/** Packets: a hole of 1.2 s from 120 on, a clock step of an hour at 300. */
const COUNT = 400;
const HOLE = { from: 120, to: 132 };
const STEP = 300;

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

interface Segment {
  readonly stream: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly start: number;
  readonly length: number;
  readonly flags: number;
  readonly payload: Buffer;
}

async function segmentsOf(gateway: string): Promise<Segment[]> {
  const frames = (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);
  return rawSegments(frames, await readTopics(['ecg.streams'])) as unknown as Segment[];
}

it('packets that repeat, change places, get lost and jump in time arrive on ecg.segments bit for bit', async () => {
  const gateway = unique('live');
  const [port = 0] = await freePorts(1);
  const edge: Service = await startService('edge-producer', [
    ...['--listen', `127.0.0.1:${port}`, '--gateway', gateway, '--silence-ms', '10000'],
  ]);
  await untilReady(edge);
  await until('devices can connect', () => edge.output().includes('listening for devices'));
  const lead = (await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'))).leads[0]!;
  const samples = Array.from(lead.samples.subarray(0, COUNT * SIZE));
  const start = Date.now() - 60_000;
  const packets = Array.from({ length: COUNT }, (_, k) => ({
    type: 'packet',
    lead: 1,
    sequence: k % MODULUS,
    time: start + (1000 * k * SIZE) / lead.rate + (k < STEP ? 0 : -3_600_000),
    samples: samples.slice(k * SIZE, (k + 1) * SIZE),
  }));
  const sent = packets.flatMap((packet, k) => {
    if (k >= HOLE.from && k < HOLE.to) return [];
    if (k % 10 === 4) return [packets[k + 1]!, packet];
    if (k % 10 === 5) return [];
    return k % 17 === 3 ? [packet, packet] : [packet];
  });
  const hello = { type: 'hello', bed: 12, lead: 1, name: 'Mrs Miller', gain: 200, baseline: 1024, rate: 360 };
  const socket = connectSocket(port, '127.0.0.1');
  await once(socket, 'connect');
  const lines = [{ ...hello, modulus: MODULUS, patient: 'Miller' }, ...sent];
  socket.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  let segments: Segment[] = [];
  await until('all samples of both epochs are there', async () => {
    segments = await segmentsOf(gateway);
    const own = segments.map((segment) => decodeLosslessPayload(segment, lead.rate, segment.payload).samples.length);
    return own.reduce((sum, count) => sum + count, 0) === (COUNT - HOLE.to + HOLE.from) * SIZE;
  });
  // One epoch follows the other, and that one's device fell silent: to the bed neither is an end.
  expect(segments.some(({ flags }) => (flags & FLAG.LAST) !== 0)).toBe(false);
  expect(new Set(segments.map(({ stream }) => stream))).toEqual(new Set([`${gateway}-012.1`]));
  const epochs = [...new Set(segments.map(({ epoch }) => epoch))];
  expect(epochs).toHaveLength(2);
  // An hour back is not believed: the second epoch begins at the gateway's time, behind the end of the first.
  expect(epochs[0]).toBe(Math.round(start));
  expect(epochs[1]).toBeGreaterThan(start + (1000 * STEP * SIZE) / lead.rate);
  const decoded = epochs.map((epoch, e) => {
    const found = new Map<number, number>();
    const own = segments.filter((segment) => segment.epoch === epoch);
    expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, k) => k));
    for (const segment of own) {
      const stretch = decodeLosslessPayload(segment, lead.rate, segment.payload);
      stretch.samples.forEach((v, i) => found.set(stretch.firstIndex + i, v));
      const besideHole = [HOLE.from * SIZE - stretch.samples.length, HOLE.to * SIZE].includes(stretch.firstIndex);
      expect((segment.flags & FLAG.MISSING) !== 0).toBe(e === 0 && besideHole);
    }
    return found;
  });
  const expected = [samples.slice(0, STEP * SIZE), samples.slice(STEP * SIZE)].map(
    (own, e) => new Map([...own.entries()].filter(([i]) => e === 1 || i < HOLE.from * SIZE || i >= HOLE.to * SIZE)),
  );
  expect(decoded).toEqual(expected);

  const streams = (await readTopics(['ecg.streams'])).filter(({ key }) => key === `${gateway}-012.1`);
  expect(streams.map(({ value }) => [value['lead'], value['rate'], value['clockRate']])).toEqual([
    ['ECG', 360, 1],
    ['ECG', 360, 1],
  ]);
  const metrics = await (await fetch(`${edge.url}/metrics`)).text();
  for (const [outcome, count] of [
    ['repeated', sent.length - new Set(sent).size],
    ['lost', HOLE.to - HOLE.from],
  ] as const) {
    expect(metrics).toContain(`dynamic_deep_edge_device_packets_total{outcome="${outcome}"} ${count}\n`);
  }
  expect(metrics).toMatch(/live_epochs_total\{reason="clock-step"\} 1\n/);
  expect(edge.output() + edge.errors()).not.toContain('Miller');
  expect(await drained(edge)).toBe(0);
});

it('records and an address exclude each other, and the error says so', async () => {
  const both = startService('edge-producer', ['--listen', '127.0.0.1:1', '--records', join(SHIPPED_SAMPLES, 'A00282')]);
  await expect(both).rejects.toThrow(/exactly one of them: both are given/);
});
