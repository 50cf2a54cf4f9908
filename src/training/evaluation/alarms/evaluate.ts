/** `evaluate alarms`: runs recordings with known onsets through the whole chain in one process; scores by kind of alarm. */
import { certifiedBy, type CertifiedBy } from '../../../lib/certification/certificate.js';
import type { Bounds } from '../../../lib/codec/choose.js';
import { DynamicDeepError } from '../../../lib/errors/index.js';
import { checkJsonFile, writeJsonFile } from '../../../lib/runtime/output-file.js';
import type { Lead } from '../../../lib/signal/types.js';
import type { AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import { ADULT_LIMITS } from '../../../lib/tasks/alarms/limits.js';
import { readAnnotated } from './annotated.js';
import { CHAIN_BUDGET } from './budget.js';
import { watchBed } from './chain.js';
import { isNoModelsFault, RecordNotes, type LeftOut, type RecordWarning } from '../record-notes.js';
import { beatsByRung, type InventedBeats } from './every-rung.js';
import { KeptFolder, readComposed, type StoredComposed } from './folder.js';
import { composeAll, surveySources } from './recordings.js';
import { scoreAlarms, scoreVariants, type KindScore, type ScoredRecording, type VariantScore } from './score.js';
import { loadSystem, type System } from './system.js';
import { rightWhen, VF_LIKE } from './truth.js';
import { countUntouched, untouchedExcerpts, type Untouched } from './untouched.js';

export interface EvaluateAlarmsOptions {
  /** Folder of records to compose from, or folder of composed recordings. */
  readonly source: { readonly records: string; readonly keep: string | undefined } | { readonly composed: string };
  readonly seed: number;
  readonly recordings: number;
  readonly minutes: number;
  /** Minutes of unaltered records; 0 for none. */
  readonly untouchedMinutes: number;
  readonly bounds: Bounds;
  readonly models: string;
  readonly json: string;
}

export interface AlarmsEvaluation {
  /** Number of recordings scored, and their total length in seconds. */
  readonly records: number;
  readonly seconds: number;
  readonly seed: number;
  readonly perKind: Readonly<Record<AlarmKind, KindScore>>;
  readonly perVariant: Readonly<Record<string, VariantScore>>;
  /** Beats found in whole windows of silence, by the rung through which all of them were sent. */
  readonly inventedBeats: Readonly<Record<string, InventedBeats>>;
  /** The same in windows of a signal that resembles ventricular fibrillation. */
  readonly vfLikeBeats: Readonly<Record<string, InventedBeats>>;
  /** Share of the signal that each rung carried. */
  readonly rungs: Readonly<Record<string, number>>;
  readonly untouched: Untouched | null;
  /** The certificate by which rungs are chosen; null if there is none for the bounds. */
  readonly certified: CertifiedBy | null;
  /** SHA-256 of the manifests. */
  readonly models: System['models'];
  /** Seconds by stage that are added to every delay on the device. */
  readonly budget: typeof CHAIN_BUDGET;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly RecordWarning[];
}

/** Margins of a silence: after the last beat, and before the next one. */
const AFTER_BEAT_S = 0.7;
const BEFORE_BEAT_S = 0.6;

/**
 * Scores recordings composed from a folder's records, or a folder of composed recordings, and writes the scores as JSON.
 * Records that cannot be read or used, and recordings that cannot be scored, are left out.
 *
 * @throws DynamicDeepError DATA_INVALID if nothing is left to score; CONFIG_INVALID if a file or the folder of recordings
 * cannot be written (checked before anything is read); MODEL_INVALID
 */
export async function evaluateAlarms(options: EvaluateAlarmsOptions): Promise<AlarmsEvaluation> {
  const { source, seed, bounds } = options;
  await checkJsonFile(options.json);
  const kept = 'records' in source && source.keep !== undefined ? await KeptFolder.open(source.keep) : undefined;
  const system = await loadSystem(options.models);
  const certified = certifiedBy(system.certificate(bounds));
  if (certified === null) note(uncertified(system));
  const notes = new RecordNotes('evaluate alarms');
  const sources = 'records' in source ? await surveySources({ folder: source.records, notes }) : undefined;
  const scored: ScoredRecording[] = [];
  const carried = new Map<string, number>(system.ladder.rungs.map(({ name }) => [name, 0]));
  const silent = new Map<string, InventedBeats>();
  const fibrillating = new Map<string, InventedBeats>();
  for await (const composed of recordingsOf(options, { sources, kept, notes })) {
    const one = await notes.orLeaveOut(composed.name, () => scoreRecording(composed, system, bounds), isNoModelsFault);
    if ('reason' in one) continue;
    scored.push(one.scored);
    for (const [rung, samples] of one.carried) carried.set(rung, (carried.get(rung) ?? 0) + samples);
    addBeats(silent, one.silent);
    addBeats(fibrillating, one.fibrillating);
    note(`${composed.name}: ${composed.onsets.length} onsets, ${one.scored.raises.length} alarms`);
  }
  if (scored.length === 0)
    throw new DynamicDeepError('DATA_INVALID', `there is no recording to score${notes.firstReason}`);
  const untouched =
    'records' in source && sources !== undefined && options.untouchedMinutes > 0
      ? await watchUntouched(source.records, sources.names, options, { system, notes })
      : null;
  const evaluation: AlarmsEvaluation = {
    records: scored.length,
    seconds: scored.reduce((sum, one) => sum + one.seconds, 0),
    seed,
    perKind: scoreAlarms(scored),
    perVariant: scoreVariants(scored),
    inventedBeats: Object.fromEntries(silent),
    vfLikeBeats: Object.fromEntries(fibrillating),
    rungs: shares(carried),
    untouched,
    certified,
    models: system.models,
    budget: CHAIN_BUDGET,
    ...notes.found,
  };
  await writeJsonFile(options.json, evaluation);
  return evaluation;
}

function note(line: string): void {
  process.stderr.write(`evaluate alarms: ${line}\n`);
}

function uncertified({ ladder: { tau, synthesisTau } }: System): string {
  return `no certificate of its bounds; tau ${synthesisTau ?? tau} of validation is taken, an edge would send losslessly`;
}

type Sources = Awaited<ReturnType<typeof surveySources>>;

/** Yields recordings one at a time: composed now (and kept, if wanted), or read from a folder. */
async function* recordingsOf(
  { source, seed, recordings: count, minutes }: EvaluateAlarmsOptions,
  {
    sources,
    kept,
    notes,
  }: { readonly sources: Sources | undefined; readonly kept: KeptFolder | undefined; readonly notes: RecordNotes },
): AsyncGenerator<StoredComposed, void> {
  if ('composed' in source || sources === undefined) {
    if ('composed' in source) yield* readComposed(source.composed, notes);
    return;
  }
  const about = { folder: source.records, seed, count, seconds: 60 * minutes, limits: ADULT_LIMITS, notes };
  for await (const composed of composeAll(about, sources)) {
    await kept?.add(composed);
    yield composed;
  }
  await kept?.finish();
}

interface Scored {
  readonly scored: ScoredRecording;
  readonly carried: ReadonlyMap<string, number>;
  readonly silent: ReadonlyMap<string, InventedBeats>;
  readonly fibrillating: ReadonlyMap<string, InventedBeats>;
}

async function scoreRecording(composed: StoredComposed, system: System, bounds: Bounds): Promise<Scored> {
  const { recording, onsets, annotations } = composed;
  const seconds = secondsOf(recording.leads);
  const { raises, carried } = await watchBed(recording, { system, bounds, limits: ADULT_LIMITS });
  const annotated = annotations && readAnnotated(annotations, recording.rate, seconds);
  const right = rightWhen(onsets, annotated, { rate: recording.rate, seconds, limits: ADULT_LIMITS });
  return { scored: { seconds, onsets, right, raises }, carried, ...(await tryEveryRung(composed, system)) };
}

async function tryEveryRung(
  { recording, onsets }: StoredComposed,
  system: System,
): Promise<Pick<Scored, 'silent' | 'fibrillating'>> {
  const silent = new Map<string, InventedBeats>();
  const fibrillating = new Map<string, InventedBeats>();
  for (const { kind, variant, onsetSeconds, endSeconds } of onsets) {
    if (kind !== 'asystole') continue;
    for (const lead of recording.leads) {
      const silence = { from: onsetSeconds + AFTER_BEAT_S, to: endSeconds - BEFORE_BEAT_S };
      addBeats(variant === VF_LIKE ? fibrillating : silent, await beatsByRung(lead, silence, system));
    }
  }
  return { silent, fibrillating };
}

/** Adds counts rung by rung. */
function addBeats(total: Map<string, InventedBeats>, more: ReadonlyMap<string, InventedBeats>): void {
  for (const [rung, own] of more) {
    const { windows, refused, beats } = total.get(rung) ?? { windows: 0, refused: 0, beats: 0 };
    total.set(rung, { windows: windows + own.windows, refused: refused + own.refused, beats: beats + own.beats });
  }
}

async function watchUntouched(
  folder: string,
  names: readonly string[],
  { seed, untouchedMinutes, bounds }: EvaluateAlarmsOptions,
  { system, notes }: { readonly system: System; readonly notes: RecordNotes },
): Promise<Untouched> {
  const watched = [];
  for await (const recording of untouchedExcerpts(folder, names, { seed, seconds: 60 * untouchedMinutes, notes })) {
    const about = { system, bounds, limits: ADULT_LIMITS };
    const one = await notes.orLeaveOut(recording.name, () => watchBed(recording, about), isNoModelsFault);
    if ('reason' in one) continue;
    const { raises } = one;
    watched.push({ seconds: secondsOf(recording.leads), raises });
    note(`${recording.name} untouched: ${raises.length} alarms`);
  }
  return countUntouched(watched);
}

function secondsOf(leads: readonly Lead[]): number {
  return Math.max(0, ...leads.map(({ samples, rate }) => samples.length / rate));
}

function shares(carried: ReadonlyMap<string, number>): Record<string, number> {
  const total = [...carried.values()].reduce((sum, samples) => sum + samples, 0);
  return Object.fromEntries([...carried].map(([rung, samples]) => [rung, samples / Math.max(1, total)]));
}
