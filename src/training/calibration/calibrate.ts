/** `calibrate`: plays the edge over unseen records and certifies policies by learn-then-test. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CHOICE_RULE,
  readCertificatesFile,
  type CertificatesFile,
  type PredictorKind,
} from '../../lib/certification/certificate.js';
import { mostViolations } from '../../lib/certification/fixed-sequence.js';
import { readModelHashes } from '../../lib/certification/model-hashes.js';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { openOwnTasks } from '../../lib/offline/own-tasks.js';
import { loadTasks } from '../../lib/offline/tasks.js';
import { replaceableFile } from '../../lib/runtime/output-file.js';
import { ownBounds } from '../../lib/certification/policy.js';
import { loadCodec } from '../evaluation/compression/codec.js';
import { trackProgress } from '../evaluation/compression/progress.js';
import { readRecord, type EcgRecord } from '../evaluation/compression/records.js';
import { RecordNotes, type LeftOut } from '../evaluation/record-notes.js';
import { recordNames } from '../data/mitbih.js';
import { readSplit, type Part } from '../split.js';
import { Measured } from './measured.js';
import { mergeInto, saidOf, voidedOf, type Merged } from './merge.js';
import { play, type Played, type Player, type Way } from './play.js';
import { readPolicies, type PolicyToCertify } from './policies.js';
import { reportOf, type Calibration } from './report.js';
import { selectRecords, type Selection } from './selection.js';
import { PolicySequence } from './sequence.js';

export interface CalibrateOptions {
  readonly records: string;
  readonly policy: readonly string[];
  readonly alpha: number | undefined;
  /** Delta of all certificates of the run together. */
  readonly delta: number;
  readonly json: string;
  readonly models: string;
  readonly predictor: PredictorKind;
  /** Folders of custom tasks. */
  readonly tasks: readonly string[];
  /** Grid of tau, fixed before anything is measured. */
  readonly taus: readonly number[];
  readonly split: readonly string[];
  readonly part: Part | undefined;
  readonly allowSeen: boolean;
  readonly work: string;
  readonly program: string;
}

/** Records per run of the networks. */
const BATCH = 8;

/**
 * @throws DynamicDeepError DATA_INVALID if no record is left; CONFIG_INVALID for a policy or a file that cannot be used;
 * CERTIFICATE_INVALID if the file that certificates are added to is damaged; MODEL_INVALID
 */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  const { models, json, predictor, delta } = options;
  const target = await checkWritable(json);
  const before = await readBefore(json);
  const codec = await loadCodec(join(models, 'codec'));
  const { inference } = await loadTasks(models);
  const ownTasks = await openOwnTasks(models, options.tasks, (name, failure) => {
    tell(`the task ${name} failed, which counts as a violation: ${failure}`);
  });
  const installed = {
    models: { ...(await readModelHashes(models, codec.ladder.hash)), tasks: ownTasks.hashes },
    lossyRungs: codec.ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name),
  };
  const voided = voidedOf(before.policies, installed).length;
  if (voided > 0)
    tell(
      `${voided} of ${before.policies.length} certificates in ${json} are void with ${models} and this program, and will not stay`,
    );
  const { dense, tasks, ...common } = installed.models;
  // Only what the dense predictor chooses depends on its weights.
  const hashes = predictor === 'dense' && dense !== undefined ? { ...common, dense } : common;
  const known = { rungs: codec.ladder.rungs.map(({ name }) => name), tasks: ownTasks.names };
  const policies = await readPolicies(options.policy, options.alpha, known);
  checkPredictor(policies, predictor);
  const selection = await select(options);
  const { records, leftOut } = await readAll(options.records, selection);
  const own = delta / policies.length;
  const sequences = policies.map((policy) => {
    const level = { n: records.length, alpha: policy.alpha, delta: own };
    if (mostViolations(level) < 0)
      tell(
        `${records.length} records cannot show a rate below ${policy.alpha} at confidence ${1 - own}, even without a violation`,
      );
    return {
      policy,
      sequence: new PolicySequence(
        policy,
        [...new Set(options.taus)].sort((a, b) => a - b),
        level,
      ),
    };
  });
  const measured = await Measured.open(options.work, {
    models: hashes,
    tasks,
    predictor,
    rule: CHOICE_RULE[predictor],
  });
  await playAll(records, sequences, measured, { codec, inference, predictor, ownTasks });
  const calibration = reportOf({
    options,
    selection,
    leftOut,
    models: { ...hashes, tasks },
    n: records.length,
    delta: own,
    ended: sequences.map(({ policy, sequence }) => ({ policy, ...sequence.finish() })),
  });
  // Read again: another run may have written the file since.
  const merged = mergeInto(await readBefore(json), calibration, installed);
  await writeFile(`${target}.partial`, `${JSON.stringify(merged.file, null, 2)}\n`);
  await rename(`${target}.partial`, target);
  tellMerged(json, merged);
  await measured.remove();
  return calibration;
}

/**
 * Reads the existing certificates; none if there is no file. A damaged file is never replaced, since it also counts the delta
 * that was spent.
 *
 * @throws DynamicDeepError CERTIFICATE_INVALID
 */
