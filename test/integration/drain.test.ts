import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { connect, unique, until } from './kafka-helpers.js';
import { startService, untilReady, type Service } from './processes.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

/** The grace time of the services by default, and the time that a loaded machine takes to notice. */
const GRACE_MS = 20_000 + 10_000;

interface Health {
  readonly service: string;
  readonly state: string;
  readonly ok: boolean;
}

async function health({ url }: Service, path: string): Promise<{ status: number; body: Health }> {
  const answer = await fetch(`${url}${path}`);
  return { status: answer.status, body: (await answer.json()) as Health };
}

const services: [string, () => string[], string][] = [
  [
    'edge-producer',
    () => ['--records', join(SHIPPED_SAMPLES, 'mitdb-100-normal'), '--gateway', unique('drain')],
    'dynamic_deep_edge_windows_total',
  ],
  ['decoder-stream', () => ['--group-id', unique('drain')], 'dynamic_deep_decoder_segments_total'],
  ['tasks-stream', () => ['--group-id', unique('drain')], 'dynamic_deep_tasks_windows_total'],
  [
    'alarm-webhook',
    // Nobody listens there: what alarms there are is being retried when the drain begins.
    () => ['--group-id', unique('drain'), '--webhook-url', 'http://127.0.0.1:9/'],
    'dynamic_deep_webhook_posts_total',
  ],
];

describe.each(services)('%s', (name, args, metric) => {
  it('is alive before it is ready, answers what a cluster asks, and drains on SIGTERM with exit code 0', async () => {
    const service = await startService(name, args());
    // Listening comes before models and broker: alive, and not ready.
    expect(await health(service, '/healthz')).toMatchObject({ status: 200, body: { service: name, ok: true } });
    const early = await health(service, '/readyz');
    expect(early.status).toBe(early.body.state === 'running' && early.body.ok ? 200 : 503);
    await untilReady(service);
    expect(await health(service, '/healthz')).toMatchObject({ status: 200, body: { state: 'running', ok: true } });
    expect(await health(service, '/readyz')).toMatchObject({ status: 200, body: { state: 'running', ok: true } });
    const metrics = await fetch(`${service.url}/metrics`);
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    const text = await metrics.text();
    expect(text).toContain(`\n${metric}{`);
    expect(text).not.toMatch(/stream="|device="|patient="|bed="/);
    // What alerts are relative to.
    const size = name === 'edge-producer' ? 'dynamic_deep_edge_streams' : 'dynamic_deep_assigned_partitions';
    await until(`${size} is counted`, async () =>
      new RegExp(`^${size} [1-9]`, 'm').test(await (await fetch(`${service.url}/metrics`)).text()),
    );
    expect((await fetch(`${service.url}/elsewhere`)).status).toBe(404);

    const asked = Date.now();
    service.child.kill('SIGTERM');
    const { code, stderr, stdout } = await service.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Date.now() - asked).toBeLessThan(GRACE_MS);
    for (const state of ['draining', 'stopped']) expect(stdout).toContain(`"state":"${state}"`);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow();
  });
});

it('a service that is told to end while it starts ends with 0 too, and does no work', async () => {
  const service = await startService('decoder-stream', ['--group-id', unique('early')]);
  service.child.kill('SIGTERM');
  const { code, stdout } = await service.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('"state":"stopped"');
});
