/** Reads the original signal of whole audited records from ecg.originals. */
import { TopicTail, type KafkaConnection } from '../../lib/kafka/index.js';
import { RECORD } from '../../lib/signal/grid.js';
import { decode, type SignalWindow } from '../../lib/wire/index.js';
import { passingOver, type OnUnreadable } from '../unreadable.js';

/** Identifies an audited record. */
export interface RecordName {
  readonly stream: string;
  readonly device: string;
  readonly epoch: number;
  readonly record: number;
  /** End of its audit, wall milliseconds UTC. */
  readonly evaluatedAt: number;
}

export interface OriginalWindow {
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
  /** Native index of the first sample, and little-endian 16-bit samples. */
  readonly firstIndex: number;
  readonly samples: Uint8Array;
}

/** A record whose windows follow each other without a hole. */
export interface OriginalRecord {
  readonly stream: string;
  readonly rate: number;
  readonly gain: number;
  readonly baseline: number;
  readonly windows: readonly OriginalWindow[];
}

/** A record is written at most this long before its audit ends, wall ms: its own 30 s, transport, and the pair's patience. */
const EARLIER_MS = 180_000;
const READ_LIMIT_MS = 30_000;

export const nameOf = ({ stream, epoch, record }: Pick<RecordName, 'stream' | 'epoch' | 'record'>): string =>
  `${stream} ${epoch} ${record}`;

/** Returns records by `nameOf`, without those that the topic does not hold whole. Throws CONSUMER_FAILED. */
export async function readOriginals(
  connection: KafkaConnection,
  wanted: readonly RecordName[],
  onUnreadable: OnUnreadable,
): Promise<Map<string, OriginalRecord>> {
  const found = new Map(wanted.map((name) => [nameOf(name), new Map<number, SignalWindow>()]));
  if (wanted.length === 0) return new Map();
  const devices = new Set(wanted.map(({ device }) => device));
  const times = wanted.map(({ evaluatedAt }) => evaluatedAt);
  const tail = await TopicTail.open({
    connection,
    topics: ['ecg.originals'],
    from: Math.min(...times) - EARLIER_MS,
    onRecord: passingOver(({ key, value }) => {
      if (!devices.has(key?.toString() ?? '')) return;
      const window = decode('ecg.originals', value);
      const { stream, epoch, start } = window;
      found.get(nameOf({ stream, epoch, record: Math.floor(start / RECORD) }))?.set(start, window);
    }, onUnreadable),
  });
  try {
    await tail.catchUp(READ_LIMIT_MS, Math.max(...times) + 1);
  } finally {
    await tail.close();
  }
  return new Map(
    [...found].flatMap(([name, windows]) => {
      const record = wholeRecord([...windows.values()]);
      return record === undefined ? [] : [[name, record] as const];
    }),
  );
}

/** Joins windows to a record; undefined if a piece is missing or the rate changes. */
export function wholeRecord(windows: readonly SignalWindow[]): OriginalRecord | undefined {
  const inOrder = windows.toSorted((a, b) => a.start - b.start);
  const [first] = inOrder;
  if (first === undefined || first.start % RECORD !== 0) return undefined;
  let [start, index] = [first.start, first.firstIndex];
  for (const window of inOrder) {
    if (window.start !== start || window.firstIndex !== index || window.rate !== first.rate) return undefined;
    start += window.length;
    index += window.samples.length / 2;
  }
  if (start !== first.start + RECORD) return undefined;
  const { stream, rate, gain, baseline } = first;
  return {
    stream,
    rate,
    gain,
    baseline,
    windows: inOrder.map(({ start: at, length, firstIndex, samples }) => ({ start: at, length, firstIndex, samples })),
  };
}
