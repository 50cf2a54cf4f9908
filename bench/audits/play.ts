/** Plays one bound: a fresh broker, the three services as processes, and the records in batches of beds. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { violationInterval } from '../../src/lib/audit/interval.js';
import { connectKafka, ensureTopics, TopicTail } from '../../src/lib/kafka/index.js';
import { parsePolicy, setPolicy } from '../../src/lib/policy/index.js';
import { startLocalBroker } from '../../src/lib/runtime/local-broker.js';
import { RECORD, MODEL_RATE } from '../../src/lib/signal/grid.js';
import { certificateOf } from './certified.js';
import { Recounter, RECOUNTED, type Recount } from './recount.js';
import { startProgram } from './program.js';

/** Beds per edge process. */
const BATCH = 50;
/** Faster than any machine can process: the edge throttles its sources. */
const SPEED = 200;
const STUCK_MS = 300_000;
const PEAKS = 0.1;

export interface PlayOptions {
  readonly folder: string;
  readonly records: readonly { readonly name: string }[];
  readonly logs: string;
  readonly say: (line: string) => void;
}

export interface BoundResult {
  readonly bounds: { readonly rhythm: number; readonly peaks: number };
  readonly certified: Awaited<ReturnType<typeof certificateOf>>;
  readonly measured: Recount & { readonly rate: number; readonly interval: readonly [number, number] };
  /** What tasks-stream reports: counters, and gauges over 24 hours. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether every figure of `metrics` equals that of the recount. */
  readonly agrees: boolean;
}

export async function playBound(rhythm: number, { folder, records, logs, say }: PlayOptions): Promise<BoundResult> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const broker = await startLocalBroker();
    closers.push(() => broker.stop());
    const connection = await connectKafka({ brokers: [broker.brokers], clientId: 'audits' });
    closers.push(() => connection.close());
    await ensureTopics(connection.admin, { partitions: 4 });
    const shipped = parsePolicy(await readFile('policies/default.json', 'utf8'), 'the shipped policy').policy;
    const bounds = { rhythm, peaks: PEAKS };
    const certified = await certificateOf(bounds);
    const policy = {
      ...shipped,
      bounds: { ...bounds, reconstruction: null, weightedSum: null, tasks: null },
      auditShare: 1,
    };
    await setPolicy(connection, { scope: 'default', policy, author: 'bench' });
    const recounter = new Recounter(bounds);
    const tail = await TopicTail.open({
      connection,
      topics: RECOUNTED,
      from: 'beginning',
      onRecord: (record) => {
        recounter.take(record);
      },
    });
    closers.push(() => tail.close());
    const program = (name: string, args: readonly string[] = []) =>
      startProgram(name, ['--kafka-brokers', broker.brokers, ...args], join(logs, `${name}-${rhythm}.log`));
    const services = await Promise.all([program('decoder-stream'), program('tasks-stream')]);
    for (const service of services) closers.push(() => service.stop());
    const started = Date.now();
    for (let first = 0; first < records.length; first += BATCH) {
      const batch = records.slice(first, first + BATCH).map(({ name }) => join(folder, name));
      const gateway = `bench-${first}`;
      const seconds = String(RECORD / MODEL_RATE);
      const edge = await program('edge-producer', [
        '--records',
        batch.join(','),
        '--gateway',
        gateway,
        '--seconds',
        seconds,
        '--speed',
        String(SPEED),
      ]);
      const code = await edge.exited;
      if (code !== 0) throw new Error(`the edge ended with code ${String(code)}`);
      const done = first + batch.length;
      await untilMoved(() => recounter.results.length, done);
      const left = ((Date.now() - started) / done) * (records.length - done);
      say(`bound ${rhythm}: ${done} of ${records.length} records, about ${Math.round(left / 60_000)} min left`);
    }
    await tail.catchUp();
    const recount = recounter.count();
    const clusters = [...new Set(recounter.results.map(({ stream }) => stream))].map((stream) => {
      const own = recounter.results.filter((result) => result.stream === stream && result.outcome === 'COMPLETE');
      return { records: own.length, violated: own.filter(({ violated }) => violated).length };
    });
    const rate = recount.violated / Math.max(1, recount.records);
    const measured = { ...recount, rate, interval: violationInterval(clusters) ?? ([0, 1] as const) };
    const expected: Record<string, number> = {
      tasks_audited_records_total: recount.records,
      'tasks_violations_total{task="any"}': recount.violated,
      'tasks_violations_total{task="rhythm"}': recount.byTask.rhythm,
      'tasks_violations_total{task="peaks"}': recount.byTask.peaks,
      'tasks_audit_window_records{window="24h"}': recount.records,
      'tasks_audit_window_streams{window="24h"}': recount.streams,
      'tasks_violation_ratio{task="any",window="24h"}': rate,
      'tasks_violation_ratio_lower{task="any",window="24h"}': measured.interval[0],
      'tasks_violation_ratio_upper{task="any",window="24h"}': measured.interval[1],
    };
    const metrics = await metricsLike(`${services[1].url}/metrics`, expected);
    const agrees = Object.entries(expected).every(([name, value]) => near(metrics[name], value));
    return { bounds, certified, measured, metrics, agrees };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) < 1e-9;

/** Throws if no result arrives for five minutes. */
async function untilMoved(count: () => number, wanted: number): Promise<void> {
  let [seen, since] = [count(), Date.now()];
  while (count() < wanted) {
    if (count() !== seen) [seen, since] = [count(), Date.now()];
    if (Date.now() - since > STUCK_MS) throw new Error(`${seen} of ${wanted} audit results, and no more come`);
    await sleep(200);
  }
}

/** Returns the named metrics. Gauges lag by seconds, so they are read again for up to half a minute while they differ. */
async function metricsLike(url: string, expected: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const lines = (await (await fetch(url)).text()).split('\n').filter((line) => line.startsWith('dynamic_deep_'));
    const all = new Map(
      lines.map((line) => [line.slice(13, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, all.get(name) ?? Number.NaN]));
    if (Object.entries(expected).every(([name, value]) => near(found[name], value)) || Date.now() > deadline)
      return found;
    await sleep(1000);
  }
}
