// Horizontal scaling with real processes on one machine, from the root of the repository:
// node bench/run.mjs scaling [--gateways 24] [--beds 8] [--seconds 240] [--pace 120]
//   [--together 2] [--backlog FILE]
// Real gateways record a backlog once (and keep it in FILE, for another run). Then 1, 2 and 4 members of decoder-stream, and of tasks-stream, work it off, and a
// group grows 1 -> 2 -> 4 and shrinks to 3 while the backlog is dealt out. The result goes to bench/results/scaling.json.
import { parseArgs } from 'node:util';
import { decode } from '../src/lib/wire/index.js';
import { writeResult } from './result.js';
import { batchBytes, DEFAULT_PARTITIONS } from '../src/lib/kafka/index.js';
import type { EdgeUse } from './scaling/backlog.js';
import { placesOf, sentPlaces, skewOf, type Verdict } from './scaling/check.js';
import { grow } from './scaling/growth.js';
import { keptBacklog } from './scaling/kept.js';
import type { RawRecord } from './scaling/records.js';
import { measure, STAGES, type Stage, type StageInput, type Step } from './scaling/stages.js';

const WORKERS = [1, 2, 4];
const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '24' },
    beds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '240' },
    pace: { type: 'string', default: '120' },
    together: { type: 'string', default: '2' },
    backlog: { type: 'string' },
  },
});
const [gateways, beds, seconds, pace, together] = (['gateways', 'beds', 'seconds', 'pace', 'together'] as const).map(
  (name) => Number(values[name]),
) as [number, number, number, number, number];
const partitions = DEFAULT_PARTITIONS;
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);

/** Windows on each partition. */
function windowsByPartition(records: readonly RawRecord[], topic: 'ecg.segments' | 'ecg.signals'): number[] {
  const counts = Array.from({ length: partitions }, () => 0);
  for (const record of records) {
    if (record.topic !== topic) continue;
    counts[record.partition]! += topic === 'ecg.segments' ? decode('ecg.segments', record.value).segments.length : 1;
  }
  return counts;
}

/** Bytes of a topic's records, each in a batch of its own: what compression or larger batches save is not counted. */
const wireBytes =
  (records: readonly RawRecord[]) =>
  (topic: string): number =>
    records
      .filter((record) => record.topic === topic)
      .reduce((sum, { key, value }) => sum + batchBytes([{ keyBytes: key?.length ?? 0, valueBytes: value.length }]), 0);

async function scale(stage: Stage, input: StageInput): Promise<{ steps: Step[]; outputs: readonly RawRecord[] }> {
  const steps: Step[] = [];
  let first: readonly RawRecord[] = [];
  for (const count of WORKERS) {
    say(`${stage.service}: ${count} at work`);
    const { step, outputs } = await measure(stage, count, input);
    if (steps.length === 0) first = outputs;
    steps.push(step);
    say(JSON.stringify(step));
  }
  return { steps, outputs: first };
}

say(`recording: ${gateways} gateways, ${beds} beds each, ${seconds} s`);
const { records: backlog, edge } = await keptBacklog(values.backlog, {
  ...{ gateways, beds, seconds, partitions, together },
});
const sent = sentPlaces(backlog);
say(`${sent.length} windows in ${backlog.length} records`);
const frames: StageInput = { partitions, backlog, expected: sent };
const decoder = await scale(STAGES.decoder, frames);
const decoderGrowth = await grow(STAGES.decoder, frames, 1000 * pace);
say(JSON.stringify(decoderGrowth));
const signals: StageInput = {
  partitions,
  backlog: [...decoder.outputs].sort((a, b) => a.timestamp - b.timestamp),
  expected: placesOf('ecg.signals', decoder.outputs),
};
const tasks = await scale(STAGES.tasks, signals);
const tasksGrowth = await grow(STAGES.tasks, signals, 1000 * pace);
say(JSON.stringify(tasksGrowth));

const total = (pick: (use: EdgeUse) => number): number => edge.reduce((sum, use) => sum + pick(use), 0);
const bytes = wireBytes(backlog);
writeResult('scaling', {
  edge: {
    cpuSecondsPerWindow: Number((total((use) => use.cpuSeconds) / total((use) => use.windows)).toFixed(5)),
    peakMegabytes: Math.max(...edge.map(({ peakMegabytes }) => peakMegabytes)),
    windowsMeasured: total((use) => use.windows),
  },
  bytesPerWindow: {
    segments: Number((bytes('ecg.segments') / sent.length).toFixed(1)),
    audits: Number((bytes('ecg.audits') / sent.length).toFixed(1)),
    signals: Number((wireBytes(decoder.outputs)('ecg.signals') / sent.length).toFixed(1)),
  },
  backlog: {
    ...{ gateways, beds, seconds, partitions, windows: sent.length, frames: backlog.length },
    segmentsByGateway: skewOf(windowsByPartition(backlog, 'ecg.segments')),
    signalsByDevice: skewOf(windowsByPartition(decoder.outputs, 'ecg.signals')),
  },
  decoder: { steps: decoder.steps, growth: decoderGrowth },
  tasks: { steps: tasks.steps, growth: tasksGrowth },
});

const verdicts: Verdict[] = [
  ...[...decoder.steps, ...tasks.steps].map(({ verdict }) => verdict),
  ...[decoderGrowth, tasksGrowth].map(({ verdict }) => verdict),
];
const isClean = ({ lost, duplicated, foreign, outOfOrder }: Verdict): boolean =>
  lost + duplicated + foreign + outOfOrder === 0;
if (!verdicts.every(isClean)) {
  say('windows were lost, doubled or out of order');
  process.exitCode = 1;
}
