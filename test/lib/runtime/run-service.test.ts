import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { createLogger } from '../../../src/lib/runtime/logger.js';
import { runService, type ServiceContext, type ServiceSettings } from '../../../src/lib/runtime/run-service.js';
import { eventually } from '../../eventually.js';

class FakeProcess extends EventEmitter {
  readonly exit = vi.fn<(code: number) => void>();
}

/** Starts a service; `line` waits for a log line that contains a text. */
function start(settings: Partial<ServiceSettings> = {}, port = 0) {
  const lines: string[] = [];
  const process = new FakeProcess();
  let context: ServiceContext | undefined;
  const done = runService({
    name: 'tasks-stream',
    logger: createLogger({
      name: 'tasks-stream',
      level: 'info',
      identifiers: false,
      destination: { write: (text) => void lines.push(text) },
    }),
    start: (given) => {
      context = given;
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
    graceMs: 5000,
    forceMs: 6000,
    http: { host: '127.0.0.1', port, metrics: { contentType: 'text/plain', metrics: () => Promise.resolve('') } },
    process,
    ...settings,
  });
  const line = (text: string) =>
    eventually(() => {
      const found = lines.find((each) => each.includes(text));
      if (found === undefined) throw new Error(`no line with ${text} in ${lines.join('')}`);
      return JSON.parse(found) as Record<string, unknown>;
    });
  return { done, process, line, lines, context: () => context as ServiceContext };
}

const running = '"state":"running"';

describe('a clean end', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s drains once and exits 0', async (signal) => {
    const drain = vi.fn(() => sleep(50));
    const service = start({ drain });
    await service.line(running);
    service.process.emit(signal, signal);
    service.process.emit(signal, signal);
    expect(service.context()).toMatchObject({ state: 'draining', draining: { aborted: true } });
    expect(await service.done).toBe(0);
    expect(drain).toHaveBeenCalledTimes(1);
  });

  it('drains once where the work reports during the drain that it has ended', async () => {
    const drain = vi.fn(() => sleep(50));
    const service = start({ drain });
    await service.line(running);
    const { draining, finish } = service.context();
    draining.addEventListener('abort', () => {
      finish('every stream has ended');
    });
    service.process.emit('SIGTERM');
    expect(await service.done).toBe(0);
    expect(drain).toHaveBeenCalledTimes(1);
    expect(service.lines.filter((line) => line.includes('"reason"'))).toHaveLength(1);
  });

  it('follows from a finished replay', async () => {
    const service = start();
    await service.line(running);
    service.context().finish('the recordings have ended');
    expect(await service.done).toBe(0);
  });

  it('is possible before the start has ended', async () => {
    const service = start({
      start: (context) =>
        new Promise((_resolve, reject) => {
          context.draining.addEventListener('abort', () => {
            reject(new Error('start aborted'));
          });
        }),
      drain: () => sleep(20),
    });
    await service.line('listening');
    service.process.emit('SIGTERM');
    expect(await service.done).toBe(0);
  });

  it('is no failure where the start is cut short after the drain has ended', async () => {
    const service = start({
      start: (context) =>
        new Promise((_resolve, reject) => {
          context.draining.addEventListener('abort', () => {
            setTimeout(reject, 50, new Error('no broker yet'));
          });
        }),
    });
    await service.line('listening');
    service.process.emit('SIGTERM');
    expect(await service.done).toBe(0);
    expect(await service.line('the start was cut short')).toMatchObject({ level: 'warn' });
  });

  it('ends a process that a forgotten handle would keep', async () => {
    const service = start();
    await service.line(running);
    service.process.emit('SIGTERM');
    await service.done;
    await eventually(() => {
      expect(service.process.exit).toHaveBeenCalledWith(0);
    });
  });
});

describe('a forced end', () => {
  it('comes after the force time; the drain hears of the grace time', async () => {
    let gaveUp = false;
    const service = start({
      graceMs: 30,
      forceMs: 120,
      drain: (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            gaveUp = true;
          });
        }),
    });
    await service.line(running);
    service.process.emit('SIGTERM');
    expect(await service.done).toBe(1);
    expect(gaveUp).toBe(true);
  });

  it('comes with a second signal, once the first is over a second old', async () => {
    const service = start({ drain: () => new Promise(() => undefined) });
    await service.line(running);
    service.process.emit('SIGINT');
    await sleep(1100);
    service.process.emit('SIGINT');
    expect(await service.done).toBe(1);
  });

  it('follows from a drain that fails', async () => {
    const service = start({ drain: () => Promise.reject(new Error('commit lost')) });
    await service.line(running);
    service.process.emit('SIGTERM');
    expect(await service.done).toBe(1);
  });
});

describe('a failure', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('by %s is fatal and exits 1', async (event) => {
    const drain = vi.fn(() => Promise.resolve());
    const service = start({ drain });
    await service.line(running);
    service.process.emit(event, new TypeError('oh'));
    expect(await service.done).toBe(1);
    expect(await service.line('"fatal"')).toMatchObject({ err: { type: 'TypeError', message: 'oh' } });
    expect(drain).not.toHaveBeenCalled();
  });

  it('of the start that is expected reaches the command line', async () => {
    const error = new DynamicDeepError('BROKER_UNREACHABLE', 'away');
    await expect(start({ start: () => Promise.reject(error) }).done).rejects.toBe(error);
  });

  it('is a port that is taken, before anything starts', async () => {
    const first = start();
    const { url } = (await first.line('listening')) as { url: string };
    const begin = vi.fn(() => Promise.resolve());
    await expect(start({ start: begin }, Number(new URL(url).port)).done).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    expect(begin).not.toHaveBeenCalled();
    first.process.emit('SIGTERM');
    await first.done;
  });
});

it('is ready in `running` alone', async () => {
  let becomeReady = (): void => undefined;
  const service = start({
    start: (context) => {
      context.enter('joining');
      becomeReady = () => {
        context.enter('running');
      };
      return Promise.resolve();
    },
  });
  const { url } = (await service.line('listening')) as { url: string };
  const status = async (path: string) => (await fetch(url + path)).status;
  await service.line('"state":"joining"');
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  becomeReady();
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
  service.process.emit('SIGTERM');
  expect(await service.done).toBe(0);
  await expect(status('/healthz')).rejects.toThrow();
});
