/** A service as its own process, its /metrics, and the kernel's figures of its CPU time and memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks of Linux; `getconf CLK_TCK` is 100 on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export interface Worker {
  /** Sum of a metric over the series whose labels contain `labels`. */
  metric(name: string, labels?: string): Promise<number>;
  usage(): Usage;
  /** Resolves to the exit code. */
  readonly exited: Promise<number | null>;
  /** Sends SIGTERM; resolves to the exit code. */
  drain(): Promise<number | null>;
}

export interface WorkerOptions {
  readonly args?: readonly string[];
  /** The one core that it may use, like a pod limited to one core; by default all. */
  readonly core?: number;
}

/** Starts `dynamic-deep NAME` on a free port; resolves when it is ready. */
export async function startWorker(
  name: string,
  brokers: string,
  { args = [], core }: WorkerOptions = {},
): Promise<Worker> {
  const pinned = core === undefined ? [] : ['taskset', '--cpu-list', String(core)];
  const [program = '', ...rest] = [
    ...pinned,
    process.execPath,
    'bin/dynamic-deep.js',
    name,
    '--http-port',
    '0',
    ...args,
  ];
  const child = spawn(program, rest, {
    env: { ...process.env, KAFKA_BROKERS: brokers, TF_CPP_MIN_LOG_LEVEL: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', atExit);
    return code as number | null;
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < 100_000) output += text;
  });
  const url = (): string | undefined => /"url":"([^"]+)"/.exec(output)?.[1];
  const isReady = async (): Promise<boolean> => {
    const base = url();
    return base !== undefined && ((await fetch(`${base}/readyz`).catch(() => undefined))?.ok ?? false);
  };
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}: ${output.slice(-2000)}`);
    await sleep(50);
  }
  return {
    metric: async (metric, labels = '') => {
      const text = await (await fetch(`${url() ?? ''}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`) && line.includes(labels));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    usage: () => usageOf(child.pid ?? 0),
    exited,
    drain: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** CPU time since the process started, and its peak memory. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    peakMegabytes: Math.round(Number(peak) / 1024),
  };
}
