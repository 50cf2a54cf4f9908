/** Reads frames from records, each with the ladder that decodes its segments. */
import { BITSTREAM_VERSION, type Ladder } from '../lib/codec/ladder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import type { InputRecord } from '../lib/kafka/records.js';
import { decode, isIntact, WireError, type FrameTopic, type SegmentFrame } from '../lib/wire/index.js';
import { codecKey, type Codecs } from './codecs.js';

interface KnownFrame {
  readonly frame: SegmentFrame;
  /** Ladder of the codec that the frame names. */
  readonly ladder: Ladder;
}

/** Returns an intact frame of a codec that this decoder has, or the error that says why it is not one. */
export function readFrame(record: InputRecord, codecs: Codecs): KnownFrame | DynamicDeepError {
  try {
    const frame = decode(record.topic as FrameTopic, record.value);
    if (frame.version !== BITSTREAM_VERSION) {
      return new DynamicDeepError(
        'MODEL_UNKNOWN',
        `bitstream version ${frame.version}, this decoder reads ${BITSTREAM_VERSION}`,
      );
    }
    const codec = codecs.get(codecKey(frame.model));
    // This also refuses its lossless segments, because only the ladder tells which rung is lossless.
    if (codec === undefined) return unknownCodec(frame.model, codecs);
    if (record.value === null || !isIntact(record.value)) {
      return new WireError('CRC_MISMATCH', 'the CRC of a frame is wrong');
    }
    return { frame, ladder: codec.ladder };
  } catch (error) {
    if (error instanceof DynamicDeepError) return error;
    throw error;
  }
}

function unknownCodec(model: Buffer, codecs: Codecs): DynamicDeepError {
  return new DynamicDeepError(
    'MODEL_UNKNOWN',
    `codec ${codecKey(model)}, this decoder has ${[...codecs.keys()].join(', ')}; an older codec's folder belongs ` +
      'into codecs/ of the models folder, or into that of --older-codecs',
  );
}
