/** Computes what a number of beds needs from the measurements of bench/scaling.ts, which the caller passes in. */
import kafkajs from 'kafkajs';

export const WINDOW_SECONDS = 1792 / 300;
/** Share of a core's time in use: the rest is for rebalances, a lost zone, and catching up after an outage. */
export const USED_SHARE = 0.6;
export const REPLICAS = 3;
/** A gateway is one process; it takes no more than this, even if a core could carry more. */
const MOST_BEDS = 200;
const ZONES = 3;
/** Partitions come in steps of the default. */
const PARTITION_STEP = 12;
/** Kafka removes only whole segments: each partition keeps up to one more than its retention, of 1 GiB or 7 days. */
const SEGMENT = { bytes: 2 ** 30, seconds: 7 * 86_400 };
const DISK_FILLED = 0.7;
/** A broker of the plan: assumed, not measured. */
export const BROKER = { cores: 4, gigabytes: 2000, partitionReplicas: 4000 };
/** After a zone is lost, its leaders move to the others. */
const AFTER_A_ZONE = ZONES / (ZONES - 1);
/** Topics whose bytes are proportional to the share of audits. */
const AUDITED = new Set(['ecg.audits', 'ecg.originals', 'ecg.audit-results']);
/** Default of --linger-ms: the windows of this time go into one frame. */
const LINGER_SECONDS = 0.5;
const READ_ONCE = ['ecg.segments', 'ecg.audits', 'ecg.signals', 'ecg.originals'];

/** How many of `keys` lie on each partition, by the hash that the producers use. */
export function countsOf(keys, partitions) {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 0 }));
  const counts = Array.from({ length: partitions }, () => 0);
  for (const key of keys) counts[choose({ topic: 'x', partitionMetadata, message: { key } })]++;
  return counts;
}

const named = (name, count) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

/** The highest cost among the steps. */
export const costOf = (data, stage, what = 'cpuSecondsPerWindow') =>
  Math.max(...data[stage].steps.map((step) => step[what]));

/** Beds of one lead that a core carries at the edge. */
export const bedsOfGateway = (data) =>
  Math.min(MOST_BEDS, Math.floor((USED_SHARE * WINDOW_SECONDS) / data.edge.cpuSecondsPerWindow));

/** Windows in a gateway's frame at real pace. */
export const windowsOfFrame = (beds) => Math.max(1, (beds * LINGER_SECONDS) / WINDOW_SECONDS);

/** Bytes a window that frames cost beyond the bench, whose fast replay fills them. */
function emptierFrames({ frames: { windowsPerFrame, overheadBytes } }, beds) {
  return overheadBytes * (1 / windowsOfFrame(beds) - 1 / windowsPerFrame);
}

/** The fewest members, at least one a zone, that stay within USED_SHARE of a core, partitions dealt in turn; or undefined. */
function membersOf(shares) {
  const least = Math.max(ZONES, Math.ceil(shares.reduce((sum, share) => sum + share, 0) / USED_SHARE));
  for (let members = least; members <= shares.length; members++) {
    const used = Array.from({ length: members }, () => 0);
    shares.forEach((share, i) => (used[i % members] += share));
    if (Math.max(...used) <= USED_SHARE) return members;
  }
  return undefined;
}

/** The fewest partitions that members can carry, and the number of members of each stage. */
function sharedOut(loads) {
  // The fullest partition has at least the mean load.
  const least = Math.max(...loads.map(({ cores }) => cores)) / USED_SHARE;
  for (const { cores, keys } of loads)
    if (cores / keys.length > USED_SHARE)
      throw new Error(`one key takes ${cores / keys.length} cores: no number of partitions makes it fit into a member`);
  for (let partitions = PARTITION_STEP * Math.ceil(least / PARTITION_STEP); ; partitions += PARTITION_STEP) {
    const members = loads.map(({ cores, keys }) =>
      membersOf(countsOf(keys, partitions).map((count) => (cores * count) / keys.length)),
    );
    if (!members.includes(undefined)) return { partitions, members };
  }
}

/** Seconds for which a topic's records are kept, at least. */
function keptSeconds(config) {
  if (config['cleanup.policy'] === 'delete') return Number(config['retention.ms']) / 1000;
  return Math.max(Number(config['min.compaction.lag.ms']), Number(config['segment.ms'])) / 1000;
}

/** Bytes of one replica of a topic. */
function keptBytes(bytesPerSecond, config, partitions) {
  const unremoved = Math.min(partitions * SEGMENT.bytes, bytesPerSecond * SEGMENT.seconds);
  return bytesPerSecond * keptSeconds(config) + unremoved;
}

/**
 * @param data bench/results/scaling.json
 * @param beds beds of one lead each
 * @param topics KafkaTopic manifests: their settings, and whether their number of partitions is the installation's
 * @param auditShare share of audited records in the policy that the plan is for
 */
export function plan(data, beds, topics, auditShare) {
  const rate = beds / WINDOW_SECONDS;
  const gateways = Math.ceil(beds / bedsOfGateway(data));
  const loads = [
    { cores: rate * costOf(data, 'decoder'), keys: named('edge-gateway', gateways) },
    { cores: rate * costOf(data, 'tasks'), keys: named('bed', beds) },
  ];
  const { partitions, members } = sharedOut(loads);
  const partitionsOf = ({ metadata, spec }) =>
    metadata.labels['dynamic-deep/partitions'] === 'shared' ? partitions : spec.partitions;
  const extra = { 'ecg.segments': emptierFrames(data, bedsOfGateway(data)) };
  const bytesPerSecond = (name) =>
    rate *
    ((data.bytesPerWindow[name] ?? 0) * (AUDITED.has(name) ? auditShare / data.auditShare : 1) + (extra[name] ?? 0));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const written = REPLICAS * sum(topics.map(({ metadata }) => bytesPerSecond(metadata.name)));
  const kept = REPLICAS * sum(topics.map((topic) => keptBytes(bytesPerSecond(topic.metadata.name), topic.spec.config, partitionsOf(topic)))); // prettier-ignore
  const disks = kept / 1e9 / DISK_FILLED;
  const brokerCost = costOf(data, 'decoder', 'brokerCpuSecondsPerWindow') + costOf(data, 'tasks', 'brokerCpuSecondsPerWindow'); // prettier-ignore
  const brokerCores = (rate * brokerCost * REPLICAS * AFTER_A_ZONE) / USED_SHARE;
  const partitionReplicas = REPLICAS * sum(topics.map(partitionsOf));
  const needed = [brokerCores / BROKER.cores, disks / BROKER.gigabytes, partitionReplicas / BROKER.partitionReplicas];
  return {
    rate,
    gateways,
    partitions,
    partitionReplicas,
    members: { decoder: members[0], tasks: members[1] },
    // The same number in every zone.
    brokers: ZONES * Math.ceil(Math.max(...needed) / ZONES),
    brokerCores: Math.ceil(brokerCores),
    cores: gateways + members[0] + members[1] + Math.ceil(brokerCores),
    writtenMegabytes: written / 1e6,
    readMegabytes: sum(READ_ONCE.map(bytesPerSecond)) / 1e6,
    diskGigabytes: disks,
  };
}
