import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startLocalBroker, type LocalBroker } from '../../src/lib/runtime/local-broker.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: Parameters<typeof startLocalBroker>[0] = {}): Promise<LocalBroker> {
  const broker = await startLocalBroker(options);
  cleanUps.push(() => broker.stop());
  return broker;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-broker-test-'));
  cleanUps.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const portOf = (broker: LocalBroker): number => Number(broker.brokers.split(':')[1]);

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const open = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return open;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a local broker', () => {
  it('chooses its ports, and leaves neither process nor folder behind', async () => {
    const broker = await start();
    expect(await answers(portOf(broker))).toBe(true);
    await broker.stop();
    await broker.stop();
    expect(alive(broker.pid)).toBe(false);
    expect(existsSync(broker.dataDir)).toBe(false);
  });

  it('keeps a given folder over SIGKILL and starts from it again', async () => {
    const dataDir = ownFolder();
    const broker = await start({ dataDir });
    broker.kill('SIGKILL');
    await broker.exited;
    const again = await start({ dataDir, port: portOf(broker) });
    expect(again.brokers).toBe(broker.brokers);
    expect(readdirSync(join(dataDir, 'topics'))).toContain('__transaction_state-0');
  });

  it('says in one error that a port is taken, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const dataDir = ownFolder();
    const message = `port ${port} on 127.0.0.1 is taken by another process`;
    await expect(startLocalBroker({ port, dataDir })).rejects.toMatchObject({ code: 'PORT_TAKEN', message });
    await expect(startLocalBroker({ dataDir, extraListener: { port, advertisedPort: 1 } })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('tells the last words of a broker that dies', async () => {
    const start = startLocalBroker({ properties: { 'log.segment.bytes': 'many' } });
    await expect(start).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('log.segment.bytes') as string,
    });
  });

  it('ends with the process that started it, even by SIGKILL', async () => {
    const module = new URL('../../dist/lib/runtime/local-broker.js', import.meta.url).href;
    const script = `const { startLocalBroker } = await import('${module}'); const b = await startLocalBroker(); console.log(b.pid, b.dataDir);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUps.push(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const [pid, dataDir] = line.toString().trim().split(' ') as [string, string];
    expect(alive(Number(pid))).toBe(true);
    parent.kill('SIGKILL');
    for (let i = 0; i < 600 && (alive(Number(pid)) || existsSync(dataDir)); i++) await sleep(50);
    expect(alive(Number(pid))).toBe(false);
    expect(existsSync(dataDir)).toBe(false);
  });
});
