/** One group that grows and shrinks while the backlog is fed in: how long its output pauses at each change. */
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreshBroker } from './backlog.js';
import { judge, placesOf, type Verdict } from './check.js';
import { interleaved, readTopics, writeRecords, type RawRecord } from './records.js';
import { untilDone, type Stage, type StageInput } from './stages.js';
import { startWorker, type Worker } from './worker.js';

export interface Change {
  readonly from: number;
  readonly to: number;
  /**
   * Longest pause of all output, and longest pause of one partition, that overlaps the time from the start of the change to
   * 20 s after its processes were ready or had ended. Null if the backlog was finished before.
   */
  readonly pauseMs: number | null;
  readonly pauseOfPartitionMs: number | null;
}

export interface Growth {
  readonly paceSeconds: number;
  /** Longest pauses outside the changes, which the pace alone causes. */
  readonly usualPauseMs: number;
  readonly usualPauseOfPartitionMs: number;
  readonly changes: readonly Change[];
  /** Exit codes of all workers, the drained one first. */
  readonly exitCodes: readonly (number | null)[];
  readonly verdict: Verdict;
}

/** Numbers of workers: at the start, then after each change. The last change is a drain by SIGTERM. */
const COUNTS = [1, 2, 4, 3];
const WATCHED_MS = 20_000;

interface Moment {
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  /** When its processes were ready or had ended: on a busy machine long after `startedAt`. */
  doneAt: number;
}

/** Feeds in the backlog over `paceMs` of wall time, with the changes spread over it. */
export async function grow(stage: Stage, input: StageInput, paceMs: number): Promise<Growth> {
  return onFreshBroker(input.partitions, async (brokers) => {
    const workers: Worker[] = [await startWorker(stage.service, brokers)];
    const exitCodes: (number | null)[] = [];
    const moments: Moment[] = [];
    const isDeclaration = ({ topic }: RawRecord): boolean => topic === 'ecg.streams';
    await writeRecords(brokers, input.backlog.filter(isDeclaration));
    const rest = interleaved(input.backlog.filter((record) => !isDeclaration(record)));
    const dealt = writeRecords(brokers, rest, paceMs);
    let decodedByDrained = 0;
    for (const [i, to] of COUNTS.entries()) {
      if (i === 0) continue;
      await sleep(paceMs / COUNTS.length);
      const from = workers.length;
      const moment = { from, to, startedAt: Date.now(), doneAt: 0 };
      moments.push(moment);
      if (to > from) {
        const more = Array.from({ length: to - from }, () => startWorker(stage.service, brokers));
        workers.push(...(await Promise.all(more)));
      } else {
        const leaving = workers.splice(to);
        const { metric, labels } = stage.progress;
        // What a worker commits between this reading and its end is not counted: the topics decide below.
        for (const worker of leaving) decodedByDrained += await worker.metric(metric, labels);
        exitCodes.push(...(await Promise.all(leaving.map((worker) => worker.drain()))));
      }
      moment.doneAt = Date.now();
    }
    await dealt;
    await settled(stage, workers, input.expected.length - decodedByDrained, brokers);
    exitCodes.push(...(await Promise.all(workers.map((worker) => worker.drain()))));
    const outputs = await readTopics(brokers, [stage.output]);
    const verdict = judge(input.expected, placesOf(stage.output, outputs));
    return { paceSeconds: paceMs / 1000, ...pauses(outputs, moments), exitCodes, verdict };
  });
}

/** Waits for the rest. The drained member's last chunk may be counted nowhere: then the others stop short of the sum. */
async function settled(stage: Stage, workers: readonly Worker[], rest: number, brokers: string): Promise<void> {
  const counted = new AbortController();
  const resting = atRest(stage, brokers, counted.signal);
  try {
    await Promise.race([untilDone(stage, workers, rest), resting]);
  } finally {
    counted.abort();
    // A reader that outlives its broker would try to reach it for ever, and the bench would not end.
    await resting;
  }
  await sleep(2000);
}

/** Resolves when three readings, 15 s apart, are equal, or when `signal` aborts. */
async function atRest(stage: Stage, brokers: string, signal: AbortSignal): Promise<void> {
  let [last, same] = [-1, 0];
  while (!signal.aborted) {
    const { length } = await readTopics(brokers, [stage.output]);
    same = length === last ? same + 1 : 0;
    if (same === 2) return;
    last = length;
    await sleep(15_000, undefined, { signal }).catch(() => undefined);
  }
}

function pauses(
  outputs: readonly RawRecord[],
  moments: readonly Moment[],
): Omit<Growth, 'paceSeconds' | 'exitCodes' | 'verdict'> {
  const all = outputs.map(({ timestamp }) => timestamp).sort((a, b) => a - b);
  const partitions = [...new Set(outputs.map(({ partition }) => partition))].map((index) =>
    outputs.filter(({ partition }) => partition === index).map(({ timestamp }) => timestamp),
  );
  const touches = ({ startedAt, doneAt }: Moment, start: number, end: number): boolean =>
    end >= startedAt && start <= doneAt + WATCHED_MS;
  const usual = (times: readonly number[]): number =>
    longest(times, (start, end) => !moments.some((moment) => touches(moment, start, end))) ?? 0;
  const during = (times: readonly number[], moment: Moment): number | null =>
    longest(times, (start, end) => touches(moment, start, end));
  const worst = (values: readonly (number | null)[]): number | null =>
    values.reduce((most, value) => (value === null ? most : Math.max(most ?? 0, value)), null);
  return {
    usualPauseMs: usual(all),
    usualPauseOfPartitionMs: Math.max(...partitions.map(usual)),
    changes: moments.map((moment) => ({
      from: moment.from,
      to: moment.to,
      pauseMs: during(all, moment),
      pauseOfPartitionMs: worst(partitions.map((times) => during(times, moment))),
    })),
  };
}

/** Longest time between neighbours for which `counts` is true; null if there is none. */
function longest(times: readonly number[], counts: (start: number, end: number) => boolean): number | null {
  let most: number | null = null;
  for (let i = 1; i < times.length; i++) {
    const [start, end] = [times[i - 1]!, times[i]!];
    if (counts(start, end)) most = Math.max(most ?? 0, end - start);
  }
  return most;
}
