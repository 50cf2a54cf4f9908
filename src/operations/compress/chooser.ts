/** Chooses how the pieces of a record are coded: by a predictor under the bounds, or by a forced rung. */
import { Certificates, type Standing } from '../../lib/certification/certificates.js';
import { boundsOfPolicy, policyOfBounds } from '../../lib/certification/policy.js';
import type { Bounds } from '../../lib/codec/choose.js';
import type { Rung } from '../../lib/codec/ladder.js';
import { encodePieceCodes, losslessCode, type PieceCode, type PieceToEncode } from '../../lib/codec/window-encoder.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { denseChoice, synthesisChoice } from '../../lib/offline/choice.js';
import type { OfflineCodec } from '../../lib/offline/codec.js';
import { openOwnTasks } from '../../lib/offline/own-tasks.js';
import { loadPeaks, loadTasks } from '../../lib/offline/tasks.js';
import { forcedRung } from '../../lib/prediction/forced-rung.js';
import { secondOpinionOf, type SecondOpinion } from '../../lib/tasks/haste.js';
import type { OwnTasks } from '../../lib/tasks/own/own-tasks.js';
import type { CompressConfig } from '../options.js';
import { boundsOf } from './bounds.js';

/** Returns a code for each piece, in order. Takes the pieces of a stream in order. */
export type PieceCoder = (pieces: readonly PieceToEncode[]) => Promise<PieceCode[]>;

export interface Chooser {
  readonly rung: Rung | undefined;
  /** Undefined if a rung is forced. */
  readonly predictor: 'synthesis' | 'dense' | undefined;
  /** Certificate behind the bounds, or why there is none; undefined if a rung is forced. */
  readonly standing: Standing | undefined;
  /** Bounds that were asked for; undefined if a rung is forced. */
  readonly bounds: Bounds | undefined;
  /** RPnet's second opinion, which an edge asks for before a rhythm closes a window early; undefined if no RPnet runs. */
  readonly secondOpinion?: SecondOpinion | undefined;
  /** Makes a coder for the leads of one record. */
  readonly forRecord: () => PieceCoder;
}

/** Returns a coder that uses the lossless rung only and needs no network. */
export function losslessCoder({ ladder }: Pick<OfflineCodec, 'ladder'>): PieceCoder {
  return (pieces) => Promise.resolve(pieces.map((piece) => losslessCode(piece, ladder)));
}

/**
 * @param onTaskFailure called for the first failure of each custom task
 * @throws DynamicDeepError CONFIG_INVALID for a rung that is not in the ladder, or a bound on a task that is not loaded;
 * MODEL_INVALID, TASK_INVALID
 */
export async function openChooser(
  config: CompressConfig,
  models: string,
  codec: OfflineCodec,
  onTaskFailure: (name: string, failure: string) => void,
): Promise<Chooser> {
  const { ladder, encode } = codec;
  if (config.rung !== undefined) {
    const rung = rungNamed(codec, config.rung);
    const forced = { rung, predictor: undefined, standing: undefined, bounds: undefined };
    if (rung.kind === 'lossless') return { ...forced, forRecord: () => losslessCoder(codec) };
    const peaks = await loadPeaks(models);
    const forRecord = (): PieceCoder => coderOf({ ...forcedRung(rung, codec, peaks), encode });
    return { ...forced, secondOpinion: secondOpinionOf(peaks.peaks), forRecord };
  }
  const ownTasks: OwnTasks = await openOwnTasks(models, config.tasks, onTaskFailure);
  const predictor = config.predictor ?? (ladder.synthesisTau === undefined ? 'dense' : 'synthesis');
  const asked = boundsOf(config, ownTasks);
  const certificates = await Certificates.open(models, ladder, config.certificates, ownTasks.hashes);
  const standing = certificates.find(policyOfBounds(asked), predictor);
  const { certificate } = standing;
  const chosen = { rung: undefined, predictor, standing, bounds: asked };
  if (certificate === undefined) return { ...chosen, forRecord: () => losslessCoder(codec) };
  const { tau } = certificate;
  const bounds = boundsOfPolicy(certificate);
  if (predictor === 'dense') {
    return { ...chosen, forRecord: () => coderOf({ ladder, bounds, encode, ...denseChoice(codec, { bounds, tau }) }) };
  }
  const { inference } = await loadTasks(models);
  const forRecord = (): PieceCoder =>
    coderOf({ ladder, bounds, encode, ...synthesisChoice(codec, { inference, ownTasks, bounds, tau }) });
  return { ...chosen, secondOpinion: secondOpinionOf(inference.peaks), forRecord };
}

function coderOf(options: Parameters<typeof encodePieceCodes>[1]): PieceCoder {
  return async (pieces) => (await encodePieceCodes(pieces, options)).map(({ code }) => code);
}

function rungNamed({ ladder: { rungs } }: OfflineCodec, name: string): Rung {
  const rung = rungs.find((each) => each.name === name);
  if (rung !== undefined) return rung;
  const there = rungs.map((each) => each.name).join(', ');
  throw new DynamicDeepError('CONFIG_INVALID', `--rung ${name} is no rung of the codec; it has ${there}`);
}
