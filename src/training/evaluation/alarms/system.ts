/** The models of the whole chain in this process, which edge, decoder and tasks otherwise run in their own. */
import { join } from 'node:path';
import type { Certificate } from '../../../lib/certification/certificate.js';
import { Certificates } from '../../../lib/certification/certificates.js';
import { boundsOfPolicy, policyOfBounds } from '../../../lib/certification/policy.js';
import type { Bounds } from '../../../lib/codec/choose.js';
import type { Ladder, Rung } from '../../../lib/codec/ladder.js';
import {
  encodePieceCodes,
  type PieceCode,
  type PieceToEncode,
  type WindowEncoderOptions,
} from '../../../lib/codec/window-encoder.js';
import type { DecodedSamples } from '../../../lib/codec/window-decoder.js';
import { denseChoice, synthesisChoice } from '../../../lib/offline/choice.js';
import { openCodec } from '../../../lib/offline/codec.js';
import { loadTasks } from '../../../lib/offline/tasks.js';
import { forcedRung } from '../../../lib/prediction/forced-rung.js';
import { secondOpinionOf, type SecondOpinion } from '../../../lib/tasks/haste.js';
import type { Inference } from '../../../lib/tasks/inference.js';

export interface System {
  readonly ladder: Ladder;
  readonly inference: Inference;
  /** SHA-256 of the manifests. */
  readonly models: { readonly codec: string; readonly rhythm: string; readonly peaks: string };
  /** Codes every piece by the ladder's rule and decodes it; results are in order. */
  readonly transmit: <P extends PieceToEncode>(
    pieces: readonly P[],
    choice: Omit<WindowEncoderOptions, 'encode'>,
  ) => Promise<readonly Received<P>[]>;
  /**
   * The edge's predictor for the streams of one recording, with the certified tau; if no certificate supports the bounds, with
   * the tau chosen on validation records.
   */
  readonly predictor: (bounds: Bounds) => Pick<WindowEncoderOptions, 'choose'>;
  /** RPnet's second opinion before a rhythm closes a window early; undefined if the edge would not run it. */
  readonly secondOpinion: SecondOpinion | undefined;
  /** Undefined if an edge would send losslessly under the bounds. */
  readonly certificate: (bounds: Bounds) => Certificate | undefined;
  /** Uses one rung for every window, as `compress --rung` does. */
  readonly forced: (rung: Rung) => Omit<WindowEncoderOptions, 'encode'>;
}

export interface Received<P> {
  readonly of: P;
  readonly code: PieceCode;
  readonly decoded: DecodedSamples;
}

/** Loads the networks of a models folder. */
export async function loadSystem(models: string): Promise<System> {
  const codec = await openCodec(join(models, 'codec'));
  await codec.load();
  const { inference, hashes } = await loadTasks(models);
  const { ladder, encode } = codec;
  const certificates = await Certificates.open(models, ladder);
  const certificateOf = (bounds: Bounds): Certificate | undefined =>
    certificates.find(policyOfBounds(bounds), ladder.synthesisTau === undefined ? 'dense' : 'synthesis').certificate;
  return {
    ladder,
    models: { codec: ladder.hash, ...hashes },
    inference,
    certificate: certificateOf,
    secondOpinion: ladder.synthesisTau === undefined ? undefined : secondOpinionOf(inference.peaks),
    predictor: (bounds) => {
      const { tau, synthesisTau } = ladder;
      const certificate = certificateOf(bounds);
      const own = certificate === undefined ? bounds : boundsOfPolicy(certificate);
      return synthesisTau === undefined
        ? denseChoice(codec, { bounds: own, tau: certificate?.tau ?? tau })
        : synthesisChoice(codec, { inference, bounds: own, tau: certificate?.tau ?? synthesisTau });
    },
    forced: (rung) => forcedRung(rung, codec, inference),
    transmit: async (pieces, choice) => {
      const codes = await encodePieceCodes(pieces, { ...choice, encode });
      const segments = codes.map(({ of: { piece, lead }, code: { rung, payload } }) => {
        return { rung: rung.index, start: piece.start, length: piece.length, payload, lead };
      });
      const decoded = await codec.decodeSegments(segments);
      return codes.map(({ of, code }, i) => ({ of, code, decoded: decoded[i]! }));
    },
  };
}
