/** Reads a stretch of time of one lead from the topics, for scrolling back and for export. */
import { TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { unlessAborted } from '../lib/kafka/membership.js';
import { decode, type SignalWindow } from '../lib/wire/index.js';
import type { BeatsEvent, RhythmEvent } from './protocol.js';
import { endOf } from './signal-ring.js';
import { passingOver, type OnUnreadable } from './unreadable.js';
import type { Bed } from './ward.js';

/** Longest delay until a window is written after its last sample, wall ms. An older backlog is not found by time. */
const LATE_MS = 90_000;
const EARLY_MS = 5_000;
const READ_LIMIT_MS = 20_000;
/** Most readings that may wait behind the current one. */
const MOST_WAITING = 8;

export interface Stretch {
  readonly stream: string;
  /** Device milliseconds UTC. */
  readonly from: number;
  readonly to: number;
}

/** Both methods reject with the reason of `stop` once it is aborted, and with CONSUMER_FAILED after 20 s of reading. */
export interface Strips {
  /** True if so many readings wait that no other should be started. */
  readonly isBusy: boolean;
  /** Windows that overlap the stretch, oldest first: decoded, or the originals of audited records. */
  windows(
    bed: Bed,
    stretch: Stretch,
    topic: 'ecg.signals' | 'ecg.originals',
    stop: AbortSignal,
  ): Promise<SignalWindow[]>;
  /** Beats and labels of the stretch. */
  results(bed: Bed, stretch: Stretch, stop: AbortSignal): Promise<(RhythmEvent | BeatsEvent)[]>;
}

/** Runs one reading at a time, because each has its own consumer. */
export function openStrips(connection: KafkaConnection, onUnreadable: OnUnreadable): Strips {
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Set<AbortSignal>();
  const inTurn = <T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> => {
    waiting.add(stop);
    const mine = last.then(() => {
      waiting.delete(stop);
      stop.throwIfAborted();
      return work();
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  const read = async (
    topics: readonly string[],
    bed: Bed,
    stretch: Stretch,
    stop: AbortSignal,
    onRecord: (record: InputRecord) => void,
  ): Promise<void> => {
    const { partition } = bed;
    if (partition === undefined) return;
    const tail = await TopicTail.open({
      connection,
      topics,
      partitions: [partition],
      from: wallTime(bed, stretch.stream, stretch.from) - EARLY_MS,
      onRecord: passingOver((record) => {
        if (record.key?.toString() === bed.device) onRecord(record);
      }, onUnreadable),
    });
    try {
      const until = wallTime(bed, stretch.stream, stretch.to) + LATE_MS;
      stop.throwIfAborted();
      await unlessAborted(tail.catchUp(READ_LIMIT_MS, until), stop);
      stop.throwIfAborted();
    } finally {
      await tail.close();
    }
  };

  return {
    get isBusy() {
      return [...waiting].filter(({ aborted }) => !aborted).length >= MOST_WAITING;
    },
    windows: (bed, stretch, topic, stop) =>
      inTurn(stop, async () => {
        const found = new Map<string, SignalWindow>();
        await read([topic], bed, stretch, stop, ({ value }) => {
          const window = decode(topic, value);
          const startAt = window.epoch + window.start / 0.3;
          if (window.stream !== stretch.stream || startAt >= stretch.to || endOf(window) <= stretch.from) return;
          found.set(`${window.epoch} ${window.sequence}`, window);
        });
        return [...found.values()].sort((a, b) => a.epoch - b.epoch || a.sequence - b.sequence);
      }),
    results: (bed, stretch, stop) =>
      inTurn(stop, async () => {
        const found: (RhythmEvent | BeatsEvent)[] = [];
        await read(['ecg.rhythms', 'ecg.beats'], bed, stretch, stop, ({ topic, value }) => {
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

/** Converts device time `at` to wall milliseconds by the stream's newest window; rounded, as brokers take whole ones. */
export function wallTime({ streams }: Bed, stream: string, at: number): number {
  const known = streams.get(stream);
  if (known?.newest === undefined) return Math.round(at);
  const { closedAt, endAt } = known.newest;
  return Math.round(closedAt - (endAt - at) / known.info.clockRate);
}
