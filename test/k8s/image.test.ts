/** The image's steps, run in a folder, and its services started from there as a cluster starts them. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ensureTopics } from '../../src/lib/kafka/index.js';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { connect, until } from '../integration/kafka-helpers.js';
import { build, firstProcess, stages, startImage } from './sandbox.js';
import { read } from '../manifests/objects.js';

/** A folder that keeps the build for the next run; by default there is none. */
const KEPT = process.env['K8S_TEST_IMAGE'];
/** A loaded machine takes minutes to load TensorFlow. */
const READY_MS = 300_000;

const children: ChildProcess[] = [];
let folder: string;
beforeAll(async () => {
  folder = KEPT ?? (await mkdtemp(join(tmpdir(), 'dynamic-deep-image-')));
  if (!existsSync(join(folder, 'built'))) {
    await build(folder);
    await writeFile(join(folder, 'built'), '');
  }
  const connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
  await connection.close();
}, 1_800_000);
afterAll(async () => {
  // A process that changed its user no longer ends with its parent.
  for (const child of children) if (child.exitCode === null) process.kill(await firstProcess(child), 'SIGKILL');
  if (KEPT === undefined) await rm(folder, { recursive: true, force: true });
});

it('holds what runs, and nothing that only builds', async () => {
  const kept = [
    'LICENSE',
    'NOTICE',
    'THIRD-PARTY.md',
    'bin',
    'dist',
    'models',
    'node_modules',
    'package.json',
    'policies',
    'samples',
    'schemas',
  ];
  expect((await readdir(join(folder, 'app'))).sort()).toEqual(kept);
  expect(existsSync(join(folder, 'app/node_modules/typescript'))).toBe(false);
  expect(existsSync(join(folder, 'app/models/codec/manifest.json'))).toBe(true);
});

it('takes both stages from the same release of Node', () => {
  const from = stages(read('Dockerfile')).map(([first]) => /node:(\d+)/.exec(first?.rest ?? '')?.[1]);
  expect(from).toEqual([from[0], from[0]]);
});

describe.each([
  ['edge-producer', { DYNAMIC_DEEP_RECORDS: '/app/samples/mitdb-100-normal', DYNAMIC_DEEP_GATEWAY: 'image' }],
  ['decoder-stream', { DYNAMIC_DEEP_GROUP_ID: 'image-decoder' }],
  ['tasks-stream', { DYNAMIC_DEEP_GROUP_ID: 'image-tasks' }],
  ['dashboard', { DYNAMIC_DEEP_INSECURE_OPEN_ACCESS: 'true', DYNAMIC_DEEP_PAGE_PORT: '0' }],
  ['alarm-webhook', { DYNAMIC_DEEP_GROUP_ID: 'image-webhook', DYNAMIC_DEEP_WEBHOOK_URL: 'http://127.0.0.1:9/' }],
])('%s', (service, variables: Record<string, string>) => {
  it(
    'is ready as process 1, not as root, on a read-only file system, and drains on SIGTERM with 0',
    async () => {
      const [port = 0] = await freePorts(1);
      const child = startImage(folder, [service], {
        KAFKA_BROKERS: inject('kafkaBrokers'),
        DYNAMIC_DEEP_HTTP_PORT: String(port),
        ...variables,
      });
      children.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text)); // prettier-ignore
      const ended = once(child, 'close');
      const isReady = async (): Promise<boolean> => {
        if (child.exitCode !== null) throw new Error(output);
        return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok ?? false;
      };
      await until(`${service} is ready`, isReady, READY_MS).catch((error: unknown) => {
        throw new Error(output, { cause: error });
      });
      const first = await firstProcess(child);
      const status = await readFile(`/proc/${first}/status`, 'utf8');
      expect(status).toMatch(/^Name:\tnode$/m);
      expect(status).toMatch(/^NSpid:\t\d+\t1$/m);
      expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      const mounts = await readFile(`/proc/${first}/mounts`, 'utf8');
      for (const place of ['/', '/app', '/opt/dynamic-deep'])
        expect(mounts).toMatch(new RegExp(`^\\S+ ${place} \\S+ ro,`, 'm'));
      process.kill(first, 'SIGTERM');
      expect((await ended)[0], output).toBe(0);
      expect(output).toContain('"state":"stopped"');
    },
    2 * READY_MS,
  );
});
