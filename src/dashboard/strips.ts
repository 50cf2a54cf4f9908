/** A stretch of one bed out of the topics, for who scrolls back or exports. */
import { TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { decode, type SignalWindow } from '../lib/wire/index.js';
import type { BeatsEvent, RhythmEvent } from './protocol.js';
import { endOf } from './signal-ring.js';
import type { Bed } from './ward.js';

/** A window is written this long after its last sample at most, wall ms; older backlog is not found by its time. */
const LATE_MS = 90_000;
const EARLY_MS = 5_000;
const READ_LIMIT_MS = 20_000;

export interface Stretch {
  readonly stream: string;
  /** Device milliseconds UTC. */
  readonly from: number;
  readonly to: number;
}

export interface Strips {
  /** Windows that reach into the stretch, decoded or, where the record was audited, original; oldest first. */
  windows(bed: Bed, stretch: Stretch, topic: 'ecg.signals' | 'ecg.originals'): Promise<SignalWindow[]>;
  /** Beats and labels of the stretch. */
  results(bed: Bed, stretch: Stretch): Promise<(RhythmEvent | BeatsEvent)[]>;
}

/** One reading at a time: each has a consumer of its own. */
export function openStrips(connection: KafkaConnection): Strips {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const read = async (
    topics: readonly string[],
    bed: Bed,
    stretch: Stretch,
    onRecord: (record: InputRecord) => void,
  ): Promise<void> => {
    const { partition } = bed;
    if (partition === undefined) return;
    const tail = await TopicTail.open({
      connection,
      topics,
      partitions: [partition],
      from: wallTime(bed, stretch.stream, stretch.from) - EARLY_MS,
      onRecord: (record) => {
        if (record.key?.toString() === bed.device) onRecord(record);
      },
    });
    try {
      await tail.catchUp(READ_LIMIT_MS, wallTime(bed, stretch.stream, stretch.to) + LATE_MS);
    } finally {
      await tail.close();
    }
  };

  return {
    windows: (bed, stretch, topic) =>
      inTurn(async () => {
        const found = new Map<string, SignalWindow>();
        await read([topic], bed, stretch, ({ value }) => {
          const window = decode(topic, value);
          const startAt = window.epoch + window.start / 0.3;
          if (window.stream !== stretch.stream || startAt >= stretch.to || endOf(window) <= stretch.from) return;
          found.set(`${window.epoch} ${window.sequence}`, window);
        });
        return [...found.values()].sort((a, b) => a.epoch - b.epoch || a.sequence - b.sequence);
      }),
    results: (bed, stretch) =>
      inTurn(async () => {
        const found: (RhythmEvent | BeatsEvent)[] = [];
        await read(['ecg.rhythms', 'ecg.beats'], bed, stretch, ({ topic, value }) => {
          if (topic === 'ecg.rhythms') {
            const { stream, device, epoch, start, labels } = decode('ecg.rhythms', value);
            if (stream === stretch.stream) found.push({ kind: 'rhythm', stream, device, epoch, start, labels });
          } else {
            const { stream, device, epoch, from, to, peaks, rateBpm } = decode('ecg.beats', value);
            if (stream === stretch.stream)
              found.push({ kind: 'beats', stream, device, epoch, from, to, peaks, rateBpm });
          }
        });
        return found;
      }),
  };
}

/** Wall milliseconds, whole as brokers take them, at which device time `at` was there, by the newest window of the stream. */
export function wallTime({ streams }: Bed, stream: string, at: number): number {
  const known = streams.get(stream);
  if (known?.newest === undefined) return Math.round(at);
  const { closedAt, endAt } = known.newest;
  return Math.round(closedAt - (endAt - at) / known.info.clockRate);
}
