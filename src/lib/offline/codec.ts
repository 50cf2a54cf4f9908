/** The codec of a folder, with the edge's and the decoder's half both in this process. */
import { loadDecoder, loadEncoder } from '../codec/codec-networks.js';
import { loadLadder } from '../codec/dense-manifest.js';
import type { Ladder } from '../codec/ladder.js';
import type { DecoderNetworks, EncoderNetworks } from '../codec/network-types.js';
import {
  decodeSegments,
  type DecodedSamples,
  type Declared,
  type Encoded,
  type runLossy,
} from '../codec/window-decoder.js';
import type { WindowEncoderOptions } from '../codec/window-encoder.js';

export interface OfflineCodec {
  readonly ladder: Ladder;
  readonly encode: WindowEncoderOptions['encode'];
  readonly decode: Parameters<typeof runLossy>[1];
  /** Returns samples in the order of the segments. Throws PAYLOAD_CORRUPT if one does not decode. */
  readonly decodeSegments: (segments: readonly (Encoded & { readonly lead: Declared })[]) => Promise<DecodedSamples[]>;
  /** Loads the networks now; otherwise each half is loaded when it is first needed. */
  readonly load: () => Promise<void>;
}

/** @throws DynamicDeepError MODEL_INVALID, here or when networks are loaded */
export async function openCodec(folder: string): Promise<OfflineCodec> {
  const ladder = await loadLadder(folder);
  let [encoder, decoder]: [Promise<EncoderNetworks>?, Promise<DecoderNetworks>?] = [];
  const encoding = (): Promise<EncoderNetworks> => (encoder ??= loadEncoder(folder));
  const decoding = (): Promise<DecoderNetworks> => (decoder ??= loadDecoder(folder));
  const decode: OfflineCodec['decode'] = async (rung, latents, n) => (await decoding()).decode(rung, latents, n);
  return {
    ladder,
    encode: async (windows, n) => (await encoding()).encode(windows, n),
    decode,
    decodeSegments: (segments) => decodeSegments(ladder, segments, decode),
    load: async () => {
      await encoding();
      await decoding();
    },
  };
}
