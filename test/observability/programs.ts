/** Debian's Prometheus and Alertmanager on loopback, in a temporary folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { until } from '../integration/kafka-helpers.js';
import { at, documentsOf, read } from '../manifests/objects.js';

export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

async function start(program: string, args: readonly string[], url: string, log: string): Promise<Program> {
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const exited = once(child, 'exit').then(async () => {
    throw new Error(`${program} ended:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
  });
  exited.catch(() => undefined);
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await Promise.race([exited, until(`${program} is ready`, isReady, 60_000)]);
  return {
    url,
    stop: async () => {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Posts what fires to `receiver`. */
export async function startAlertmanager(folder: string, receiver: string): Promise<Program> {
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'alertmanager.yaml');
  const route = { receiver: 'test', group_by: ['alertname'], group_wait: '1s', group_interval: '1s' };
  await writeFile(config, stringify({ route, receivers: [{ name: 'test', webhook_configs: [{ url: receiver }] }] }));
  const listen = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  const args = [`--config.file=${config}`, `--storage.path=${join(folder, 'alertmanager')}`, ...listen];
  return start('prometheus-alertmanager', args, `http://127.0.0.1:${port}`, join(folder, 'alertmanager.log'));
}

export interface PrometheusSettings {
  /** Rules as k8s/observability has them. */
  readonly services: readonly string[];
  /** host:port by job. */
  readonly targets: Readonly<Record<string, string>>;
  readonly alertmanager: string;
}

/** Scrapes and evaluates every second: a test does not wait for the quarter of a minute that is usual. */
export async function startPrometheus(folder: string, settings: PrometheusSettings): Promise<Program> {
  const { services, targets, alertmanager } = settings;
  const [port = 0] = await freePorts(1);
  const files = services.map((service) => join(folder, `${service}.rules.yaml`));
  for (const [i, service] of services.entries()) {
    const [manifest] = documentsOf(read(`k8s/observability/${service}/rules.yaml`));
    await writeFile(files[i] ?? '', stringify(at(manifest, 'spec')));
  }
  const config = join(folder, 'prometheus.yaml');
  await writeFile(
    config,
    stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: files,
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    }),
  );
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return start('prometheus', args, `http://127.0.0.1:${port}`, join(folder, 'prometheus.log'));
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** What an instant query gives. */
export async function query({ url }: Program, expression: string): Promise<readonly Sample[]> {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`);
  const body = (await answer.json()) as { status: string; error?: string; data?: { result: readonly Sample[] } };
  if (body.status !== 'success') throw new Error(`${expression}: ${body.error ?? body.status}`);
  return body.data?.result ?? [];
}
