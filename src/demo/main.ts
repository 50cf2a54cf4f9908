/** Runs the whole pipeline on one machine: broker, the services as processes, a live table, and a summary. */
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLadder } from '../lib/codec/ladder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { connectKafka, ensureTopics, TopicTail, type KafkaConnection } from '../lib/kafka/index.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { startLocalBroker } from '../lib/runtime/local-broker.js';
import { writeJsonFile } from '../lib/runtime/output-file.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { readRecording } from '../lib/signal/wfdb/index.js';
import type { DemoConfig } from './config.js';
import { edgeArguments } from './edge-arguments.js';
import { publishPolicy } from './policy.js';
import { startService, type ServiceProcess } from './services.js';
import { summarise, type Summary } from './summary.js';
import { bedTable, liveView } from './table.js';
import { Tally, TALLIED_TOPICS } from './tally.js';

const LOCAL_PARTITIONS = 4;
const DRAW_MS = 500;
/** Wall time without any progress after which windows that are still missing count as lost. */
const PATIENCE_MS = 30_000;
/** Groups of the services, and how long dead members may still be listed in them: just over the session timeout, wall ms. */
const GROUPS = ['decoder-stream', 'tasks-stream'] as const;
const IDLE_MS = 40_000;
/** Wall ms of quiet after the last window at which the run is complete: audits end a moment after their record. */
const QUIET_MS = 3_000;

export async function runDemo(config: DemoConfig, { env, stdout, stderr }: CommandContext): Promise<number> {
  const say = (line: string): void => void stderr.write(`${line}\n`);
  const cleanUp: (() => Promise<unknown>)[] = [];
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    // Report a wrong path at once, not after a broker and two services have started.
    for (const path of config.records ?? []) await readRecording(path, { strict: true, to: 1 });
    if (config.json !== undefined) await requireFolder(dirname(resolve(config.json)));
    let brokers = config.kafkaBrokers;
    const shared = brokers !== undefined;
    if (brokers === undefined) {
      say('starting a local Apache Kafka ...');
      const broker = await startLocalBroker();
      cleanUp.push(() => broker.stop());
      brokers = [broker.brokers];
    }
    const connection = await connectKafka({ brokers, clientId: 'demo' });
    cleanUp.push(() => connection.close());
    await ensureTopics(connection.admin, shared ? {} : { partitions: LOCAL_PARTITIONS });
    if (shared) await requireIdle(connection);
    const summary = await play(config, {
      brokers,
      shared,
      connection,
      env,
      say,
      cleanUp,
      interrupted: interrupted.signal,
    });
    stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    if (config.json !== undefined) await writeJsonFile(config.json, summary);
    const { lost, duplicated } = summary.windows;
    return lost === 0 && duplicated === 0 ? 0 : 1;
  } finally {
    for (const end of cleanUp.reverse()) await end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

interface Stage {
  readonly brokers: readonly string[];
  /** True if the demo did not start the cluster itself. */
  readonly shared: boolean;
  readonly connection: KafkaConnection;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly say: (line: string) => void;
  readonly cleanUp: (() => Promise<unknown>)[];
  readonly interrupted: AbortSignal;
}

async function play(config: DemoConfig, stage: Stage): Promise<Summary> {
  const { connection, say, cleanUp, interrupted } = stage;
  const models = config.models ?? SHIPPED_MODELS;
  const ladder = readLadder(await readManifest(join(models, 'codec')));
  const gains = new Map(ladder.rungs.map(({ name, nominalGain }) => [name, nominalGain]));
  // A new gateway per run tells this run's windows from all others on a shared cluster.
  const gateway = `demo-${Date.now().toString(36)}`;
  const tally = new Tally(gateway, (rung) => gains.get(rung) ?? null);
  let newest = Date.now();
  const tail = await TopicTail.open({
    connection,
    topics: TALLIED_TOPICS,
    from: 'end',
    onRecord: (record) => {
      newest = Date.now();
      tally.take(record);
    },
  });
  cleanUp.push(() => tail.close());

  const logs = await mkdtemp(join(tmpdir(), 'dynamic-deep-demo-'));
  say(`starting the services; their logs are in ${logs}`);
  const start = async (
    name: string,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<ServiceProcess> => {
    const common = ['--kafka-brokers', stage.brokers.join(','), '--models', models];
    const service = await startService({
      name,
      args: [...common, ...args],
      env: stage.env,
      logFile: join(logs, `${name}.log`),
      ...(onLine === undefined ? {} : { onLine }),
    });
    cleanUp.push(() => service.stop());
    return service;
  };
  const scope = stage.shared ? `ward:${gateway}` : 'default';
  const { version, withdraw } = await publishPolicy(connection, scope, config);
  // On a shared cluster the demo's policy must not stay in force.
  if (stage.shared) cleanUp.push(withdraw);
  say(`version ${version} of the policy is in force for ${scope}`);
  const pageArguments = ['--insecure-open-access', '--page-port', String(config.pagePort)];
  let page = '';
  const services = await allStarted([
    start('decoder-stream', []),
    start('tasks-stream', []),
    start('dashboard', pageArguments, (line) => {
      page = /"page":"([^"]+)"/.exec(line)?.[1] ?? page;
    }),
  ]);
  const edge = await start('edge-producer', edgeArguments(config, gateway));
  for (const { name, url } of [...services, edge]) say(`${name}: ${url}/metrics`);
  say(`central station: ${page}  (no login, this machine alone; not a medical device)`);

  const view = liveView(process.stderr);
  // On Ctrl-C the edge sends what it holds and ends as it does after the last second of a finite replay.
  if (interrupted.aborted) void edge.stop();
  interrupted.addEventListener('abort', () => void edge.stop());
  while (edge.running && services.every(({ running }) => running)) {
    view.draw(tally);
    await sleep(DRAW_MS);
  }
  // Windows that a dead edge never sent are not lost on the way, so the checks below would not notice them.
  for (const service of services) if (!service.running) await requireCleanEnd(service);
  await requireCleanEnd(edge);
  while (!isComplete(tally) || Date.now() - newest < QUIET_MS) {
    if (Date.now() - newest > PATIENCE_MS) break;
    view.draw(tally);
    await sleep(DRAW_MS);
  }
  view.done();
  await tail.catchUp();
  say(bedTable(tally));
  // Reached only without a failure: after one the logs stay, in the folder printed above.
  cleanUp.unshift(() => rm(logs, { recursive: true, force: true }));
  return summarise(tally);
}

