/** What real gateways put on the topics: recorded once, so that every step gets the same. */
import { ensureTopics, connectKafka } from '../../src/lib/kafka/index.js';
import { startLocalBroker } from '../../src/lib/runtime/local-broker.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTopics, type RawRecord } from './records.js';

export interface BacklogOptions {
  readonly gateways: number;
  readonly beds: number;
  /** Signal of every bed. */
  readonly seconds: number;
  readonly partitions: number;
  /** Gateways that run at a time while the backlog is recorded. */
  readonly together: number;
}

export interface WithBroker<T> {
  readonly brokers: string;
  readonly result: T;
}

/** Runs `work` on a fresh broker with the topics of the system. */
export async function onFreshBroker<T>(partitions: number, work: (brokers: string) => Promise<T>): Promise<T> {
  const broker = await startLocalBroker({ heapMegabytes: 512 });
  try {
    const connection = await connectKafka({ brokers: [broker.brokers], clientId: 'scaling' });
    await ensureTopics(connection.admin, { partitions });
    await connection.close();
    return await work(broker.brokers);
  } finally {
    await broker.stop();
  }
}

function samples(): string[] {
  const names = readdirSync('samples').filter((name) => name.endsWith('.hea'));
  return names.map((name) => join('samples', name.replace('.hea', '')));
}

async function runGateway(brokers: string, gateway: string, { beds, seconds }: BacklogOptions): Promise<void> {
  const args = ['edge-producer', '--http-port', '0', '--gateway', gateway, '--records', samples().join(',')];
  const pace = ['--beds', String(beds), '--seconds', String(seconds), '--speed', '1000', '--audit-share', '0.02'];
  const child = spawn(process.execPath, ['bin/dynamic-deep.js', ...args, ...pace], {
    env: { ...process.env, KAFKA_BROKERS: brokers, TF_CPP_MIN_LOG_LEVEL: '2' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`gateway ${gateway} ended with code ${String(code)}`);
}

/** Declarations first: a decoder that meets an unknown channel reads them to their present end. */
export async function recordBacklog(options: BacklogOptions): Promise<RawRecord[]> {
  return onFreshBroker(options.partitions, async (brokers) => {
    const waiting = Array.from({ length: options.gateways }, (_, i) => `gateway-${i + 1}`);
    const lane = async (): Promise<void> => {
      for (let gateway = waiting.shift(); gateway !== undefined; gateway = waiting.shift())
        await runGateway(brokers, gateway, options);
    };
    await Promise.all(Array.from({ length: options.together }, lane));
    const streams = await readTopics(brokers, ['ecg.streams']);
    const frames = await readTopics(brokers, ['ecg.segments', 'ecg.audits']);
    return [...streams, ...frames.sort((a, b) => a.timestamp - b.timestamp)];
  });
}
