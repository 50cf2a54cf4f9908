// Horizontal scaling with real processes on one machine, from the root of the repository:
// node bench/run.mjs scaling [--gateways 24] [--beds 4] [--seconds 120] [--pace 120] [--together 2] [--fresh]
// Real gateways record a backlog. Then 1, 2 and 4 members of decoder-stream, and of tasks-stream, process it, and a group
// grows 1 -> 2 -> 4 and shrinks to 3 while the backlog is fed in. Every step is kept in .cache/scaling: an interrupted run
// resumes where it stopped, unless the commit or an option differs. The result goes to bench/results/scaling.json.
import { parseArgs } from 'node:util';
import { DEFAULT_PARTITIONS } from '../src/lib/kafka/index.js';
import { decode } from '../src/lib/wire/index.js';
import { writeResult } from './result.js';
import { AUDIT_SHARE, recordBacklog, type EdgeUse } from './scaling/backlog.js';
import { bytesPerWindow, framesOf } from './scaling/bytes.js';
import { placesOf, sentPlaces, skewOf, type Verdict } from './scaling/check.js';
import { grow, type Growth } from './scaling/growth.js';
import { keeper } from './scaling/kept.js';
import type { RawRecord } from './scaling/records.js';
import { measure, STAGES, type Stage, type StageInput, type Step } from './scaling/stages.js';

const WORKERS = [1, 2, 4];
const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '24' },
    beds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '120' },
    pace: { type: 'string', default: '120' },
    together: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
  },
});
const [gateways, beds, seconds, pace, together] = (['gateways', 'beds', 'seconds', 'pace', 'together'] as const).map(
  (name) => Number(values[name]),
) as [number, number, number, number, number];
const partitions = DEFAULT_PARTITIONS;
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);

/** Numbers of windows by partition. */
function windowsByPartition(records: readonly RawRecord[], topic: 'ecg.segments' | 'ecg.signals'): number[] {
  const counts = Array.from({ length: partitions }, () => 0);
  for (const record of records) {
    if (record.topic !== topic) continue;
    counts[record.partition]! += topic === 'ecg.segments' ? decode('ecg.segments', record.value).segments.length : 1;
  }
  return counts;
}

interface Scaled {
  readonly steps: readonly Step[];
  readonly growth: Growth;
  /** What the run with one worker wrote. */
  readonly outputs: readonly RawRecord[];
}

async function scale(stage: Stage, input: StageInput): Promise<Scaled> {
  const steps: Step[] = [];
  let outputs: readonly RawRecord[] = [];
  for (const count of WORKERS) {
    say(`${stage.service}: ${count} at work`);
    const measured = await keep(`${stage.service}-${count}`, async () => {
      const { step, outputs: all } = await measure(stage, count, input);
      return { step, outputs: count === 1 ? all : [] };
    });
    if (count === 1) outputs = measured.outputs;
    steps.push(measured.step);
    say(JSON.stringify(measured.step));
  }
  say(`${stage.service}: workers come and go while the backlog is dealt out`);
  const growth = await keep(`${stage.service}-growth`, () => grow(stage, input, 1000 * pace));
  say(JSON.stringify(growth));
  return { steps, growth, outputs };
}

const options = { gateways, beds, seconds, partitions, together };
const keep = keeper({ ...options, pace }, values.fresh);
say(`recording: ${gateways} gateways, ${beds} beds each, ${seconds} s`);
const { records: backlog, edge } = await keep('backlog', () => recordBacklog(options));
const sent = sentPlaces(backlog);
say(`${sent.length} windows in ${backlog.length} records`);
const decoder = await scale(STAGES.decoder, { partitions, backlog, expected: sent });
const signals = { partitions, backlog: decoder.outputs, expected: placesOf('ecg.signals', decoder.outputs) };
const tasks = await scale(STAGES.tasks, signals);

const total = (pick: (use: EdgeUse) => number): number => edge.reduce((sum, use) => sum + pick(use), 0);
writeResult('scaling', {
  edge: {
    cpuSecondsPerWindow: Number((total((use) => use.cpuSeconds) / total((use) => use.windows)).toFixed(5)),
    peakMegabytes: Math.max(...edge.map(({ peakMegabytes }) => peakMegabytes)),
    windowsMeasured: total((use) => use.windows),
  },
  auditShare: AUDIT_SHARE,
  bytesPerWindow: bytesPerWindow([...backlog, ...decoder.outputs, ...tasks.outputs], sent.length),
  frames: framesOf(backlog),
  backlog: {
    gateways,
    beds,
    seconds,
    partitions,
    windows: sent.length,
    frames: backlog.length,
    segmentsByGateway: skewOf(windowsByPartition(backlog, 'ecg.segments')),
    signalsByDevice: skewOf(windowsByPartition(decoder.outputs, 'ecg.signals')),
  },
  decoder: { steps: decoder.steps, growth: decoder.growth },
  tasks: { steps: tasks.steps, growth: tasks.growth },
});

const verdicts: Verdict[] = [
  ...[...decoder.steps, ...tasks.steps].map(({ verdict }) => verdict),
  ...[decoder.growth, tasks.growth].map(({ verdict }) => verdict),
];
const isClean = ({ lost, duplicated, foreign, outOfOrder }: Verdict): boolean =>
  lost + duplicated + foreign + outOfOrder === 0;
if (!verdicts.every(isClean)) {
  say('windows were lost, doubled or out of order');
  process.exitCode = 1;
}
const exitCodes = [decoder, tasks].flatMap(({ steps, growth }) => [...steps, growth].flatMap((one) => one.exitCodes));
if (exitCodes.some((code) => code !== 0)) {
  say('a worker did not end with 0');
  process.exitCode = 1;
}