/** Waits for all even if one fails, because only a service that has started can be stopped. */
async function allStarted(starting: readonly Promise<ServiceProcess>[]): Promise<ServiceProcess[]> {
  const settled = await Promise.allSettled(starting);
  return settled.map((own) => {
    if (own.status === 'rejected') throw own.reason;
    return own.value;
  });
}

async function requireFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new DynamicDeepError('CONFIG_INVALID', `--json: nothing can be written to ${folder}`, { cause });
  });
}

/** Throws CLUSTER_IN_USE if the groups have members: the demo's services join them and would take over partitions. */
async function requireIdle({ admin }: KafkaConnection): Promise<void> {
  const deadline = Date.now() + IDLE_MS;
  for (;;) {
    const { groups } = await admin.describeGroups([...GROUPS]);
    const busy = groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
    if (busy.length === 0) return;
    if (Date.now() > deadline) {
      throw new DynamicDeepError('CLUSTER_IN_USE', `the cluster already runs ${busy.join(' and ')}`);
    }
    await sleep(1_000);
  }
}

async function requireCleanEnd({ name, exited }: ServiceProcess): Promise<void> {
  const code = await exited;
  if (code !== 0)
    throw new DynamicDeepError('SERVICE_FAILED', `${name} ended with ${code === null ? 'a signal' : `code ${code}`}`);
}

function isComplete({ windows: { sent, classified } }: Tally): boolean {
  return classified >= sent;
}
