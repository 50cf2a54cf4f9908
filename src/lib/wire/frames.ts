/**
 * Builds frames from segments: one message carries what a gateway collected in one linger. The edge sends these frames, and the
 * evaluation counts the bytes of the very same ones.
 */
import { encode } from './codec.js';
import { crc32 } from './crc32.js';
import { toWireSegments, type UnsentSegment } from './segments.js';
import type { SegmentFrame } from './types.js';

export type FrameTopic = 'ecg.segments' | 'ecg.audits';

/** Size at which a frame is cut: half of the broker's customary limit of 1 MiB for a batch. */
const MOST_FRAME_BYTES = 512 * 1024;
/** Upper limit of the bytes that a segment takes besides its payload. */
const SEGMENT_OVERHEAD = 64;
/** Bytes of magic byte and schema id, which belong to the registry and not to the gateway. */
const MESSAGE_HEADER = 5;
const CRC_BYTES = 4;

/** The fields of a frame that apply to all its segments. */
export interface FrameHeader {
  /** Version of payloads and frames. */
  readonly version: number;
  /** First 8 bytes of the codec manifest's SHA-256. */
  readonly model: Buffer;
  /** Number drawn at the gateway's start, 48 bits: channels are numbered in it. */
  readonly run: number;
  /** Wall milliseconds UTC. */
  readonly sentAt: number;
}

/** Returns encoded frames, in order; several only if one would be too large. */
export function buildFrames(topic: FrameTopic, unsent: readonly UnsentSegment[], header: FrameHeader): Buffer[] {
  const groups: UnsentSegment[][] = [];
  let room = 0;
  for (const item of unsent) {
    const size = item.segment.payload.length + SEGMENT_OVERHEAD;
    if (size > room) {
      groups.push([]);
      room = MOST_FRAME_BYTES;
    }
    groups.at(-1)?.push(item);
    room -= size;
  }
  return groups.map((group) => {
    const policyVersion = commonest(group.map(({ segment }) => segment.policyVersion));
    const segments = toWireSegments(group, { sentAt: header.sentAt, policyVersion });
    return sealFrame(topic, { ...header, policyVersion, segments });
  });
}

/** Returns the commonest policy version. It becomes the frame's own, which segments need not repeat. */
function commonest(versions: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const version of versions) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

/** Encodes a frame with its CRC. Throws WireError VALUE_INVALID as `encode` does. */
function sealFrame(topic: FrameTopic, frame: Omit<SegmentFrame, 'crc'>): Buffer {
  const bytes = encode(topic, { ...frame, crc: Buffer.alloc(CRC_BYTES) });
  bytes.writeUInt32BE(crcOf(bytes), bytes.length - CRC_BYTES);
  return bytes;
}

/**
 * Whether a frame's bytes are those that the gateway sealed. The CRC covers channels and sequences too: they are small numbers,
 * and a damaged one would be another bed's.
 */
export function isIntact(bytes: Buffer): boolean {
  return bytes.length > MESSAGE_HEADER + CRC_BYTES && bytes.readUInt32BE(bytes.length - CRC_BYTES) === crcOf(bytes);
}

function crcOf(bytes: Buffer): number {
  return crc32(bytes.subarray(MESSAGE_HEADER, bytes.length - CRC_BYTES));
}
