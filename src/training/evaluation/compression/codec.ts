/** A codec's folder as edge and decoder run it, both in this process. */
import type { Ladder } from '../../../lib/codec/ladder.js';
import { decodeSegments, type DecodedSamples, type runLossy } from '../../../lib/codec/window-decoder.js';
import {
  encodePieceCodes,
  type PieceCode,
  type PieceToEncode,
  type WindowCandidates,
} from '../../../lib/codec/window-encoder.js';
import { openCodec } from '../../../lib/offline/codec.js';
import type { CutPiece } from '../../../lib/signal/pieces.js';

/** Every code of a window: lossless, and whatever its scale a candidate for each other rung. */
export interface WindowCodes {
  readonly candidates: WindowCandidates;
  readonly lossless: PieceCode;
}

/** A payload as the decoder gets it. */
export interface Payload {
  readonly piece: CutPiece;
  readonly lead: PieceToEncode['lead'];
  readonly code: Pick<PieceCode, 'rung' | 'payload'>;
}

export interface Codec {
  readonly ladder: Ladder;
  /** Codes whole windows by every rung, in order. */
  readonly encode: (pieces: readonly PieceToEncode[]) => Promise<WindowCodes[]>;
  /** The decoder's networks alone. */
  readonly decodeLatents: Parameters<typeof runLossy>[1];
  /** In order. Throws PAYLOAD_CORRUPT where the networks' output is not finite. */
  readonly decode: (payloads: readonly Payload[]) => Promise<DecodedSamples[]>;
}

export async function loadCodec(folder: string): Promise<Codec> {
  const { ladder, encode, decode, load } = await openCodec(folder);
  await load();
  return {
    ladder,
    decodeLatents: decode,
    encode: async (pieces) => {
      let found: readonly WindowCandidates[] = [];
      const codes = await encodePieceCodes(pieces, {
        ladder,
        // Nothing is chosen yet, so that bounds do not count and the lossless code is made of all.
        bounds: { rhythm: 0, peaks: 0 },
        everyCandidate: true,
        encode,
        choose: (windows) => {
          found = windows;
          return Promise.resolve(windows.map(() => undefined));
        },
      });
      return codes.map(({ code }, i) => ({ candidates: found[i]!, lossless: code }));
    },
    decode: payloadDecoder(ladder, decode),
  };
}

/** @param decodeLatents runs the decoder's networks */
export function payloadDecoder(ladder: Ladder, decodeLatents: Codec['decodeLatents']): Codec['decode'] {
  return (payloads) => {
    const segments = payloads.map(({ piece: { start, length }, lead, code: { rung, payload } }) => {
      return { rung: rung.index, start, length, payload, lead };
    });
    return decodeSegments(ladder, segments, decodeLatents);
  };
}
