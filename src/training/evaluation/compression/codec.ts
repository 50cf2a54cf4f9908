/** A codec's folder as edge and decoder run it, both in this process. */
import { loadDecoder, loadEncoder } from '../../../lib/codec/codec-networks.js';
import { readLadder, type Ladder } from '../../../lib/codec/ladder.js';
import { isLossy, readSegment, runLossy, type DecodedSamples } from '../../../lib/codec/window-decoder.js';
import {
  encodePieceCodes,
  type PieceCode,
  type PieceToEncode,
  type WindowCandidates,
} from '../../../lib/codec/window-encoder.js';
import { readManifest } from '../../../lib/model/manifest.js';
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

/** Also those that training never saw: the scale's index has seven bits. */
const ALL_SCALES = [0, 127] as const;

export async function loadCodec(folder: string): Promise<Codec> {
  const [encoder, decoder] = [await loadEncoder(folder), await loadDecoder(folder)];
  const ladder = readLadder(await readManifest(folder));
  const decodeLatents: Codec['decodeLatents'] = (rung, latents, n) => Promise.resolve(decoder.decode(rung, latents, n));
  return {
    ladder,
    decodeLatents,
    encode: async (pieces) => {
      let found: readonly WindowCandidates[] = [];
      const codes = await encodePieceCodes(pieces, {
        ladder: { ...ladder, scaleRange: ALL_SCALES },
        // Nothing is chosen yet, so that bounds do not count and the lossless code is made of all.
        bounds: { rhythm: 0, peaks: 0 },
        encode: (windows, n) => Promise.resolve(encoder.encode(windows, n)),
        choose: (windows) => {
          found = windows;
          return Promise.resolve(windows.map(() => undefined));
        },
      });
      return codes.map(({ code }, i) => ({ candidates: found[i]!, lossless: code }));
    },
    decode: async (payloads) => {
      const read = payloads.map(({ piece: { start, length }, lead, code: { rung, payload } }) =>
        readSegment(ladder, { rung: rung.index, start, length, payload }, lead),
      );
      const lossy = await runLossy(read.filter(isLossy), decodeLatents);
      return read.map((own) => {
        const decoded = isLossy(own) ? lossy.shift()! : own;
        if (decoded instanceof Error) throw decoded;
        return decoded;
      });
    },
  };
}
