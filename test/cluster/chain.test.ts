/** The services on three brokers, of which one after the other is killed and comes back. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFailed } from 'vitest';
import { ensureTopics } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { connect, unique, until } from '../integration/kafka-helpers.js';
import { drained, startService, untilReady } from '../integration/processes.js';
import { readTopics, type Value } from '../integration/raw-reader.js';
import { bySequence, keyOf, rawSegments } from '../integration/raw-segments.js';
import { killNode, NODES, untilWhole } from './nodes.js';

/** Of each of two gateways. */
const BEDS = 3;
const SECONDS = 600;
const TOPICS = ['ecg.segments', 'ecg.streams', 'ecg.signals', 'ecg.rhythms', 'ecg.deadletter'];

it(
  'nothing is lost, doubled or out of order from edge to rhythms while each broker dies in turn',
  { timeout: 600_000 },
  async () => {
    const connection = await connect();
    await ensureTopics(connection.admin, { partitions: 4 });
    // Of two, so that two partitions of segments end in each partition of signals: their transactions overlap there.
    const gateways = [unique('cluster'), unique('cluster')];
    const isOwn = (key: string): boolean => gateways.some((gateway) => key.startsWith(gateway));
    const services = [await startService('decoder-stream'), await startService('tasks-stream')];
    for (const service of services) await untilReady(service);
    const edges = [];
    for (const gateway of gateways) {
      edges.push(
        await startService('edge-producer', [
          ...['--records', ['mitdb-100-normal', 'A00282'].map((name) => join(SHIPPED_SAMPLES, name)).join(',')],
          ...['--beds', String(BEDS), '--gateway', gateway, '--seconds', String(SECONDS), '--speed', '5'],
          ...['--linger-ms', '100'],
        ]),
      );
    }
    for (const node of NODES) {
      await sleep(8_000);
      await killNode(node);
      await sleep(2_000);
      await untilWhole(connection, TOPICS);
    }
    for (const edge of edges) expect((await edge.ended).code).toBe(0);

    const frames = (await readTopics(['ecg.segments'])).filter(({ key }) => isOwn(key));
    const sent = rawSegments(frames, await readTopics(['ecg.streams']));
    // The edge sends at least once: what the broker took without saying so comes again.
    const expected = [...new Set(sent.map(keyOf))].sort();
    expect(expected.length).toBeGreaterThanOrEqual(2 * BEDS * 100);
    const ownOf = async (topic: string): Promise<Value[]> =>
      (await readTopics([topic])).filter(({ key }) => isOwn(key)).map(({ value }) => value);
    onTestFailed(() => {
      for (const service of services) console.error(service.output().split('\n').slice(-60).join('\n'));
    });
    for (const topic of ['ecg.signals', 'ecg.rhythms']) {
      await until(`all of ${topic}`, async () => (await ownOf(topic)).length >= expected.length, 120_000);
      const out = await ownOf(topic);
      expect(out.map(keyOf).sort(), topic).toEqual(expected);
      for (const stream of new Set(out.map((value) => value['stream']))) {
        const own = out.filter((value) => value['stream'] === stream);
        expect(own, topic).toEqual([...own].sort(bySequence));
      }
    }
    for (const service of services) expect(await drained(service)).toBe(0);
    const letters = (await readTopics(['ecg.deadletter'])).filter(({ value }) => isOwn(String(value['key']))); // prettier-ignore
    expect(letters).toEqual([]);
    await connection.close();
  },
);
