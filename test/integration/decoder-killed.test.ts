import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureTopics } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { decode } from '../../src/lib/wire/index.js';
import { connect, follow, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady } from './processes.js';
import { readTopics } from './raw-reader.js';
import { bySequence, keyOf, rawSegments } from './raw-segments.js';

const BEDS = 4;
const SECONDS = 150;

it(
  'SIGKILL of the decoder in mid-stream loses and doubles nothing on ecg.signals, and keeps the order',
  { timeout: 240_000 },
  async () => {
    const connection = await connect();
    await ensureTopics(connection.admin, { partitions: 4 });
    const gateway = unique('killed');
    const mine = (key: Buffer | null): boolean => key?.toString().startsWith(`${gateway}-`) ?? false;
    const signals = await follow(connection, ['ecg.signals']);
    const count = (): number => signals.records.filter(({ message }) => mine(message.key)).length;

    const first = await startService('decoder-stream');
    await untilReady(first);
    const edge = await startService('edge-producer', [
      ...['--records', ['mitdb-100-normal', 'A00282'].map((name) => join(SHIPPED_SAMPLES, name)).join(',')],
      ...['--beds', String(BEDS), '--gateway', gateway, '--seconds', String(SECONDS), '--speed', '10'],
      ...['--linger-ms', '100'],
    ]);
    await until('a part is decoded', () => count() >= BEDS * 3);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const atKill = count();
    // It takes over when the group has given up the dead member: after the session timeout of 30 s.
    const second = await startService('decoder-stream');
    expect((await edge.ended).code).toBe(0);

    const segments = (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);
    const sent = rawSegments(segments, await readTopics(['ecg.streams']));
    const expected = [...new Set(sent.map(keyOf))].sort();
    expect(expected.length).toBeGreaterThan(BEDS * 25);
    // Otherwise nothing was left for the second one.
    expect(atKill).toBeLessThan(expected.length);
    await until('everything is decoded', () => count() >= expected.length, 120_000);
    expect(await drained(second)).toBe(0);
    await signals.close();

    // Read again from the log, so that what came late is seen.
    const decoded = (await readTopics(['ecg.signals']))
      .filter(({ key }) => key.startsWith(`${gateway}-`))
      .map(({ value }) => value);
    expect(decoded.map(keyOf).sort()).toEqual(expected);
    for (const stream of new Set(decoded.map((window) => window['stream']))) {
      const own = decoded.filter((window) => window['stream'] === stream);
      expect(own).toEqual([...own].sort(bySequence));
    }
    const letters = await readTopics(['ecg.deadletter']);
    const keys = letters.filter(({ value }) => String(value['key']).startsWith(gateway));
    expect(keys).toEqual([]);
    expect(
      decode('ecg.signals', signals.records.find(({ message }) => mine(message.key))!.message.value).device,
    ).toContain(gateway);
    await connection.close();
  },
);
