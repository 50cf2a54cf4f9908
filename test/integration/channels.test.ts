import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, startService } from './processes.js';
import { readTopics, type Value } from './raw-reader.js';
import { rawSegments } from './raw-segments.js';

const NAMES = ['A00282', 'A04040'];
/** Epochs of 30 s: more than a declaration lists. */
const SECONDS = 600;

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

it(
  'a gateway that was killed and started again gives no channel twice, and a decoder that starts then knows every epoch',
  { timeout: 240_000 },
  async () => {
    const gateway = unique('channels');
    const edge = () =>
      startService('edge-producer', [
        ...['--records', NAMES.map((name) => join(SHIPPED_SAMPLES, name)).join(','), '--gateway', gateway],
        ...['--seconds', String(SECONDS), '--speed', '100', '--linger-ms', '100'],
        // Without a policy everything goes losslessly: a window that goes to another bed has the wrong samples.
      ]);
    const declared = async () => (await readTopics(['ecg.streams'])).filter(({ key }) => key.startsWith(gateway));
    const frames = async () => (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);

    const first = await edge();
    await until('two epochs of both beds are under way', async () => (await declared()).length >= 6);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await edge();
    expect((await second.ended).code).toBe(0);

    const declarations = await declared();
    const named = new Map<string, string>();
    for (const { key, value } of declarations) {
      for (const { run, channel, epoch } of value['channels'] as Value[]) {
        const [number, name] = [`${String(run)} ${String(channel)}`, `${key} ${String(epoch)}`];
        expect(named.get(number) ?? name).toBe(name);
        named.set(number, name);
      }
    }
    expect(new Set(named.values()).size).toBe(named.size);
    expect(new Set([...named.keys()].map((number) => number.split(' ')[0])).size).toBe(2);
    const sent = rawSegments(await frames(), declarations);
    const epochsOf = (bed: number): number =>
      new Set(sent.filter(({ stream }) => stream === `${gateway}-00${bed}.1`).map(({ epoch }) => epoch)).size;
    // The oldest are listed by no declaration of today.
    expect(Math.min(epochsOf(1), epochsOf(2))).toBeGreaterThan(18);

    const decoder = await startService('decoder-stream', ['--group-id', unique('channels')]);
    const decoded = async () => (await readTopics(['ecg.signals'])).filter(({ key }) => key.startsWith(gateway));
    await until('everything is decoded', async () => (await decoded()).length >= sent.length, 120_000);
    expect(await drained(decoder)).toBe(0);
    const keyOf = ({ stream, epoch, sequence }: Value): string => [stream, epoch, sequence].join();
    const windows = (await decoded()).map(({ value }) => value);
    expect(windows.map(keyOf).sort()).toEqual(sent.map(keyOf).sort());

    const files = await Promise.all(
      NAMES.map(async (name) => (await readRecording(join(SHIPPED_SAMPLES, name))).leads[0]!.samples),
    );
    for (const { device, firstIndex, samples } of windows) {
      const file = files[Number(String(device).slice(-3)) - 1]!;
      const bytes = samples as Buffer;
      const own = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
      expect(own).toEqual([...file.subarray(Number(firstIndex), Number(firstIndex) + own.length)]);
    }
    const letters = (await readTopics(['ecg.deadletter'])).filter(({ key }) => key === gateway);
    expect(letters).toEqual([]);
  },
);
