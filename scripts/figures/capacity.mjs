// Blocks of docs/operations.md: what scaling gave, and what a number of beds needs by it.
import { documentsOf, read } from '../k8s/manifests.mjs';
import { digits, percent, result, source, table } from './material.mjs';
import { bedsOfGateway, BROKER, costOf, plan, REPLICAS, USED_SHARE } from './plan.mjs';

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
      pauseMs === null ? 'not seen' : `${grouped(pauseMs)} ms`,
      pauseOfPartitionMs === null ? 'not seen' : `${grouped(pauseOfPartitionMs)} ms`,
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
    `A backlog of ${grouped(windows)} windows: ${gateways} gateways, ${beds} beds each, ${seconds} s of signal, ${partitions} partitions. The fullest partition has ${segmentsByGateway.largestOverMean} times the mean where gateways are the key, ${signalsByDevice.largestOverMean} times where devices are. Each member has one core, as in a pod; beyond the machine's cores members share them, and the one broker takes its part of them too.`, // prettier-ignore
    table(['service', 'members', 'windows/s', 'CPU a window', 'peak memory', COUNTED], steps(data)),
    `The same dealt out over ${data.decoder.growth.paceSeconds} s while the group changes; the longest time without output that touches a change, from the start of its processes to 20 s after they are ready or have ended. Otherwise it is ${grouped(data.decoder.growth.usualPauseMs)} and ${grouped(data.tasks.growth.usualPauseMs)} ms, of one partition ${grouped(data.decoder.growth.usualPauseOfPartitionMs)} and ${grouped(data.tasks.growth.usualPauseOfPartitionMs)} ms:`,
    table(['service', 'members', 'of all partitions', 'of one partition', COUNTED], changes(data)),
    source('scaling', data, up),
  ].join('\n\n');
}

export function capacity(up) {
  const data = result('scaling');
  if (data === undefined) return 'The plan follows from what scaling costs, which has not been measured yet.';
  const topics = documentsOf(read('k8s/topics/topics.yaml'));
  const { auditShare } = JSON.parse(read('policies/default.json'));
  const plans = BEDS.map((beds) => plan(data, beds, topics, auditShare));
  const row = (title, pick) => [title, ...plans.map(pick)];
  const gigabytes = ({ gateways, members }) =>
    (gateways * data.edge.peakMegabytes + members.decoder * peak(data, 'decoder') + members.tasks * peak(data, 'tasks')) / 1000; // prettier-ignore
  return [
    `Computed by [scripts/figures/plan.mjs](${up}scripts/figures/plan.mjs) from the run above, not measured: one lead a bed, the policy that ships (audits of ${percent(auditShare)} of the records), ${REPLICAS} replicas in three zones, ${percent(USED_SHARE)} of each core in use, settings of topics as in docs/topics.md. At the edge a window costs ${digits(1000 * data.edge.cpuSecondsPerWindow, 1)} ms of CPU: **a core carries ${bedsOfGateway(data)} beds**, and a gateway is a core.`,
    table(
      ['beds', ...BEDS.map(grouped)],
      [
        row('windows a second', ({ rate }) => grouped(rate)),
        row('gateways, a core each', ({ gateways }) => grouped(gateways)),
        row('members of decoder-stream, a core each', ({ members }) => grouped(members.decoder)),
        row('members of tasks-stream, a core each', ({ members }) => grouped(members.tasks)),
        row('partitions, at least', ({ partitions }) => grouped(partitions)),
        row('their replicas, all topics', ({ partitionReplicas }) => grouped(partitionReplicas)),
        row('brokers', ({ brokers }) => grouped(brokers)),
        row('cores of all brokers', ({ brokerCores }) => grouped(brokerCores)),
        row('cores in all', ({ cores }) => grouped(cores)),
        row('memory of gateways and members, GB', (one) => grouped(gigabytes(one))),
        row('written, all replicas, MB/s', ({ writtenMegabytes }) => digits(writtenMegabytes, 1)),
        row('read by the services, MB/s', ({ readMegabytes }) => digits(readMegabytes, 1)),
        row('disks of all brokers, GB', ({ diskGigabytes }) => grouped(diskGigabytes)),
      ],
    ),
    [
      '- Costs are the dearest of the steps, on a machine that members and broker share. A broker’s CPU is that of the one broker of the bench, times the replicas, with a zone gone.',
      `- The edge ran the default predictor, \`synthesis\`, which runs the tasks on every candidate: most of a gateway’s CPU, and most of the cores in all. What the other one gives up for less: [docs/choosing.md](${up}docs/choosing.md).`,
      `- Skew is computed with the producers’ own hash, of gateways named \`edge-gateway-N\` and as many devices as beds. Members take whole partitions, dealt round, and none has more than ${percent(USED_SHARE)} of a core to do.`,
      '- Bytes count a batch a record, as at low load, and frames as full as a linger of 500 ms makes them; larger batches and compression save. Kafka removes whole segments: one more of each partition (1 GiB, or 7 days) is counted, and disks are filled to 70%.',
      `- **Assumed**: ${BROKER.cores} cores, ${grouped(BROKER.gigabytes)} GB of disk and ${grouped(BROKER.partitionReplicas)} replicas of partitions a broker. **Left out**: what the pages read, and retries. Memory is that of members with the ${grouped(data.backlog.gateways * data.backlog.beds)} beds of the run; what more beds of one member take was not measured.`,
      '- What one cluster and one group carry was not measured beyond the members of the table; hundreds of members that all pause at each join are not a plan. Split by hospital or building long before, an installation each with its own topics: nothing in the system joins beds of two gateways.',
    ].join('\n'),
    source('scaling', data, up),
  ].join('\n\n');
}

const peak = (data, stage) => costOf(data, stage, 'peakMegabytes');
