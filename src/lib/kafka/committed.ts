import type { Admin } from 'kafkajs';

/** Offsets at which a topic's partition is resumed. */
export interface StartPoint {
  readonly topic: string;
  /** The group's committed offset; null if there is none. */
  readonly committed: number | null;
  /** First offset to replay. */
  readonly replayFrom: number;
  /** First offset to process. */
  readonly liveFrom: number;
}

/** Returns the low-water offset in the form in which the metadata of a commit holds it. */
export function lowWaterMetadata(lowWater: number): string {
  return `low=${lowWater}`;
}

export function parseLowWater(metadata: string | null): number | null {
  const digits = /^low=(\d{1,16})$/.exec(metadata ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Fetches the group's committed offsets of partition `index` from the coordinator. Null: nothing committed. */
export async function fetchCommitted(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
  index: number,
): Promise<Map<string, { offset: number | null; lowWater: number | null }>> {
  const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return new Map(
    topics.map((topic) => {
      const entry = found.find((one) => one.topic === topic)?.partitions.find((one) => one.partition === index);
      // Negative: nothing is committed, or kafkajs wrote this when it met an offset out of range.
      const offset = entry === undefined || Number(entry.offset) < 0 ? null : Number(entry.offset);
      return [topic, { offset, lowWater: parseLowWater(entry?.metadata ?? null) }];
    }),
  );
}

/** Clamps the committed offsets to what the log retains: [low, high). */
export function startPoint(
  topic: string,
  committed: { readonly offset: number | null; readonly lowWater: number | null },
  log: { readonly low: number; readonly high: number },
): StartPoint {
  const { offset, lowWater } = committed;
  if (offset === null || offset < log.low || offset > log.high) {
    return { topic, committed: offset, replayFrom: log.low, liveFrom: log.low };
  }
  const replayFrom = Math.min(offset, Math.max(log.low, lowWater ?? offset));
  return { topic, committed: offset, replayFrom, liveFrom: offset };
}

/** Returns where to resume partition `index` of each topic. `known`: this member's last commits, used if none is found. */
export async function fetchStartPoints(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
  index: number,
  known: ReadonlyMap<string, number | null> = new Map(),
): Promise<StartPoint[]> {
  const committed = await fetchCommitted(admin, groupId, topics, index);
  return Promise.all(
    topics.map(async (topic) => {
      const log = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === index);
      if (log === undefined) throw new Error(`${topic} has no partition ${index}`);
      const found = committed.get(topic) ?? { offset: null, lowWater: null };
      // kafkajs overwrites the commit when it meets an offset out of range; what was committed is still known here.
      const last = found.offset === null ? { offset: known.get(topic) ?? null, lowWater: null } : found;
      return startPoint(topic, last, { low: Number(log.low), high: Number(log.high) });
    }),
  );
}
