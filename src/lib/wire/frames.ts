/**
 * Segments to frames: one message carries what a gateway collected in one linger. The edge sends them; the evaluation
 * counts the bytes of the very same.
 */
import { encode } from './codec.js';
import { payloadCrc } from './crc32.js';
import type { Segment } from './types.js';

/** A frame is cut here: half of the broker's customary limit of 1 MiB a batch. */
const MOST_FRAME_BYTES = 512 * 1024;
/** What the schema's int holds, 24 days: older is old all the same. */
const MOST_AGE_MS = 2 ** 31 - 1;
/** More than a segment's fields without its payload and ids take. */
const SEGMENT_OVERHEAD = 64;

/** What a frame says of all its segments. */
export interface FrameHeader {
  /** Version of payloads and frames. */
  readonly version: number;
  /** First 8 bytes of the codec manifest's SHA-256. */
  readonly model: Buffer;
  /** Wall milliseconds UTC. */
  readonly sentAt: number;
}

export interface UnsentSegment {
  readonly segment: Omit<Segment, 'ageMs'>;
  /** Wall milliseconds at which the segment's last sample was there. */
  readonly closedAt: number;
}

/** Encoded frames, in order; several only where one would be too large. */
export function buildFrames(
  topic: 'ecg.segments' | 'ecg.audits',
  unsent: readonly UnsentSegment[],
  { version, model, sentAt }: FrameHeader,
): Buffer[] {
  const groups: UnsentSegment[][] = [];
  let room = 0;
  for (const item of unsent) {
    const size = item.segment.payload.length + item.segment.stream.length + SEGMENT_OVERHEAD;
    if (size > room) {
      groups.push([]);
      room = MOST_FRAME_BYTES;
    }
    groups.at(-1)?.push(item);
    room -= size;
  }
  return groups.map((group) => {
    const segments = group.map(({ segment, closedAt }) => ({
      ...segment,
      ageMs: Math.min(MOST_AGE_MS, Math.max(0, Math.round(sentAt - closedAt))),
    }));
    const crc = payloadCrc(segments.map(({ payload }) => payload));
    return encode(topic, { version, model, sentAt, segments, crc });
  });
}
