/** Starts the real services as separate processes, as an operator would, and stops exactly those. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamicDeepError } from '../lib/errors/index.js';

const PROGRAM = fileURLToPath(new URL('../../bin/dynamic-deep.js', import.meta.url));
const READY_MS = 120_000;
const STOP_MS = 30_000;

export interface ServiceProcess {
  readonly name: string;
  /** Base address of /metrics, /healthz and /readyz. */
  readonly url: string;
  readonly running: boolean;
  /** Resolves to the exit code, or to null after a signal. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** File that receives everything the service logs. */
  readonly logFile: string;
  /** Called with each line of the log. */
  readonly onLine?: (line: string) => void;
}

/** Starts `dynamic-deep <name>` on a free port and resolves when it is ready. */
export async function startService({ name, args, env, logFile, onLine }: StartOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [PROGRAM, name, '--http-port', '0', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C reaches only the demo, which then drains the services in order.
    detached: true,
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const tail: string[] = [];
  const log = createWriteStream(logFile);
  const url = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        onLine?.(line);
        tail.push(line);
        if (tail.length > 5) tail.shift();
        const found = /"url":"([^"]+)"/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  const died = exited.then((code): never => {
    throw new DynamicDeepError('SERVICE_FAILED', `${name} ended with code ${String(code)}:\n${tail.join('\n')}`);
  });
  died.catch(() => undefined);
  const ready = async (): Promise<string> => {
    const base = await Promise.race([url, died]);
    await Promise.race([untilReady(base, name, child), died]);
    return base;
  };
  const base = await ready().catch(async (error: unknown) => {
    await stop(child, exited);
    throw error;
  });
  return {
    name,
    url: base,
    get running() {
      return isRunning(child);
    },
    exited,
    stop: () => stop(child, exited),
  };
}

async function untilReady(url: string, name: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && isRunning(child)) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(200);
  }
  throw new DynamicDeepError('SERVICE_FAILED', `${name} was not ready within ${READY_MS / 1000} s`);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (!isRunning(child)) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
