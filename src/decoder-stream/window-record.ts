/** Builds the records of ecg.signals and ecg.originals, for decoded windows and for those that could not be decoded. */
import type { Ladder } from '../lib/codec/ladder.js';
import { nativeBytesOf, type DecodedSamples } from '../lib/codec/window-decoder.js';
import { STEPS_PER_MILLIVOLT } from '../lib/codec/window-scale.js';
import type { InputRecord, OutputRecord } from '../lib/kafka/records.js';
import { FLAG } from '../lib/signal/flags.js';
import { MODEL_RATE } from '../lib/signal/grid.js';
import {
  encode,
  type FrameTopic,
  type ResolvedSegment,
  type SegmentFrame,
  type SignalWindow,
} from '../lib/wire/index.js';

/** Topic that the windows of each frame topic go to. */
const OUTPUT = { 'ecg.segments': 'ecg.signals', 'ecg.audits': 'ecg.originals' } as const;

/** What a window record is made from, besides the samples. */
export interface Origin extends ResolvedSegment {
  readonly record: InputRecord;
  readonly frame: SegmentFrame;
}

/** `now` is wall milliseconds UTC. */
export function windowRecord(origin: Origin, decoded: DecodedSamples, now: number): OutputRecord {
  const { buffer, byteOffset, byteLength } = decoded.samples;
  return toRecord(origin, now, {
    rate: decoded.rate,
    firstIndex: decoded.firstIndex,
    gain: decoded.gain,
    baseline: decoded.baseline,
    samples: Buffer.from(buffer, byteOffset, byteLength),
    rung: decoded.rung.name,
    lossless: decoded.rung.kind === 'lossless',
    flags: origin.segment.flags,
    nativeBytes: decoded.nativeBytes,
  });
}

/** Record of a segment that could not be decoded: its place in the epoch, no samples, FLAG.DECODE_FAILED. */
export function failedRecord(origin: Origin, ladder: Ladder, now: number): OutputRecord {
  const { segment, info } = origin;
  return toRecord(origin, now, {
    rate: MODEL_RATE,
    firstIndex: segment.start,
    gain: STEPS_PER_MILLIVOLT,
    baseline: 0,
    samples: Buffer.alloc(0),
    rung: ladder.rungs[segment.rung]?.name ?? 'unknown',
    lossless: false,
    // Without AUDITED the window is not taken for half of an audit, and the audited record ends as incomplete.
    flags: (segment.flags & ~FLAG.AUDITED) | FLAG.DECODE_FAILED,
    nativeBytes: nativeBytesOf(segment, info),
  });
}

type Content = Pick<
  SignalWindow,
  'rate' | 'firstIndex' | 'gain' | 'baseline' | 'samples' | 'rung' | 'lossless' | 'flags' | 'nativeBytes'
>;

function toRecord({ record, frame, segment, info }: Origin, now: number, content: Content): OutputRecord {
  const topic = OUTPUT[record.topic as FrameTopic];
  const { topic: from, partition, offset } = record;
  const window: SignalWindow = {
    stream: segment.stream,
    device: info.device,
    lead: info.lead,
    epoch: segment.epoch,
    sequence: segment.sequence,
    start: segment.start,
    length: segment.length,
    ...content,
    policyVersion: segment.policyVersion,
    payloadBytes: segment.payload.length,
    predicted: segment.predicted,
    closedAt: frame.sentAt - segment.ageMs,
    sentAt: frame.sentAt,
    decodedAt: now,
    clockRate: info.clockRate,
    source: { topic: from, partition, offset },
    model: frame.model.toString('hex'),
  };
  return { topic, key: info.device, value: encode(topic, window) };
}