async function readBefore(json: string): Promise<CertificatesFile> {
  try {
    return await readCertificatesFile(json);
  } catch (error) {
    throw new DynamicDeepError(
      'CERTIFICATE_INVALID',
      `${messageOf(error)}; it is not replaced, since it counts the delta that was spent: mend it, or name another file by --json`,
      { cause: error },
    );
  }
}

function tellMerged(json: string, { file, kept, replaced, voided }: Merged): void {
  const tauOf = (tau: number | null): string => (tau === null ? 'none' : `tau ${tau}`);
  for (const own of kept) tell(`kept: ${saidOf(own)}: ${tauOf(own.tau)}`);
  for (const { before, now } of replaced)
    tell(`replaced: ${saidOf(before)}: ${tauOf(before.tau)}, now ${tauOf(now.tau)}`);
  for (const { own, reason } of voided) tell(`void, not kept: ${saidOf(own)}: ${reason}`);
  const shares = Object.entries(file.spent).map(([predictor, delta]) => `${percentOf(delta)} of ${predictor}`);
  tell(
    `delta of all tests in ${json}: ${shares.join(', ')}: the probability that any certificate of that predictor promises too much, had all been fixed before their records were looked at`,
  );
}

function percentOf(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}

/** Refuses bounds on custom tasks with the dense predictor: it predicts nothing about them, so all would go losslessly. */
function checkPredictor(policies: readonly PolicyToCertify[], predictor: PredictorKind): void {
  const [name] = policies.flatMap(({ bounds }) => Object.keys(ownBounds(bounds)));
  if (predictor === 'synthesis' || name === undefined) return;
  throw new DynamicDeepError(
    'CONFIG_INVALID',
    `a policy bounds the task ${name}, of which the dense predictor knows nothing: --predictor synthesis`,
  );
}

interface Running {
  readonly policy: PolicyToCertify;
  readonly sequence: PolicySequence;
}

async function playAll(
  records: readonly EcgRecord[],
  sequences: readonly Running[],
  measured: Measured,
  player: Player,
): Promise<void> {
  let progress: ((done: number) => void) | undefined;
  for (let first = 0; first < records.length; first += BATCH) {
    const batch = records.slice(first, first + BATCH);
    const ways = sequences.flatMap(({ policy, sequence }) => sequence.taus.map((tau): Way => ({ policy, tau })));
    const known = (record: EcgRecord, way: Way): Played | undefined => measured.of(record, way);
    const open = batch.filter((record) => ways.some((way) => known(record, way) === undefined));
    if (open.length > 0) {
      if (progress === undefined && first > 0) tell(`goes on from ${measured.path}`);
      progress ??= trackProgress(records.length, 'calibrate', first);
      const played = await play(open, ways, player);
      await measured.add(open.flatMap((record, r) => ways.map((way, w) => [record, way, played[w]![r]!] as const)));
    }
    for (const record of batch) {
      for (const { policy, sequence } of sequences) {
        sequence.add(sequence.taus.map((tau) => known(record, { policy, tau })!));
      }
    }
    progress?.(first + batch.length);
  }
}

async function select({ records, split, part, allowSeen }: CalibrateOptions): Promise<Selection> {
  const splits = await Promise.all(split.map(readSplit));
  const parts = new Map(splits.flatMap((own) => [...own]));
  const selection = selectRecords(await recordNames(records), { parts, part, allowSeen });
  const shares = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([own, count]) => `${count} ${own}`)
      .join(', ');
  const left = Object.keys(selection.left).length === 0 ? '' : `; left: ${shares(selection.left)}`;
  tell(`takes ${shares(selection.parts)}${left}`);
  if (selection.seen > 0)
    tell(`${selection.seen} of the records were seen by training: what comes out is no certificate`);
  return selection;
}

async function readAll(folder: string, { names }: Selection) {
  const notes = new RecordNotes('calibrate');
  const records: EcgRecord[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of names) {
    // Errors that compression adds are measured without a label.
    const read = await notes.orLeaveOut(name, () => readRecord(folder, name, 0));
    if ('reason' in read) leftOut.push(read);
    else records.push(read);
  }
  const [some] = leftOut;
  if (records.length === 0) {
    throw new DynamicDeepError(
      'DATA_INVALID',
      `no record of ${folder} can be played: ${some?.name ?? ''}: ${some?.reason ?? ''}`,
    );
  }
  if (some !== undefined) tell(`${leftOut.length} left out, such as ${some.name} (${some.reason}); the JSON names all`);
  return { records, leftOut };
}

/**
 * Checks that the result can be written, before measuring, which takes minutes. An existing file stays until the result is
 * complete.
 *
 * @returns the path of the file to replace
 */
async function checkWritable(json: string): Promise<string> {
  const target = await replaceableFile('--json', json);
  try {
    await writeFile(`${target}.partial`, '');
    await rm(`${target}.partial`);
    return target;
  } catch (error) {
    throw new DynamicDeepError('CONFIG_INVALID', `--json ${json} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function tell(text: string): void {
  process.stderr.write(`calibrate: ${text}\n`);
}
