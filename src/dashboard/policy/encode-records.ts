/** Encodes records again as the edge would: the windows that its cutter made, the same candidates and predictor. */
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import type { Ladder } from '../../lib/codec/ladder.js';
import type { Encoded } from '../../lib/codec/window-decoder.js';
import { encodePieceCodes, type PieceToEncode, type WindowEncoderOptions } from '../../lib/codec/window-encoder.js';
import { MODEL_RATE, WINDOW } from '../../lib/signal/grid.js';
import { resampleSupport } from '../../lib/signal/resample.js';
import type { OriginalRecord } from './originals.js';

export interface CodedRecord {
  readonly payloadBytes: number;
  /** Segments by rung. */
  readonly rungs: Readonly<Record<string, number>>;
  /** Segments as they would have gone over the wire. */
  readonly segments: readonly Encoded[];
}

export interface RecordEncoder extends Pick<WindowEncoderOptions, 'encode' | 'choose'> {
  readonly ladder: Ladder;
}

/**
 * Returns the encoded records in order. Each begins without the windows before it, which the topic may no longer hold;
 * calibration plays records in the same way. Pieces that were closed early stay pieces and go losslessly.
 *
 * @param limits null: everything goes losslessly
 */
export async function encodeRecords(
  records: readonly OriginalRecord[],
  limits: ChoiceLimits | null,
  encoder: RecordEncoder,
): Promise<CodedRecord[]> {
  const pieces = records.flatMap((record, of) =>
    piecesOf(record, `${of}`).map((piece) => ({ ...piece, limits, record: of })),
  );
  const codes = await encodePieceCodes(pieces, encoder);
  return records.map((_, i) => {
    const own = codes.filter(({ of }) => of.record === i);
    const rungs: Record<string, number> = {};
    for (const { code } of own) rungs[code.rung.name] = (rungs[code.rung.name] ?? 0) + 1;
    const segments = own.map(({ of: { piece }, code: { rung, payload } }) => ({
      rung: rung.index,
      start: piece.start,
      length: piece.length,
      payload,
    }));
    return { payloadBytes: segments.reduce((sum, { payload }) => sum + payload.length, 0), rungs, segments };
  });
}

/** Pieces with the record's samples around each, as the cutter hands them on. */
function piecesOf({ rate, gain, baseline, windows }: OriginalRecord, stream: string): PieceToEncode[] {
  const around = resampleSupport(rate, MODEL_RATE);
  const samples = Int32Array.from(windows.flatMap((window) => [...int16(window.samples)]));
  const first = windows[0]?.firstIndex ?? 0;
  return windows.map(({ start, length, firstIndex, samples: own }) => {
    const count = own.length / 2;
    const from = Math.max(first, firstIndex - around);
    const to = Math.min(first + samples.length, firstIndex + count + around);
    const piece = {
      start,
      length,
      firstIndex,
      count,
      whole: length === WINDOW,
      urgent: false,
      gap: false,
      samples: samples.subarray(from - first, to - first),
      samplesFirst: from,
      closing: to,
    };
    return { piece, stream, lead: { rate, gain, baseline } };
  });
}

/** Reads little-endian int16 samples whatever the machine's byte order and the buffer's alignment. */
export function int16(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true));
}
