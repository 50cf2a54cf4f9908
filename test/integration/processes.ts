/** Starts `dynamic-deep` as an operator does, and ends what is left when the file's tests are over. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';
import { MODELS } from '../models.js';
import { until } from './kafka-helpers.js';

const PROGRAM = fileURLToPath(new URL('../../bin/dynamic-deep.js', import.meta.url));
const brokers = inject('kafkaBrokers');

export interface Ended {
  /** null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** All of stdout so far. */
  output: () => string;
  /** All of stderr so far. */
  errors: () => string;
}

const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** Starts a command line; it sees the ring's broker unless `env` says otherwise. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, KAFKA_BROKERS: brokers, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return { code: code as number | null, ...text };
  });
  return { child, ended, output: () => text.stdout, errors: () => text.stderr };
}

export interface Service extends Running {
  /** Base address of /metrics, /healthz and /readyz. */
  readonly url: string;
}

/** Starts a service on a free port; resolves when it listens. */
export async function startService(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  // The sink runs no model.
  const models = name === 'alarm-webhook' ? [] : ['--models', MODELS];
  const running = start([name, '--http-port', '0', ...models, ...args], env);
  const url = (): string | undefined => /"url":"([^"]+)"/.exec(running.output())?.[1];
  await unlessItEnds(name, running, () => until(`${name} listens`, () => url() !== undefined));
  return { ...running, url: url() ?? '' };
}

/** Resolves when the service says that it is ready. */
export async function untilReady(service: Service): Promise<void> {
  const { url } = service;
  const isReady = () => fetch(`${url}/readyz`).then(({ ok }) => ok, () => false); // prettier-ignore
  await unlessItEnds(url, service, () => until(`${url} is ready`, isReady, 90_000));
}

/** Waits; throws with what the service said last where it ends before. */
async function unlessItEnds(name: string, { ended }: Running, wait: () => Promise<void>): Promise<void> {
  const dead = ended.then(({ code, stdout, stderr }) => {
    throw new Error(`${name} ended with code ${String(code)}: ${stdout.slice(-2000)}${stderr}`);
  });
  await Promise.race([dead, wait()]);
  dead.catch(() => undefined);
}

/** SIGTERM, and the exit code. */
export async function drained({ child, ended }: Running): Promise<number | null> {
  child.kill('SIGTERM');
  return (await ended).code;
}

/** A folder that is gone after the file's tests. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
