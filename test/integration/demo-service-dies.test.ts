import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODELS } from '../models.js';
import { until } from './kafka-helpers.js';
import { start, temporaryFolder } from './processes.js';

/** Process ids of the demo's services, by name. */
function servicesOf(parent: number | undefined): Map<string, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = new Map<string, number>();
  for (const line of lines) {
    const [pid, ppid] = line.trim().split(/\s+/).map(Number);
    const name = /(edge-producer|decoder-stream|tasks-stream)/.exec(line)?.[1];
    if (pid !== undefined && ppid === parent && name !== undefined) found.set(name, pid);
  }
  return found;
}

it.each(['edge-producer', 'tasks-stream'])(
  'the demo ends with an error when its %s dies, and leaves nothing running',
  async (name) => {
    const json = join(await temporaryFolder(), 'out.json');
    const demo = start(['demo', '--models', MODELS, '--beds', '1', '--json', json]);
    await until('the services run', () => servicesOf(demo.child.pid).size === 3, 120_000);
    const services = servicesOf(demo.child.pid);
    await until('the edge is listening', () => demo.errors().includes('edge-producer: http'));
    process.kill(services.get(name)!, 'SIGKILL');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`error SERVICE_FAILED: ${name}`);
    await expect(readFile(json)).rejects.toThrow('ENOENT');
    for (const pid of services.values()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  240_000,
);
