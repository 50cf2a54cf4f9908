/** Topics -> ward, compression, system. Belongs to no consumer group and commits nothing. */
import { CompactedTable, TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { decode, type WireTopic } from '../lib/wire/index.js';
import type { Compression } from './compression.js';
import type { Coverage } from './policy/coverage.js';
import type { DashboardMetrics } from './metrics.js';
import type { SystemState } from './system.js';
import { passingOver, type OnUnreadable } from './unreadable.js';
import type { Ward } from './ward.js';

/** Topics that this pipeline follows. Others are only written, read on demand, or followed elsewhere (ecg.policy). */
export const INPUTS = [
  'ecg.streams',
  'ecg.segments',
  'ecg.audits',
  'ecg.signals',
  'ecg.rhythms',
  'ecg.beats',
  'ecg.alarms',
  'ecg.audit-results',
  'ecg.deadletter',
] as const satisfies readonly WireTopic[];

const HOUR = 3_600_000;
/** How far back bytes are counted at the start, wall ms. */
export const COUNTED_MS = HOUR;
/** How far back violations and dead letters are counted at the start, wall ms. */
const DAY = 24 * HOUR;
/** Time for reading the 30 days that ecg.alarms keeps, wall ms. */
const CATCH_UP_MS = 300_000;

export interface PipelineOptions {
  readonly connection: KafkaConnection;
  readonly ward: Ward;
  readonly coverage: Coverage;
  readonly compression: Compression;
  readonly system: SystemState;
  readonly metrics: DashboardMetrics;
  readonly onUnreadable: OnUnreadable;
  readonly signalMs: number;
  readonly trendMs: number;
  readonly onFailure: (error: Error) => void;
}

export interface Pipeline {
  close(): Promise<void>;
}

/** Takes one record into what the pages see. Throws if it cannot be decoded. */
export function takeRecord(
  record: InputRecord,
  { ward, compression, system }: Pick<PipelineOptions, 'ward' | 'compression' | 'system'>,
): void {
  const now = Date.now();
  switch (record.topic) {
    case 'ecg.segments':
    case 'ecg.audits':
      compression.takeFrame(record);
      system.takeFrame(record, now);
      break;
    case 'ecg.signals': {
      const window = decode('ecg.signals', record.value);
      ward.takeSignal(window, record.partition);
      system.takeSignal(window);
      break;
    }
    case 'ecg.rhythms': {
      const result = decode('ecg.rhythms', record.value);
      ward.takeRhythm(result);
      system.takeRhythm(result);
      break;
    }
    case 'ecg.beats':
      ward.takeBeats(decode('ecg.beats', record.value));
      break;
    case 'ecg.alarms':
      ward.takeAlarm(decode('ecg.alarms', record.value));
      break;
    case 'ecg.audit-results': {
      const result = decode('ecg.audit-results', record.value);
      ward.takeAudit(result);
      compression.takeAudit(result);
      break;
    }
    case 'ecg.deadletter':
      system.takeDeadLetter(decode('ecg.deadletter', record.value));
      break;
  }
}

/** Resolves when everything that a new page is told has been read. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { connection, ward, coverage, compression, system, metrics, onUnreadable, onFailure } = options;
  const startedAt = Date.now();
  const open: { close(): Promise<void> }[] = [];

  const count = (topic: string): void => {
    metrics.dashboardRecords.inc({ topic: topic.slice('ecg.'.length) as 'signals' });
  };
  const take = passingOver((record) => {
    takeRecord(record, options);
  }, onUnreadable);
  const onRecord = (record: InputRecord): void => {
    count(record.topic);
    take(record);
  };
  const onAlarm = (record: InputRecord): void => {
    onRecord(record);
    // Older records were not delayed by this process.
    if (record.timestamp >= startedAt)
      metrics.dashboardAlarmSeconds.observe(Math.max(0, Date.now() - record.timestamp) / 1000);
  };

  const follow = async (
    topics: readonly WireTopic[],
    from: 'beginning' | number,
    take = onRecord,
  ): Promise<TopicTail> => {
    const tail = await TopicTail.open({ connection, topics, from, onRecord: take, onFailure });
    open.push(tail);
    return tail;
  };

  try {
    const streams = await CompactedTable.open({
      connection,
      topic: 'ecg.streams',
      onChange: (stream, info) => {
        count('ecg.streams');
        compression.takeStream(stream, info);
        coverage.takeStream(stream, info);
        if (info === null) return;
        ward.takeStream(info);
        system.takeStream(info.gateway, stream);
      },
      onInvalid: onUnreadable,
      onFailure,
    });
    open.push(streams);
    await streams.ready();
    const tails = [
      await follow(['ecg.alarms'], 'beginning', onAlarm),
      await follow(['ecg.signals'], startedAt - options.signalMs),
      await follow(['ecg.rhythms', 'ecg.beats'], startedAt - options.trendMs),
      await follow(['ecg.segments', 'ecg.audits'], startedAt - COUNTED_MS),
      await follow(['ecg.audit-results', 'ecg.deadletter'], startedAt - DAY),
    ];
    await Promise.all(tails.map((tail) => tail.catchUp(CATCH_UP_MS)));
  } catch (error) {
    await Promise.all(open.map((each) => each.close()));
    throw error;
  }
  return {
    close: async () => {
      await Promise.all(open.map((each) => each.close()));
    },
  };
}
