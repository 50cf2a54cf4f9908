/** What real gateways put on the topics, recorded once, so that every step gets the same input. */
import { ensureTopics, connectKafka } from '../../src/lib/kafka/index.js';
import { startLocalBroker } from '../../src/lib/runtime/local-broker.js';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readTopics, type RawRecord } from './records.js';
import { startWorker, type Usage } from './worker.js';

/** Share of audited records: more than in the shipped policy, so that audits show up at all. */
export const AUDIT_SHARE = 0.02;

export interface BacklogOptions {
  readonly gateways: number;
  readonly beds: number;
  /** Seconds of signal of every bed. */
  readonly seconds: number;
  readonly partitions: number;
  /** Gateways that run at the same time while the backlog is recorded. */
  readonly together: number;
}

/** What a gateway used. */
export interface EdgeUse {
  readonly windows: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Runs `work` on a fresh broker with the system's topics; `work` gets the broker's process id. */
export async function onFreshBroker<T>(
  partitions: number,
  work: (brokers: string, pid: number) => Promise<T>,
): Promise<T> {
  const broker = await startLocalBroker({ heapMegabytes: 512 });
  try {
    const connection = await connectKafka({ brokers: [broker.brokers], clientId: 'scaling' });
    await ensureTopics(connection.admin, { partitions, knownWithinMs: 180_000 });
    await connection.close();
    return await work(broker.brokers, broker.pid);
  } finally {
    await broker.stop();
  }
}

function samples(): string[] {
  const names = readdirSync('samples').filter((name) => name.endsWith('.hea'));
  return names.map((name) => join('samples', name.replace('.hea', '')));
}

interface Look {
  readonly windows: number;
  readonly usage: Usage;
}

/** Runs one gateway to its end. Returns what it used after its start, and its peak memory. */
async function runGateway(brokers: string, gateway: string, { beds, seconds }: BacklogOptions): Promise<EdgeUse> {
  const source = ['--gateway', gateway, '--records', samples().join(','), '--beds', String(beds)];
  const pace = ['--seconds', String(seconds), '--speed', '1000'];
  const worker = await startWorker('edge-producer', brokers, { args: [...source, ...pace] });
  const ended = worker.exited.then((code) => ({ code }));
  const looks: Look[] = [];
  for (;;) {
    const end = await Promise.race([ended, sleep(500)]);
    if (end !== undefined) {
      if (end.code !== 0) throw new Error(`gateway ${gateway} ended with code ${String(end.code)}`);
      break;
    }
    const windows = await worker.metric('dynamic_deep_edge_windows_total').catch(() => undefined);
    if (windows !== undefined && windows > 0) looks.push({ windows, usage: worker.usage() });
  }
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return { windows: 0, cpuSeconds: 0, peakMegabytes: 0 };
  return {
    windows: last.windows - first.windows,
    cpuSeconds: last.usage.cpuSeconds - first.usage.cpuSeconds,
    peakMegabytes: last.usage.peakMegabytes,
  };
}

/** Sets the shipped policy, with more audits: a gateway without a policy sends losslessly. */
async function setPolicy(brokers: string): Promise<void> {
  const shipped = JSON.parse(readFileSync('policies/default.json', 'utf8')) as object;
  const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-scaling-'));
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify({ ...shipped, auditShare: AUDIT_SHARE }));
  const args = ['bin/dynamic-deep.js', 'policy', 'set', file, '--author', 'scaling', '--kafka-brokers', brokers];
  await promisify(execFile)(process.execPath, args);
  rmSync(folder, { recursive: true });
}

/** Puts declarations first: a decoder that meets an unknown channel reads them up to their current end. */
export async function recordBacklog(
  options: BacklogOptions,
): Promise<{ readonly records: RawRecord[]; readonly edge: readonly EdgeUse[] }> {
  return onFreshBroker(options.partitions, async (brokers) => {
    const waiting = Array.from({ length: options.gateways }, (_, i) => `gateway-${i + 1}`);
    await setPolicy(brokers);
    const edge: EdgeUse[] = [];
    const lane = async (): Promise<void> => {
      for (let gateway = waiting.shift(); gateway !== undefined; gateway = waiting.shift())
        edge.push(await runGateway(brokers, gateway, options));
    };
    await Promise.all(Array.from({ length: options.together }, lane));
    const streams = await readTopics(brokers, ['ecg.streams']);
    const frames = await readTopics(brokers, ['ecg.segments', 'ecg.audits']);
    return { records: [...streams, ...frames.sort((a, b) => a.timestamp - b.timestamp)], edge };
  });
}
