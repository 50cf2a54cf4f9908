/** The models of the whole chain in this process: what edge, decoder and tasks each run in their own. */
import { join } from 'node:path';
import type { TaskErrors } from '../../../lib/codec/choose.js';
import { readLadder, type Ladder } from '../../../lib/codec/ladder.js';
import { loadDecoder, loadEncoder } from '../../../lib/codec/codec-networks.js';
import {
  encodePieceCodes,
  type PieceCode,
  type PieceToEncode,
  type WindowEncoderOptions,
} from '../../../lib/codec/window-encoder.js';
import { isLossy, readSegment, runLossy, type DecodedSamples } from '../../../lib/codec/window-decoder.js';
import { readManifest } from '../../../lib/model/manifest.js';
import { Network } from '../../../lib/model/network.js';
import { loadRhythm, loadRpnet } from '../../../lib/model/task-models.js';
import { SynthesisPredictor } from '../../../lib/prediction/synthesis.js';
import { createInference, type Inference } from '../../../lib/tasks/inference.js';
import { readTemperature } from '../../../lib/tasks/rhythm.js';

export interface System {
  readonly ladder: Ladder;
  readonly inference: Inference;
  /** SHA-256 of the manifests. */
  readonly models: { readonly codec: string; readonly rhythm: string; readonly peaks: string };
  /** A code for every piece by the ladder's rule, and what the decoder makes of it; in order. */
  readonly transmit: <P extends PieceToEncode>(
    pieces: readonly P[],
    choice: Omit<WindowEncoderOptions, 'encode'>,
  ) => Promise<readonly Received<P>[]>;
  /** The edge's predictor as it ships, for the streams of one recording. */
  readonly predictor: (bounds: TaskErrors) => Pick<WindowEncoderOptions, 'choose'>;
}

export interface Received<P> {
  readonly of: P;
  readonly code: PieceCode;
  readonly decoded: DecodedSamples;
}

/** Loads the networks of a models folder. */
export async function loadSystem(models: string): Promise<System> {
  const codec = join(models, 'codec');
  const stored = await readManifest(codec);
  const [encoder, decoder] = [await loadEncoder(codec), await loadDecoder(codec)];
  const [rhythm, rpnet] = [await loadRhythm(models), await loadRpnet(models)];
  const ladder = readLadder(stored);
  const networks = { rhythm: new Network(rhythm.network), peaks: new Network(rpnet.network) };
  const decode: Parameters<typeof runLossy>[1] = (rung, latents, n) =>
    Promise.resolve(decoder.decode(rung, latents, n));
  const inference = createInference({
    run: (network, input, n) => Promise.resolve(networks[network].run(input, n)[0] ?? new Float32Array()),
    temperature: readTemperature(rhythm.manifest),
  });
  return {
    ladder,
    models: { codec: stored.hash, rhythm: rhythm.hash, peaks: rpnet.hash },
    inference,
    predictor: (bounds) => {
      if (ladder.synthesisTau === undefined) return {};
      const synthesis = new SynthesisPredictor({ ladder, bounds, tau: ladder.synthesisTau, decode, inference });
      return { choose: (windows) => synthesis.choose(windows) };
    },
    transmit: async (pieces, choice) => {
      const encode = (windows: Float32Array, n: number) => Promise.resolve(encoder.encode(windows, n));
      const codes = await encodePieceCodes(pieces, { ...choice, encode });
      const read = codes.map(({ of: { piece, lead }, code }) =>
        readSegment(
          choice.ladder,
          { rung: code.rung.index, start: piece.start, length: piece.length, payload: code.payload },
          lead,
        ),
      );
      const lossy = await runLossy(read.filter(isLossy), decode);
      let next = 0;
      return codes.map(({ of, code }, i) => {
        const own = read[i]!;
        const decoded = isLossy(own) ? lossy[next++]! : own;
        if (decoded instanceof Error) throw decoded;
        return { of, code, decoded };
      });
    },
  };
}
