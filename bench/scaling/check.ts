/** Checks from the topics alone that nothing is lost or duplicated and that each stream is in order. */
import { ChannelTable, decode, resolveSegments } from '../../src/lib/wire/index.js';
import type { RawRecord } from './records.js';

export interface Verdict {
  readonly expected: number;
  readonly found: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly foreign: number;
  /** Records whose epoch and sequence do not follow those of the record before in the same stream. */
  readonly outOfOrder: number;
}

interface Place {
  readonly stream: string;
  readonly epoch: number;
  readonly sequence: number;
}

const keyOf = ({ stream, epoch, sequence }: Place): string => `${stream} ${epoch} ${sequence}`;

/** Places of the segments that the gateways sent on ecg.segments. */
export function sentPlaces(backlog: readonly RawRecord[]): Place[] {
  const channels = new ChannelTable();
  for (const { topic, key, value } of backlog)
    if (topic === 'ecg.streams') channels.take(key?.toString() ?? '', decode('ecg.streams', value));
  return backlog
    .filter(({ topic }) => topic === 'ecg.segments')
    .flatMap(({ value }) => {
      const frame = decode('ecg.segments', value);
      return resolveSegments(frame, (run, channel) => channels.get(run, channel)).map((resolved) => {
        if (resolved === undefined) throw new Error('the backlog has a segment whose channel is not declared');
        return resolved.segment;
      });
    });
}

export function placesOf(topic: 'ecg.signals' | 'ecg.rhythms', records: readonly RawRecord[]): Place[] {
  return records.filter((record) => record.topic === topic).map(({ value }) => decode(topic, value));
}

/** `found` keeps the order of each partition; a stream lies on one of them. */
export function judge(expected: readonly Place[], found: readonly Place[]): Verdict {
  const wanted = new Set(expected.map(keyOf));
  const counts = new Map<string, number>();
  const last = new Map<string, Place>();
  let outOfOrder = 0;
  for (const place of found) {
    counts.set(keyOf(place), (counts.get(keyOf(place)) ?? 0) + 1);
    const before = last.get(place.stream);
    const rises =
      before === undefined ||
      place.epoch > before.epoch ||
      (place.epoch === before.epoch && place.sequence > before.sequence);
    if (!rises) outOfOrder++;
    last.set(place.stream, place);
  }
  return {
    expected: wanted.size,
    found: found.length,
    lost: [...wanted].filter((key) => !counts.has(key)).length,
    duplicated: [...counts.values()].reduce((sum, count) => sum + count - 1, 0),
    foreign: [...counts.keys()].filter((key) => !wanted.has(key)).length,
    outOfOrder,
  };
}

/** How unevenly records lie over the partitions. */
export function skewOf(counts: readonly number[]): { perPartition: readonly number[]; largestOverMean: number } {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return { perPartition: counts, largestOverMean: Number((Math.max(...counts) / mean).toFixed(2)) };
}
