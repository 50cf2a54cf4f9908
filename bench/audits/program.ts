/** Runs `dynamic-deep NAME` as a process whose log goes to a file. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 300_000;

export interface Program {
  readonly url: string;
  /** The exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  stop(): Promise<unknown>;
}

/** Resolves when the program is ready or has already finished its work. */
export async function startProgram(name: string, args: readonly string[], logFile: string): Promise<Program> {
  const child = spawn(process.execPath, ['bin/dynamic-deep.js', name, '--http-port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const log = createWriteStream(logFile, { flags: 'a' });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
  let url = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      url ||= /"url":"([^"]+)"/.exec(line)?.[1] ?? '';
    });
  }
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const answer = url === '' ? undefined : await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true || hasEnded()) break;
    if (Date.now() > deadline) throw new Error(`${name} is not ready after ${READY_MS / 1000} s; see ${logFile}`);
    await sleep(200);
  }
  const stop = (): Promise<unknown> => {
    if (!hasEnded()) child.kill('SIGTERM');
    return exited;
  };
  return { url, exited, stop };
}
