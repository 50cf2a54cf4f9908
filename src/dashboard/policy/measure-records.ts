/** Measures what a record loses when encoded again: the errors that an audit would find, by the same functions. */
import type { OfflineCodec } from '../../lib/offline/codec.js';
import { joinNative, joinStretches, type Stretch } from '../../lib/signal/model-rate.js';
import type { Inference } from '../../lib/tasks/inference.js';
import { recordErrors, type RecordErrors } from '../../lib/tasks/record-errors.js';
import { prdn } from '../../lib/tasks/reconstruction.js';
import { int16, type CodedRecord } from './encode-records.js';
import type { OriginalRecord } from './originals.js';

export interface LostByCoding extends Pick<RecordErrors, 'rhythmError' | 'peaksError'> {
  /** PRDN of the whole record: percent, mean removed, native rate. */
  readonly prdn: number;
}

export interface RecordMeter extends Pick<OfflineCodec, 'decodeSegments'> {
  readonly inference: Inference;
}

/** Throws PAYLOAD_CORRUPT if the decoder's networks return NaN or infinity. */
export async function lostByCoding(
  { rate, gain, baseline, windows }: OriginalRecord,
  { segments }: Pick<CodedRecord, 'segments'>,
  { decodeSegments, inference }: RecordMeter,
): Promise<LostByCoding> {
  const lead = { rate, gain, baseline };
  const original = windows.map((window): Stretch => ({ ...window, ...lead, samples: int16(window.samples) }));
  const samples = await decodeSegments(segments.map((segment) => ({ ...segment, lead })));
  const decoded = segments.flatMap(({ start, length }, i): Stretch[] => {
    const own = samples[i];
    return own === undefined ? [] : [{ start, length, ...own }];
  });
  const { rhythmError, peaksError } = await recordErrors([joinStretches(original), joinStretches(decoded)], inference);
  return { rhythmError, peaksError, prdn: prdn(joinNative(original, rate), joinNative(decoded, rate)) };
}
