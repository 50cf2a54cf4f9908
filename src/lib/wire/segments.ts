/** Converts segments between the form that the program uses and that of frames, in which usual values take no bytes. */
import type { Channel } from './channels.js';
import type { Deviation, Segment, SegmentFrame, StreamInfo, WireSegment } from './types.js';

/** Samples of a whole window at 300 Hz. */
const WINDOW = 1792;
/**
 * Wire length of a segment without a sample at 300 Hz, as a single native sample between missing ones may be. Its offset, and
 * no other's, counts from the window before its own. A reader that does not know this finds its start and one sample.
 */
const LENGTH_OF_NONE = 1;

export interface UnsentSegment {
  readonly segment: Omit<Segment, 'ageMs'>;
  /** Number of the segment's epoch and stream in the gateway's run. */
  readonly channel: number;
  /** Wall milliseconds at which the segment's last sample had arrived. */
  readonly closedAt: number;
}

/** A segment, and its stream as declared for its epoch. */
export interface ResolvedSegment {
  readonly segment: Segment;
  readonly info: StreamInfo;
}

/** Returns the segments of one frame. Their ages are never negative, even if a clock was set back. */
export function toWireSegments(
  unsent: readonly UnsentSegment[],
  { sentAt, policyVersion }: Pick<SegmentFrame, 'sentAt' | 'policyVersion'>,
): WireSegment[] {
  let before = 0;
  return unsent.map(({ segment, channel, closedAt }) => {
    const age = Math.max(0, Math.round(sentAt - closedAt));
    const closedAfter = before - age;
    before = age;
    const { sequence, rung, payload } = segment;
    return { channel, sequence, closedAfter, rung, deviation: deviationOf(segment, policyVersion), payload };
  });
}

/**
 * Returns the segments of a frame in order, with undefined in place of one whose channel is not declared.
 *
 * @param channelOf `ChannelTable.get`
 */
export function resolveSegments(
  { run, segments, policyVersion }: Pick<SegmentFrame, 'run' | 'segments' | 'policyVersion'>,
  channelOf: (run: number, channel: number) => Channel | undefined,
): (ResolvedSegment | undefined)[] {
  let ageMs = 0;
  return segments.map(({ channel, sequence, closedAfter, rung, deviation, payload }) => {
    ageMs -= closedAfter;
    const known = channelOf(run, channel);
    if (known === undefined) return undefined;
    const own = asDeviation(deviation, policyVersion);
    const segment = {
      stream: known.info.stream,
      epoch: known.epoch,
      sequence,
      ageMs,
      rung,
      payload,
      start: WINDOW * (sequence - own.extra) + own.offset,
      length: lengthOf(own),
      policyVersion: own.policyVersion,
      flags: own.flags,
      predicted: own.predicted,
    };
    return { segment, info: known.info };
  });
}

function deviationOf(
  { sequence, start, length, policyVersion, flags, predicted }: UnsentSegment['segment'],
  usualPolicy: number,
): WireSegment['deviation'] {
  const window = Math.floor(start / WINDOW);
  const extra = sequence - window;
  const offset = start - WINDOW * window;
  const usual = offset === 0 && length === WINDOW && flags === 0 && predicted === null;
  if (usual && policyVersion === usualPolicy) return extra === 0 ? null : extra;
  const own = { policyVersion, flags, predicted };
  if (length === 0) return { extra: extra + 1, offset: offset + WINDOW, length: LENGTH_OF_NONE, ...own };
  return { extra, offset, length: length === WINDOW ? 0 : length, ...own };
}

function lengthOf({ offset, length }: Deviation): number {
  if (offset >= WINDOW) return 0;
  return length === 0 ? WINDOW : length;
}

function asDeviation(deviation: WireSegment['deviation'], policyVersion: number): Deviation {
  if (deviation !== null && typeof deviation !== 'number') return deviation;
  return { extra: deviation ?? 0, offset: 0, length: 0, policyVersion, flags: 0, predicted: null };
}
