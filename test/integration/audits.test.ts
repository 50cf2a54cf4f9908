/** What tasks-stream makes of ecg.audit-results, whoever wrote them, against a recount from the topic. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violationInterval } from '../../src/lib/audit/interval.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { setPolicy } from '../../src/lib/policy/index.js';
import { encode } from '../../src/lib/wire/index.js';
import { policyOf } from '../lib/policy/policies.js';
import { auditResultOf } from '../tasks-stream/audit-results.js';
import { connect, produce, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady, type Service } from './processes.js';
import { readTopics } from './raw-reader.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

async function metricsOf({ url }: Service): Promise<(name: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('dynamic_deep_tasks_'));
  const values = new Map(lines.map((line) => [line.slice(19, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))])); // prettier-ignore
  return (name) => values.get(name) ?? Number.NaN;
}

/** Rate and interval of the last day, from the topic alone. */
async function recount(): Promise<{ records: number; rate: number; interval: readonly [number, number] }> {
  const streams = new Map<string, { records: number; violated: number }>();
  for (const { value } of await readTopics(['ecg.audit-results'])) {
    if (value['outcome'] !== 'COMPLETE' || Number(value['evaluatedAt']) < Date.now() - DAY) continue;
    const own = streams.get(String(value['stream'])) ?? { records: 0, violated: 0 };
    own.records++;
    if (value['violated'] === true) own.violated++;
    streams.set(String(value['stream']), own);
  }
  const clusters = [...streams.values()];
  const [records, violated] = (['records', 'violated'] as const).map((key) => clusters.reduce((sum, own) => sum + own[key], 0)); // prettier-ignore
  return { records: records ?? 0, rate: (violated ?? 0) / (records ?? 0), interval: violationInterval(clusters) ?? [0, 1] }; // prettier-ignore
}

it(
  'rates and evidence are those of the topic, follow it, and are the same after a restart',
  { timeout: 240_000 },
  async () => {
    const gateway = unique('audits');
    const policy = policyOf({ bounds: { rhythm: 0.25, peaks: 0.1 }, alpha: 0.01 });
    const { version } = await setPolicy(connection, { scope: `ward:${gateway}`, policy, author: 'physician-2' });
    const result = (bed: number, hoursAgo: number, violated: boolean) => {
      const device = `${gateway}-${bed}`;
      const evaluatedAt = Date.now() - hoursAgo * HOUR;
      const of = { device, stream: `${device}.1`, evaluatedAt, policyVersion: version, violated };
      return { key: device, value: encode('ecg.audit-results', auditResultOf({ ...of, rhythmError: violated ? 0.3 : 0.1 })) }; // prettier-ignore
    };
    // Of 120 beds 30 violate once, two hours ago; what was two days ago is in no rate.
    const past = Array.from({ length: 120 }, (_, bed) => [result(bed, 2, bed % 4 === 0), result(bed, 1.5, false), result(bed, 50, true)]); // prettier-ignore
    await produce(connection, 'ecg.audit-results', past.flat());
    const expected = await recount();
    expect(expected.records).toBeGreaterThanOrEqual(240);

    const first = await startService('tasks-stream', ['--group-id', gateway]);
    await untilReady(first);
    /** Gauges follow every few seconds, and the service audits what other tests have left: both are read until they agree. */
    const agreed = async (service: Service, least: number) => {
      let [topic, of] = [await recount(), await metricsOf(service)];
      const counts = () => [topic.records, of('audit_window_records{window="24h"}')] as const;
      await until('topic and gauge agree', async () => {
        [topic, of] = [await recount(), await metricsOf(service)];
        const [records, gauge] = counts();
        return records >= least && gauge === records;
      }).catch(() => { expect(counts(), 'topic and gauge').toEqual([]); }); // prettier-ignore
      expect(of('violation_ratio{task="any",window="24h"}')).toBeCloseTo(topic.rate, 12);
      expect(of('violation_ratio_lower{task="any",window="24h"}')).toBeCloseTo(topic.interval[0], 12);
      expect(of('violation_ratio_upper{task="any",window="24h"}')).toBeCloseTo(topic.interval[1], 12);
      return of;
    };
    const of = await agreed(first, expected.records);
    for (const kind of ['record', 'stream']) expect(of(`violation_evidence{kind="${kind}"}`)).toBeGreaterThan(4);
    expect(await drained(first)).toBe(0);

    const second = await startService('tasks-stream', ['--group-id', gateway]);
    await untilReady(second);
    const again = await agreed(second, expected.records);
    for (const kind of ['record', 'stream']) {
      const [before, now] = [of, again].map((read) => read(`violation_evidence{kind="${kind}"}`));
      // Partitions are read in another order: the bets are the same, what a bed's hour begins with may not be.
      expect(Math.abs(now! / before! - 1)).toBeLessThan(0.01);
    }
    // Live ones count from the next publication on.
    await produce(
      connection,
      'ecg.audit-results',
      Array.from({ length: 10 }, (_, bed) => result(bed, 0, true)),
    );
    await agreed(second, expected.records + 10);
    expect(await drained(second)).toBe(0);
  },
);
