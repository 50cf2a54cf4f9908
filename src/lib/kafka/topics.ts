import type { WireTopic } from '../wire/index.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface TopicSpec {
  readonly name: WireTopic;
  readonly key: 'gateway' | 'device' | 'stream' | 'change' | "the record's own";
  /** 'shared': the installation's number of partitions, equal for all topics with the same key. Otherwise this number. */
  readonly partitions: 'shared' | number;
  readonly cleanup: 'delete' | 'compact';
  /** Milliseconds for which a record is kept; -1: for ever (compacted topics). */
  readonly retentionMs: number;
  /** Milliseconds for which a compacted topic keeps every record, even one that a later record of its key replaces. */
  readonly compactionLagMs: number;
  /** A compacted topic's log segment is closed after this many milliseconds, or `segmentBytes`: an open one is not compacted. */
  readonly segmentMs: number;
  /** Undefined: left to the broker. */
  readonly segmentBytes?: number;
  /** Largest record batch in bytes. */
  readonly maxMessageBytes: number;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  readonly what: string;
}

const MIB = 1_048_576;
/** Retention of ecg.segments in milliseconds, and the default for other topics. */
const SEGMENTS_KEPT = 7 * DAY;
const EDGE = 'edge-producer';
const DECODER = 'decoder-stream';
const TASKS = 'tasks-stream';
const SINK = 'alarm-webhook';
const PAGE = 'dashboard';
const OPERATOR = 'command line';

function spec(
  name: WireTopic,
  key: TopicSpec['key'],
  writers: readonly string[],
  readers: readonly string[],
  what: string,
  rest: Partial<TopicSpec>,
): TopicSpec {
  const defaults = { partitions: 'shared', cleanup: 'delete', maxMessageBytes: MIB } as const;
  const times = { retentionMs: SEGMENTS_KEPT, compactionLagMs: 0, segmentMs: DAY };
  return { name, key, writers, readers, what, ...defaults, ...times, ...rest };
}

const COMPACT = { cleanup: 'compact', retentionMs: -1 } as const;

/** Every topic of the system. docs/topics.md is made from this table. */
export const TOPICS: readonly TopicSpec[] = [
  spec(
    'ecg.segments',
    'gateway',
    [EDGE],
    [DECODER, PAGE, OPERATOR],
    'Compressed segments, a frame per gateway and linger.',
    {},
  ),
  spec('ecg.audits', 'gateway', [EDGE], [DECODER, PAGE], 'The same segments of audited records, losslessly.', {}),
  spec(
    'ecg.streams',
    'stream',
    [EDGE],
    [EDGE, DECODER, TASKS, PAGE, OPERATOR],
    'What each stream is, and its newest channels.',
    {
      ...COMPACT,
      partitions: 1,
      // A decoder that starts finds the declaration of every epoch that still has a segment, however many followed it.
      compactionLagMs: SEGMENTS_KEPT,
    },
  ),
  spec('ecg.signals', 'device', [DECODER], [TASKS, PAGE, OPERATOR], 'Decoded windows.', { retentionMs: 6 * HOUR }),
  spec('ecg.originals', 'device', [DECODER], [TASKS, PAGE], 'Decoded audits.', { retentionMs: 6 * HOUR }),
  spec('ecg.rhythms', 'device', [TASKS], [PAGE, OPERATOR], 'A rhythm label per 256 samples.', {}),
  spec('ecg.beats', 'device', [TASKS], [PAGE, OPERATOR], 'R peaks and heart rate.', {}),
  spec('ecg.alarms', 'device', [TASKS], [SINK, PAGE, OPERATOR], 'Changes of alarm episodes.', {
    retentionMs: 30 * DAY,
  }),
  spec(
    'ecg.alarm-state',
    'device',
    [TASKS],
    [TASKS],
    'State of the alarm rules, in segments of 10 minutes or 16 MiB.',
    // Whoever opens a partition reads all of it, and every chunk writes to it: up to a GiB a day.
    { ...COMPACT, segmentMs: 10 * MINUTE, segmentBytes: 16 * MIB },
  ),
  spec('ecg.alarm-commands', 'device', [PAGE, OPERATOR], [TASKS], 'Acknowledge, pause and resume alarms.', {
    retentionMs: 30 * DAY,
  }),
  spec('ecg.audit-results', 'device', [TASKS], [EDGE, TASKS, PAGE, OPERATOR], 'True task errors of audited records.', {
    retentionMs: 30 * DAY,
  }),
  spec('ecg.policy', 'change', [OPERATOR, PAGE], [EDGE, TASKS, PAGE, OPERATOR], 'Policies, every version.', {
    // One partition, so one order for all scopes: it decides between two changes made at the same time.
    ...COMPACT,
    partitions: 1,
  }),
  spec('ecg.deadletter', "the record's own", [DECODER, TASKS], [PAGE, OPERATOR], 'Records that could not be used.', {
    partitions: 1,
    retentionMs: 14 * DAY,
    // A record at the size limit of its own topic must fit together with its coordinates.
    maxMessageBytes: 2 * MIB,
  }),
];

/** The installation's default number of partitions. */
export const DEFAULT_PARTITIONS = 12;

export function topicSpec(name: string): TopicSpec {
  const found = TOPICS.find((topic) => topic.name === name);
  if (found === undefined) throw new Error(`${name} is not in the table of topics`);
  return found;
}

/** Returns the topic's settings under Kafka's names. All other settings are left to the broker. */
export function topicConfig(topic: TopicSpec, replicationFactor: number): Record<string, string> {
  const compaction = {
    'min.cleanable.dirty.ratio': '0.1',
    'segment.ms': String(topic.segmentMs),
    ...(topic.segmentBytes === undefined ? {} : { 'segment.bytes': String(topic.segmentBytes) }),
    'delete.retention.ms': String(DAY),
    'min.compaction.lag.ms': String(topic.compactionLagMs),
  };
  return {
    'cleanup.policy': topic.cleanup,
    'retention.ms': String(topic.retentionMs),
    'retention.bytes': '-1',
    'max.message.bytes': String(topic.maxMessageBytes),
    'message.timestamp.type': 'CreateTime',
    // The log keeps the batches as the producer made them: wire gain is measured on them.
    'compression.type': 'producer',
    'min.insync.replicas': replicationFactor >= 3 ? '2' : '1',
    ...(topic.cleanup === 'compact' ? compaction : {}),
  };
}
