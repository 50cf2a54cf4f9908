import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DynamicDeepError } from '../errors/index.js';
import { brokerProgram, type BrokerProgram } from './broker-files.js';
import { endWithParent, runJava, type JavaRun } from './broker-process.js';
import { brokerProperties, type BrokerPorts } from './broker-properties.js';
import { brokerReady } from './broker-ready.js';
import { freePorts, requireFreePort } from './ports.js';

export interface LocalBrokerOptions {
  /** Folder that keeps the topics between starts. Without it a temporary folder serves, which is removed at stop. */
  dataDir?: string;
  /** A free one is chosen if none is given. */
  port?: number;
  /** Removes the topics in dataDir before the start. */
  fresh?: boolean;
  /** A second listener whose clients are told another port, that of a proxy which disturbs them. */
  extraListener?: { port: number; advertisedPort: number };
  /** Entries of server.properties; they override our own. */
  properties?: Record<string, string>;
  heapMegabytes?: number;
  /** Called with lines of the broker's log, warnings and worse. */
  log?: (line: string) => void;
}

export interface LocalBroker {
  /** host:port, as KAFKA_BROKERS wants it. */
  brokers: string;
  dataDir: string;
  pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  exited: Promise<void>;
  /** Drains, then ends; may be called twice. */
  stop(): Promise<void>;
  /** For tests of failure. `stop` still has to be called, to remove the temporary folder. */
  kill(signal: NodeJS.Signals): void;
}

const READY_MS = 60_000;
const STOP_MS = 20_000;
const HEAP_MEGABYTES = 256;

/** Starts an Apache Kafka of one process on this machine and waits until clients can work with it. */
export async function startLocalBroker(options: LocalBrokerOptions = {}): Promise<LocalBroker> {
  const program = brokerProgram();
  const ports = await choosePorts(options);
  const temporary = options.dataDir === undefined;
  const dataDir =
    options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'dynamic-deep-broker-')) : resolve(options.dataDir);
  try {
    return await start(program, ports, dataDir, temporary, options);
  } catch (error) {
    if (temporary) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function choosePorts({ port, extraListener }: LocalBrokerOptions): Promise<BrokerPorts> {
  for (const given of [port, extraListener?.port]) {
    if (given !== undefined) await requireFreePort(given);
  }
  const [client = 0, controller = 0] = await freePorts(2);
  return { client: port ?? client, controller, ...(extraListener && { extra: extraListener }) };
}

async function start(
  program: BrokerProgram,
  ports: BrokerPorts,
  dataDir: string,
  temporary: boolean,
  { fresh = false, properties, log, heapMegabytes = HEAP_MEGABYTES }: LocalBrokerOptions,
): Promise<LocalBroker> {
  const topics = join(dataDir, 'topics');
  const propertiesFile = join(dataDir, 'server.properties');
  if (fresh) rmSync(topics, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(propertiesFile, brokerProperties(ports, topics, properties));
  if (!existsSync(join(topics, 'meta.properties'))) await format(program, propertiesFile);

  const run = runJava({
    program,
    mainClass: 'kafka.Kafka',
    args: [propertiesFile],
    heapMegabytes,
    log,
    archiveClasses: true,
  });
  const pid = run.child.pid;
  if (pid === undefined) throw failed('could not be started', await gone(run));
  const callOff = endWithParent(pid, temporary ? dataDir : undefined);
  const killAtExit = (): void => void run.child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const exited = run.exited.then(() => {
    process.off('exit', killAtExit);
    callOff();
  });

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    run.child.kill(signal);
    const force = setTimeout(() => run.child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(force);
    if (temporary) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(run, ports.client);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    brokers: `127.0.0.1:${ports.client}`,
    dataDir,
    pid,
    exited,
    stop: () => end('SIGTERM'),
    kill: (signal) => void run.child.kill(signal),
  };
}

/** Returns a cluster's id: 16 bytes in base64url. The first character is fixed: a leading '-' would be read as a flag. */
function newClusterId(): string {
  return `D${randomBytes(16).toString('base64url').slice(1)}`;
}

/** Prepares the data folder that the properties name; all brokers of a cluster have the same id. */
export async function format(
  program: BrokerProgram,
  propertiesFile: string,
  clusterId = newClusterId(),
): Promise<void> {
  const args = ['format', '--cluster-id', clusterId, '--config', propertiesFile];
  const run = runJava({ program, mainClass: 'kafka.tools.StorageTool', args, heapMegabytes: HEAP_MEGABYTES });
  const { code } = await run.exited;
  if (code !== 0) throw failed('could not prepare its data folder', run.lastLines);
}

async function untilReady(run: JavaRun, port: number): Promise<void> {
  const wait = new AbortController();
  const limit = setTimeout(() => {
    wait.abort();
  }, READY_MS);
  void run.exited.then(() => {
    wait.abort();
  });
  const ready = await brokerReady(port, wait.signal);
  clearTimeout(limit);
  if (ready) return;
  const dead = run.child.exitCode !== null || run.child.signalCode !== null;
  throw failed(dead ? 'ended while starting' : `was not ready within ${READY_MS / 1000} s`, run.lastLines);
}

async function gone(run: JavaRun): Promise<string[]> {
  await run.exited;
  return run.lastLines;
}

function failed(what: string, lastLines: string[]): DynamicDeepError {
  const said = lastLines.length > 0 ? `; its last lines:\n${lastLines.join('\n')}` : '';
  return new DynamicDeepError('BROKER_UNREACHABLE', `the local Kafka ${what}${said}`);
}
