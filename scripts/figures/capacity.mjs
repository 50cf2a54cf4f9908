// Blocks of docs/operations.md: how the services scaled, and what a number of beds needs according to that.
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

const COUNTED = 'lost, duplicated, out of order';

export function scaling(up) {
  const data = result('scaling');
  if (data === undefined) return 'Scaling has not been measured yet: `node bench/run.mjs scaling`.';
  const { gateways, beds, seconds, partitions, windows, segmentsByGateway, signalsByDevice } = data.backlog;
  return [
    `A backlog of ${grouped(windows)} windows: ${gateways} gateways, ${beds} beds each, ${seconds} s of signal, ${partitions} partitions. The fullest partition has ${segmentsByGateway.largestOverMean} times the mean load if gateways are the key, ${signalsByDevice.largestOverMean} times if devices are. Each member may use one core, as in a pod. With more members than cores they share the cores, and the one broker uses the same cores.`, // prettier-ignore
    table(['service', 'members', 'windows/s', 'CPU per window', 'peak memory', COUNTED], steps(data)),
    `The same backlog, fed in over ${data.decoder.growth.paceSeconds} s while the group changes. The table has the longest pause in output that overlaps a change, from the start of its processes to 20 s after they are ready or have ended. At other times the longest pause of all partitions is ${grouped(data.decoder.growth.usualPauseMs)} ms (decoder-stream) and ${grouped(data.tasks.growth.usualPauseMs)} ms (tasks-stream), of one partition ${grouped(data.decoder.growth.usualPauseOfPartitionMs)} and ${grouped(data.tasks.growth.usualPauseOfPartitionMs)} ms:`,
    table(['service', 'members', 'pause of all partitions', 'pause of one partition', COUNTED], changes(data)),
    source('scaling', data, up),
  ].join('\n\n');
}

export function capacity(up) {
  const data = result('scaling');
  if (data === undefined) return 'The plan is computed from the measurement of scaling, which has not been made yet.';
  const topics = documentsOf(read('k8s/topics/topics.yaml'));
  const { auditShare } = JSON.parse(read('policies/default.json'));
  const plans = BEDS.map((beds) => plan(data, beds, topics, auditShare));
  const row = (title, pick) => [title, ...plans.map(pick)];
  const gigabytes = ({ gateways, members }) =>
    (gateways * data.edge.peakMegabytes + members.decoder * peak(data, 'decoder') + members.tasks * peak(data, 'tasks')) / 1000; // prettier-ignore
  return [
    `Computed by [scripts/figures/plan.mjs](${up}scripts/figures/plan.mjs) from the run above, not measured: one lead per bed, the shipped policy (audits of ${percent(auditShare)} of the records), ${REPLICAS} replicas in three zones, ${percent(USED_SHARE)} of each core in use, topic settings as in docs/topics.md. At the edge a window costs ${digits(1000 * data.edge.cpuSecondsPerWindow, 1)} ms of CPU: **a core carries ${bedsOfGateway(data)} beds**, and a gateway uses one core.`,
    table(
      ['beds', ...BEDS.map(grouped)],
      [
        row('windows a second', ({ rate }) => grouped(rate)),
        row('gateways, one core each', ({ gateways }) => grouped(gateways)),
        row('members of decoder-stream, one core each', ({ members }) => grouped(members.decoder)),
        row('members of tasks-stream, one core each', ({ members }) => grouped(members.tasks)),
        row('partitions, at least', ({ partitions }) => grouped(partitions)),
        row('partition replicas, all topics', ({ partitionReplicas }) => grouped(partitionReplicas)),
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
      '- Costs are the highest of all steps, on a machine that members and broker share. The CPU of the brokers is that of the bench’s one broker times the number of replicas, with one zone lost.',
      `- The edge ran the default predictor, \`synthesis\`, which runs the tasks on every candidate. This takes most of a gateway’s CPU, and most of all cores. [docs/choosing.md](${up}docs/choosing.md) says what the cheaper predictor gives up.`,
      `- Skew is computed with the producers’ own hash for gateways named \`edge-gateway-N\` and as many devices as beds. Members take whole partitions, assigned in turn, and none uses more than ${percent(USED_SHARE)} of a core.`,
      '- Bytes assume one batch per record, as at low load, and frames as full as a linger of 500 ms makes them; larger batches and compression would save bytes. Kafka only removes whole segments, so one more segment of each partition (1 GiB, or 7 days) is counted. Disks are filled to 70%.',
      `- **Assumed**: ${BROKER.cores} cores, ${grouped(BROKER.gigabytes)} GB of disk and ${grouped(BROKER.partitionReplicas)} partition replicas per broker. **Left out**: what the dashboard pages read, and retries. Memory is that of members with the ${grouped(data.backlog.gateways * data.backlog.beds)} beds of the run; memory with more beds per member was not measured.`,
      '- One cluster and one consumer group were not measured beyond the members of the table, and a group of hundreds of members, all of which pause at each join, is not advisable. Split by hospital or building long before that, into installations with their own topics: nothing in the system combines beds of two gateways.',
    ].join('\n'),
    source('scaling', data, up),
  ].join('\n\n');
}

const peak = (data, stage) => costOf(data, stage, 'peakMegabytes');
