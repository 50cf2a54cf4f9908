// Blocks of docs/operations.md: what scaling gave, and what a number of beds needs by it.
import { digits, percent, result, source, table } from './material.mjs';

const WINDOW_SECONDS = 1792 / 300;
/** One lead a bed; a gateway of the standard setting. */
const BEDS_PER_GATEWAY = 200;
/** Of a core's time: the rest is for rebalances, a lost zone, the hours after an absence. */
const USED_SHARE = 0.6;
const REPLICAS = 3;
const SEGMENTS_KEPT_S = 7 * 86_400;
const SIGNALS_KEPT_S = 6 * 3600;
/** Partitions beyond members, so that skew finds room, and in steps of the default. */
const PARTITION_STEP = 12;
const BEDS = [1_000, 10_000, 100_000];

const grouped = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

function verdictOf({ lost, duplicated, foreign, outOfOrder }) {
  return `${lost + foreign}, ${duplicated}, ${outOfOrder}`;
}

function steps(data) {
  return ['decoder', 'tasks'].flatMap((stage) =>
    data[stage].steps.map(({ workers, windowsPerSecond, cpuSecondsPerWindow, peakMegabytes, verdict }) => [
      `${stage}-stream`,
      String(workers),
      digits(windowsPerSecond, 1),
      `${digits(1000 * cpuSecondsPerWindow, 1)} ms`,
      `${peakMegabytes} MB`,
      verdictOf(verdict),
    ]),
  );
}

function changes(data) {
  return ['decoder', 'tasks'].flatMap((stage) =>
    data[stage].growth.changes.map(({ from, to, pauseMs, pauseOfPartitionMs }) => [
      `${stage}-stream`,
      `${from} -> ${to}${to < from ? ' (SIGTERM)' : ''}`,
      `${grouped(pauseMs)} ms`,
      `${grouped(pauseOfPartitionMs)} ms`,
      verdictOf(data[stage].growth.verdict),
    ]),
  );
}

const COUNTED = 'lost, twice, out of order';

export function scaling(up) {
  const data = result('scaling');
  if (data === undefined) return 'Scaling has not been measured yet: `node bench/run.mjs scaling`.';
  const { gateways, beds, seconds, partitions, windows, segmentsByGateway, signalsByDevice } = data.backlog;
  return [
    `A backlog of ${grouped(windows)} windows: ${gateways} gateways, ${beds} beds each, ${seconds} s of signal, ${partitions} partitions. The fullest partition has ${segmentsByGateway.largestOverMean} times the mean where gateways are the key, ${signalsByDevice.largestOverMean} times where devices are.`,
    table(['service', 'members', 'windows/s', 'CPU a window', 'peak memory', COUNTED], steps(data)),
    `The same dealt out over ${data.decoder.growth.paceSeconds} s while the group changes; the longest time without output in the 20 s after each change (otherwise ${grouped(data.decoder.growth.usualPauseMs)} ms and ${grouped(data.tasks.growth.usualPauseMs)} ms):`,
    table(['service', 'members', 'of all partitions', 'of one partition', COUNTED], changes(data)),
    source('scaling', data, up),
  ].join('\n\n');
}

/** Whole numbers that `beds` need, by the measured costs of a window. */
function plan(data, beds) {
  const rate = beds / WINDOW_SECONDS;
  const cost = (stage) => Math.max(...data[stage].steps.map(({ cpuSecondsPerWindow }) => cpuSecondsPerWindow));
  const cores = (seconds) => Math.max(1, Math.ceil((rate * seconds) / USED_SHARE));
  const { segments, audits, signals } = data.bytesPerWindow;
  const members = { decoder: cores(cost('decoder')), tasks: cores(cost('tasks')) };
  // A partition is one member's at a time: the fullest one decides how many are needed.
  const needed = Math.max(
    members.decoder * data.backlog.segmentsByGateway.largestOverMean,
    members.tasks * data.backlog.signalsByDevice.largestOverMean,
  );
  const kept = (segments + audits) * SEGMENTS_KEPT_S + signals * SIGNALS_KEPT_S;
  return {
    rate,
    gateways: Math.ceil(beds / BEDS_PER_GATEWAY),
    edgeCores: cores(data.edge.cpuSecondsPerWindow),
    members,
    partitions: PARTITION_STEP * Math.ceil(needed / PARTITION_STEP),
    megabytesPerSecond: (rate * (segments + audits + signals) * REPLICAS) / 1e6,
    gigabytes: (rate * kept * REPLICAS) / 1e9,
  };
}

export function capacity(up) {
  const data = result('scaling');
  if (data === undefined) return 'The plan follows from what scaling costs, which has not been measured yet.';
  const plans = BEDS.map((beds) => plan(data, beds));
  const row = (title, pick) => [title, ...plans.map(pick)];
  return [
    `Computed from the table above, not measured: the dearest CPU time a window of each service, one lead a bed, ${percent(USED_SHARE)} of each core in use, ${BEDS_PER_GATEWAY} beds a gateway, ${REPLICAS} replicas, retention as in docs/topics.md. A member is one core. Costs a window are those of the bench's machine and of small batches.`,
    table(
      ['beds', ...BEDS.map(grouped)],
      [
        row('windows a second', ({ rate }) => grouped(rate)),
        row('gateways', ({ gateways }) => grouped(gateways)),
        row('cores of all gateways', ({ edgeCores }) => grouped(edgeCores)),
        row('members of decoder-stream', ({ members }) => grouped(members.decoder)),
        row('members of tasks-stream', ({ members }) => grouped(members.tasks)),
        row('partitions, at least', ({ partitions }) => grouped(partitions)),
        row('memory of the members, GB', ({ members }) => digits((members.decoder * peak(data, 'decoder') + members.tasks * peak(data, 'tasks')) / 1000, 1)), // prettier-ignore
        row('written by the brokers, MB/s', ({ megabytesPerSecond }) => digits(megabytesPerSecond, 1)),
        row('disks of the brokers, GB', ({ gigabytes }) => grouped(gigabytes)),
      ],
    ),
    'What one cluster and one group carry was not measured beyond the members of the table. Where they end, split by hospital or building, an installation each with its own topics: nothing in the system joins beds of two gateways.',
    source('scaling', data, up),
  ].join('\n\n');
}

const peak = (data, stage) => Math.max(...data[stage].steps.map(({ peakMegabytes }) => peakMegabytes));
