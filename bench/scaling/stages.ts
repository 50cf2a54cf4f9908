/** The two services that scale by partitions: what they read and write, and how their progress shows. */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreshBroker } from './backlog.js';
import { judge, placesOf, type Verdict } from './check.js';
import { readTopics, writeRecords, type RawRecord } from './records.js';
import { startWorker, usageOf, type Usage, type Worker } from './worker.js';

export interface Stage {
  readonly service: 'decoder-stream' | 'tasks-stream';
  readonly output: 'ecg.signals' | 'ecg.rhythms';
  /** All topics that it writes. */
  readonly outputs: readonly string[];
  readonly progress: { readonly metric: string; readonly labels: string };
}

export const STAGES: Readonly<Record<'decoder' | 'tasks', Stage>> = {
  decoder: {
    service: 'decoder-stream',
    output: 'ecg.signals',
    outputs: ['ecg.signals', 'ecg.originals'],
    progress: { metric: 'dynamic_deep_decoder_segments_total', labels: 'outcome="decoded"' },
  },
  tasks: {
    service: 'tasks-stream',
    output: 'ecg.rhythms',
    outputs: ['ecg.rhythms', 'ecg.beats', 'ecg.alarms', 'ecg.alarm-state', 'ecg.audit-results'],
    progress: { metric: 'dynamic_deep_tasks_windows_total', labels: '' },
  },
};

type Places = Parameters<typeof judge>[0];

export interface StageInput {
  readonly partitions: number;
  readonly backlog: readonly RawRecord[];
  readonly expected: Places;
}

export interface Step {
  readonly workers: number;
  readonly seconds: number;
  readonly windowsPerSecond: number;
  readonly cpuSecondsPerWindow: number;
  /** CPU of the one broker: receiving the stage's input, serving it, receiving its output. */
  readonly brokerCpuSecondsPerWindow: number;
  readonly peakMegabytes: number;
  readonly windowsByWorker: readonly number[];
  readonly exitCodes: readonly (number | null)[];
  readonly verdict: Verdict;
}

const STUCK_MS = 120_000;

export async function done(stage: Stage, workers: readonly Worker[]): Promise<number[]> {
  const { metric, labels } = stage.progress;
  return Promise.all(workers.map((worker) => worker.metric(metric, labels)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Resolves when `count` windows are done. Throws if nothing has moved for two minutes. */
export async function untilDone(stage: Stage, workers: readonly Worker[], count: number): Promise<void> {
  let [last, since] = [-1, performance.now()];
  for (;;) {
    const now = sum(await done(stage, workers));
    if (now >= count) return;
    if (now !== last) [last, since] = [now, performance.now()];
    if (performance.now() - since > STUCK_MS) throw new Error(`${stage.service} is stuck at ${now} of ${count}`);
    await sleep(100);
  }
}

/** Lets `count` joined workers, each on one core, process the whole backlog. Returns the outputs too, for the next stage. */
export async function measure(
  stage: Stage,
  count: number,
  { partitions, backlog, expected }: StageInput,
): Promise<{ readonly step: Step; readonly outputs: readonly RawRecord[] }> {
  return onFreshBroker(partitions, async (brokers, pid) => {
    const cores = cpus().length;
    const workers = await Promise.all(
      Array.from({ length: count }, (_, i) => startWorker(stage.service, brokers, { core: i % cores })),
    );
    // Members that joined one after the other may still be rebalancing.
    await sleep(3000);
    const cpuBefore = sum(workers.map((worker) => worker.usage().cpuSeconds));
    const brokerBefore = usageOf(pid).cpuSeconds;
    const started = performance.now();
    await writeRecords(brokers, backlog);
    await untilDone(stage, workers, expected.length);
    const seconds = (performance.now() - started) / 1000;
    const usage: Usage[] = workers.map((worker) => worker.usage());
    const brokerSeconds = usageOf(pid).cpuSeconds - brokerBefore;
    const windowsByWorker = await done(stage, workers);
    const exitCodes = await Promise.all(workers.map((worker) => worker.drain()));
    const outputs = await readTopics(brokers, stage.outputs);
    const perWindow = (value: number): number => Number((value / expected.length).toFixed(5));
    const step = {
      workers: count,
      seconds: Number(seconds.toFixed(1)),
      windowsPerSecond: Number((expected.length / seconds).toFixed(1)),
      cpuSecondsPerWindow: perWindow(sum(usage.map(({ cpuSeconds }) => cpuSeconds)) - cpuBefore),
      brokerCpuSecondsPerWindow: perWindow(brokerSeconds),
      peakMegabytes: Math.max(...usage.map(({ peakMegabytes }) => peakMegabytes)),
      windowsByWorker,
      exitCodes,
      verdict: judge(expected, placesOf(stage.output, outputs)),
    };
    return { step, outputs };
  });
}
