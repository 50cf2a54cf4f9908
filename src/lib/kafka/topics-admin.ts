import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { DynamicDeepError } from '../errors/index.js';
import { errorTypes } from './error-types.js';
import { DEFAULT_PARTITIONS, TOPICS, topicConfig, topicSpec, type TopicSpec } from './topics.js';

export interface EnsureOptions {
  /** Number of partitions of topics that share the installation's number. Default 12. */
  readonly partitions?: number;
  /** Default: 3, or the number of brokers if there are fewer. */
  readonly replicationFactor?: number;
  /** Wall milliseconds until every broker must know the created topics. Default 60,000. */
  readonly knownWithinMs?: number;
}

/** Long, since a busy cluster, or one that runs on a single core, takes its time to create a hundred partitions. */
const KNOWN_WITHIN_MS = 60_000;
/** Milliseconds that the controller itself waits; below the client's `requestTimeout`. */
const CREATE_MS = 10_000;
const UNDER_WAY = new Set(['TOPIC_ALREADY_EXISTS', 'REQUEST_TIMED_OUT']);
/** Answers of the broker that kafkajs asks next if it has not heard of the new topics yet. */
const UNHEARD = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Creates the topics of the table that are absent, with explicit settings, and returns their names. Existing ones are
 * left as they are: `checkTopics` judges them. Partition counts are never raised in place, since keys would move.
 * Throws as `createTopics` does.
 */
export async function ensureTopics(admin: Admin, options: EnsureOptions = {}): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const { brokers } = await admin.describeCluster();
  const replicationFactor = options.replicationFactor ?? Math.min(3, brokers.length);
  const shared = options.partitions ?? DEFAULT_PARTITIONS;
  const absent = TOPICS.filter((topic) => !existing.has(topic.name));
  if (absent.length === 0) return [];
  await createTopics(
    admin,
    absent.map((topic) => ({
      topic: topic.name,
      numPartitions: topic.partitions === 'shared' ? shared : topic.partitions,
      replicationFactor,
      configEntries: Object.entries(topicConfig(topic, replicationFactor)).map(([name, value]) => ({ name, value })),
    })),
    options.knownWithinMs,
  );
  return absent.map((topic) => topic.name);
}

/**
 * Creates topics and waits until the brokers know them. kafkajs's own wait gives up at once if a broker has not yet
 * heard of the topic. Throws TOPIC_MISSING if it takes longer than `knownWithinMs` (wall, default 60 s): the topics have been
 * requested by then, and another call finds them.
 */
export async function createTopics(
  admin: Admin,
  topics: ITopicConfig[],
  knownWithinMs = KNOWN_WITHIN_MS,
): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false, timeout: CREATE_MS }).catch((error: unknown) => {
    if (!isUnderWay(error)) throw error;
  });
  const names = topics.map(({ topic }) => topic);
  const deadline = Date.now() + knownWithinMs;
  for (;;) {
    let cause: unknown = new Error('a partition has no leader');
    try {
      const { topics: known } = await admin.fetchTopicMetadata({ topics: names });
      if (known.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) {
        // A broker that is named as leader may not know it yet; it does once it answers for the offsets.
        for (const name of names) await admin.fetchTopicOffsets(name);
        return;
      }
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) {
      const text = `Created, but not known to every broker within ${knownWithinMs} ms: ${names.join(', ')}.`;
      throw new DynamicDeepError('TOPIC_MISSING', text, { cause });
    }
    await sleep(100);
  }
}

/** Whether the topics will exist all the same: somebody else requested them too, or the controller is not done yet. */
function isUnderWay(error: unknown): boolean {
  if (error instanceof kafkajs.KafkaJSRequestTimeoutError) return true;
  if (errorTypes(error).some((type) => UNHEARD.has(type))) return true;
  const isLate = (one: unknown): boolean => errorTypes(one).some((type) => UNDER_WAY.has(type));
  return error instanceof kafkajs.KafkaJSAggregateError && error.errors.every(isLate);
}

/**
 * Checks at a service's start that its topics exist, and that the settings on which correctness depends are those of the
 * table. Returns the number of partitions of each. Throws TOPIC_MISSING or TOPIC_MISCONFIGURED, listing everything found.
 */
export async function checkTopics(admin: Admin, names: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const missing = names.filter((name) => !existing.has(name));
  if (missing.length > 0) throw new DynamicDeepError('TOPIC_MISSING', `Not on the cluster: ${missing.join(', ')}.`);
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const counts = new Map(topics.map((topic) => [topic.name, topic.partitions.length]));
  const faults = [...countFaults(counts), ...(await settingFaults(admin, names.map(topicSpec)))];
  if (faults.length > 0) throw new DynamicDeepError('TOPIC_MISCONFIGURED', faults.join(' '));
  return counts;
}

function countFaults(counts: ReadonlyMap<string, number>): string[] {
  const faults: string[] = [];
  const byKey = new Map<string, { name: string; count: number }>();
  for (const [name, count] of counts) {
    const { key, partitions } = topicSpec(name);
    if (partitions !== 'shared') {
      if (count !== partitions) faults.push(`${name} has ${count} partitions, not ${partitions}.`);
      continue;
    }
    const first = byKey.get(key) ?? { name, count };
    byKey.set(key, first);
    if (first.count !== count) {
      faults.push(
        `${name} has ${count} partitions and ${first.name} ${first.count}: records of one ${key} would not meet.`,
      );
    }
  }
  return faults;
}

async function settingFaults(admin: Admin, specs: readonly TopicSpec[]): Promise<string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return resources.flatMap((resource) => {
    const spec = topicSpec(resource.resourceName);
    const found = new Map(resource.configEntries.map((entry) => [entry.configName, entry.configValue]));
    const faults: string[] = [];
    const cleanup = found.get('cleanup.policy');
    if (cleanup !== spec.cleanup)
      faults.push(`${spec.name} has cleanup.policy ${String(cleanup)}, not ${spec.cleanup}.`);
    const limit = Number(found.get('max.message.bytes'));
    if (!(limit >= spec.maxMessageBytes)) {
      faults.push(`${spec.name} has max.message.bytes ${limit}, below ${spec.maxMessageBytes}.`);
    }
    return faults;
  });
}
