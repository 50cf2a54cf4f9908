/** Runs a codec folder's encoder and decoder in this process, as edge and decoder do. */
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

/** All codes of a window: the lossless one and, whatever the window's scale, a candidate for each other rung. */
export interface WindowCodes {
  readonly candidates: WindowCandidates;
  readonly lossless: PieceCode;
}

/** Payload as the decoder receives it. */
export interface Payload {
  readonly piece: CutPiece;
  readonly lead: PieceToEncode['lead'];
  readonly code: Pick<PieceCode, 'rung' | 'payload'>;
}

export interface Codec {
  readonly ladder: Ladder;
  /** Codes whole windows by every rung; results in order. */
  readonly encode: (pieces: readonly PieceToEncode[]) => Promise<WindowCodes[]>;
  /** Runs the decoder's networks only. */
  readonly decodeLatents: Parameters<typeof runLossy>[1];
  /** Returns results in order. Throws PAYLOAD_CORRUPT if the networks' output is not finite. */
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
        // Nothing is chosen yet, so the bounds have no effect and every window gets its lossless code.
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
