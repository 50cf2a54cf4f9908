/** A real Prometheus scrapes a running demo by the rules that ship, and a real Alertmanager posts what fires. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { connect, produce, until } from '../integration/kafka-helpers.js';
import { start, temporaryFolder } from '../integration/processes.js';
import { read } from '../manifests/objects.js';
import { MODELS } from '../models.js';
import { query, startAlertmanager, startPrometheus } from './programs.js';

const JOBS = { 'edge-producer': 'edge-gateway', 'decoder-stream': 'decoder-stream', 'tasks-stream': 'tasks-stream', dashboard: 'dashboard' } as const; // prettier-ignore
const SERVICES = Object.values(JOBS);

interface Alert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const posted: Alert[] = [];
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    posted.push(...(JSON.parse(Buffer.concat(parts).toString()) as { alerts: Alert[] }).alerts);
    response.end();
  });
});
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it('an unreadable segment becomes an alert at the webhook, and nothing else does', async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  ends.push(() => new Promise((resolve) => receiver.close(resolve)));
  const folder = await temporaryFolder();
  const demo = start(['demo', '--models', MODELS, '--beds', '4', '--seconds', '3600']);
  ends.push(async () => {
    demo.child.kill('SIGINT');
    await demo.ended;
  });
  const addressOf = (name: string): string | undefined =>
    new RegExp(`^${name}: http://([\\d.:]+)/metrics$`, 'm').exec(demo.errors())?.[1];
  await until('the demo runs', () => Object.keys(JOBS).every((name) => addressOf(name) !== undefined), 240_000);
  const targets = Object.fromEntries(Object.entries(JOBS).map(([name, job]) => [job, addressOf(name) ?? '']));
  const { port } = receiver.address() as AddressInfo;
  const alertmanager = await startAlertmanager(folder, `http://127.0.0.1:${port}/`);
  ends.push(() => alertmanager.stop());
  const prometheus = await startPrometheus(folder, { services: SERVICES, targets, alertmanager: alertmanager.url });
  ends.push(() => prometheus.stop());

  await until('every target is up', async () => (await query(prometheus, 'up == 1')).length === SERVICES.length);
  const decoded = 'sum(dynamic_deep_decoder_segments_total) > 0';
  await until('windows are decoded', async () => (await query(prometheus, decoded)).length === 1, 60_000);
  expect(posted.map(({ labels }) => labels['alertname'])).toEqual([]);

  const connection = await connect();
  ends.push(() => connection.close());
  // Again and again: a counter that was never scraped before its first step shows none.
  await until(
    'the alert is at the webhook',
    async () => {
      await produce(connection, 'ecg.segments', [{ key: 'nobody', value: Buffer.from('nonsense') }]);
      return posted.some(({ labels }) => labels['alertname'] === 'DeadLetters');
    },
    120_000,
  );
  const alert = posted.find(({ labels }) => labels['alertname'] === 'DeadLetters');
  expect(alert).toMatchObject({
    status: 'firing',
    labels: { job: 'decoder-stream', reason: 'MAGIC_WRONG' },
    annotations: { runbook_url: 'docs/operations.md#deadletters' },
  });
  const names = new Set(posted.map(({ labels }) => labels['alertname']));
  // The page reads the same topic, and says so, too, if the run is long enough.
  names.delete('DashboardUnreadable');
  expect([...names]).toEqual(['DeadLetters']);

  // What Grafana would ask: every expression is answered, and most of them with figures of the demo.
  const expressions = SERVICES.flatMap((service) => {
    interface Dashboard {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    }
    const { panels } = JSON.parse(read(`k8s/observability/${service}/dashboard.json`)) as Dashboard;
    return panels.flatMap(({ targets: own }) => own.map(({ expr }) => expr));
  });
  const answers = await Promise.all(expressions.map((expression) => query(prometheus, expression)));
  const empty = expressions.filter((_, i) => answers[i]?.length === 0);
  expect(empty.length, empty.join('\n')).toBeLessThan(expressions.length / 2);
}, 600_000);
