/** Three brokers on this machine, each also a controller, every record on all of them: what an installation has, without its machines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { brokerProgram } from '../../src/lib/runtime/broker-files.js';
import { endWithParent, runJava, type JavaRun } from '../../src/lib/runtime/broker-process.js';
import { brokerProperties } from '../../src/lib/runtime/broker-properties.js';
import { format } from '../../src/lib/runtime/local-broker.js';
import { freePorts } from '../../src/lib/runtime/ports.js';

const NODES = 3;
const CLUSTER_ID = 'Dynamic-Deep-Cluster__';
const HEAP_MEGABYTES = 384;
const READY_MS = 120_000;
/** A broker that died is started again after so long, as a StatefulSet does. */
const AGAIN_MS = 5_000;

export interface Cluster {
  /** As KAFKA_BROKERS wants it. */
  readonly brokers: string;
  /** Has a file `N.pid` of each broker, 1 to 3, while it runs. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** Starts the brokers and waits until each knows the others and coordinates groups and transactions. One that dies comes back. */
export async function startCluster(): Promise<Cluster> {
  const program = brokerProgram();
  const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-cluster-'));
  const ports = await freePorts(2 * NODES);
  const nodes = Array.from({ length: NODES }, (_, i) => ({
    id: i + 1,
    client: ports[i]!,
    controller: ports[NODES + i]!,
  }));
  const voters = nodes.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(',');
  const files = nodes.map(({ id, ...own }) => {
    const file = join(folder, `${id}.properties`);
    writeFileSync(file, brokerProperties(own, join(folder, String(id)), { 'node.id': String(id), 'controller.quorum.voters': voters, ...copies() })); // prettier-ignore
    return file;
  });
  await Promise.all(files.map((file) => format(program, file, CLUSTER_ID)));
  let stopping = false;
  const running = new Map<string, JavaRun>();
  const start = (file: string): void => {
    const run = runJava({ program, mainClass: 'kafka.Kafka', args: [file], heapMegabytes: HEAP_MEGABYTES });
    const callOff = endWithParent(run.child.pid!, undefined);
    running.set(file, run);
    writeFileSync(pidFile(file), String(run.child.pid));
    void run.exited.then(async () => {
      callOff();
      running.delete(file);
      rmSync(pidFile(file), { force: true });
      await sleep(AGAIN_MS);
      if (!stopping) start(file);
    });
  };
  files.forEach(start);
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const { child } of running.values()) child.kill('SIGKILL');
    await Promise.all([...running.values()].map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  };
  const brokers = nodes.map(({ client }) => `127.0.0.1:${client}`);
  try {
    await untilReady(brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: brokers.join(','), folder, stop };
}

const pidFile = (file: string): string => file.replace(/properties$/, 'pid');

function copies(): Record<string, string> {
  return {
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'offsets.topic.replication.factor': '3',
    'offsets.topic.num.partitions': '6',
    'transaction.state.log.replication.factor': '3',
    'transaction.state.log.min.isr': '2',
    'transaction.state.log.num.partitions': '6',
  };
}

/** A group and a transaction on each number of a partition of their topics would be more than a client needs: one of each. */
async function untilReady(brokers: string[]): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'cluster', logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 100, maxRetryTime: 1000 } }); // prettier-ignore
  const admin = kafka.admin();
  const deadline = Date.now() + READY_MS;
  for (;;) {
    try {
      await admin.connect();
      const { brokers: known } = await admin.describeCluster();
      if (known.length === NODES) {
        const topic = 'cluster-probe';
        await admin.createTopics({
          topics: [{ topic, numPartitions: 6, replicationFactor: NODES }],
          waitForLeaders: true,
        });
        const producer = kafka.producer({ transactionalId: 'cluster-probe', idempotent: true, maxInFlightRequests: 1 });
        await producer.connect();
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ value: 'ready' }] });
        await transaction.sendOffsets({ consumerGroupId: 'cluster-probe', topics: [{ topic, partitions: [{ partition: 0, offset: '0' }] }] }); // prettier-ignore
        await transaction.commit();
        await producer.disconnect();
        await admin.disconnect();
        return;
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`the cluster was not whole within ${READY_MS / 1000} s`);
    await sleep(500);
  }
}
