/** True error of an audited record: the tasks run on the original and on the decoded signal as it was really sent. */
import { tasksViolated, type BoundsToJudge } from '../lib/codec/violated-bounds.js';
import { RECORD, STEP, STEPS_PER_WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { joinNative, joinStretches } from '../lib/signal/model-rate.js';
import type { Inference } from '../lib/tasks/inference.js';
import { NO_OWN_TASKS, type OwnTasks } from '../lib/tasks/own/own-tasks.js';
import { isLossless, recordErrors, type RecordErrors } from '../lib/tasks/record-errors.js';
import { prdn } from '../lib/tasks/reconstruction.js';
import { addedCrossEntropy, MIN_CONTEXT_STEPS } from '../lib/tasks/rhythm.js';
import type { AuditResult, SignalWindow, Source } from '../lib/wire/index.js';
import type { AuditEnd, AuditPair } from './audit-pairs.js';
import { stretchOf } from './windows.js';

interface Errors extends RecordErrors {
  readonly rhythmErrorCausal: number;
  readonly prdn: number;
  /** Largest PRDN of a single segment of the record, which is what the edge bounds. */
  readonly prdnWindow: number;
  /** Errors of the tasks of one's own, by name. */
  readonly tasks: Readonly<Record<string, number>>;
}

export interface AuditContext {
  /** Bounds of the policy that the record was encoded under; undefined if none was in force or it is no longer known. */
  readonly bounds: BoundsToJudge | undefined;
  /** Tasks of one's own to run as well. */
  readonly ownTasks?: Pick<OwnTasks, 'names' | 'errors'>;
  /** Hashes of the models, by task. */
  readonly models: Readonly<Record<string, string>>;
  readonly source: Source;
  /** Wall milliseconds UTC. */
  readonly now: number;
}

/** Returns the result of an audit that has ended. Only a complete audit has errors. */
export async function evaluateAudit(
  [outcome, pair]: readonly [AuditEnd, AuditPair],
  inference: Inference,
  context: AuditContext,
): Promise<AuditResult> {
  const decoded = inOrder(pair.decoded);
  const errors =
    outcome === 'COMPLETE' ? await measure(decoded, inOrder(pair.originals), inference, context) : undefined;
  const taskErrors = errors === undefined ? null : finiteByName(errors.tasks);
  const violated = errors !== undefined && tasksViolated({ ...errors, taskErrors }, context.bounds).length > 0;
  const sum = (key: 'nativeBytes' | 'payloadBytes'): number => decoded.reduce((total, w) => total + w[key], 0);
  return {
    stream: pair.stream,
    device: pair.device,
    epoch: pair.epoch,
    record: pair.record,
    sequences: decoded.map(({ sequence }) => sequence),
    outcome,
    rungs: decoded.map(({ rung }) => rung),
    rhythmError: finite(errors?.rhythmError),
    rhythmErrorCausal: finite(errors?.rhythmErrorCausal),
    peaksError: finite(errors?.peaksError),
    prdn: finite(errors?.prdn),
    prdnWindow: finite(errors?.prdnWindow),
    beatsMissed: errors?.beatsMissed ?? null,
    beatsInvented: errors?.beatsInvented ?? null,
    taskErrors,
    bounds: boundsOf(context.bounds),
    violated,
    predicted: decoded.every(({ predicted }) => predicted === null)
      ? null
      : decoded.map(({ predicted }) => predicted ?? []),
    nativeBytes: sum('nativeBytes'),
    payloadBytes: sum('payloadBytes'),
    policyVersion: decoded[0]?.policyVersion ?? 0,
    evaluatedAt: context.now,
    models: { ...context.models },
    source: context.source,
  };
}

function boundsOf(bounds: BoundsToJudge | undefined): AuditResult['bounds'] {
  const { rhythm = null, peaks = null, reconstruction = null, weightedSum, tasks } = bounds ?? {};
  const sum = weightedSum?.bound ?? null;
  return { rhythm, peaks, reconstruction, weightedSum: sum, tasks: tasks === undefined ? null : { ...tasks } };
}

async function measure(
  decoded: SignalWindow[],
  originals: SignalWindow[],
  inference: Inference,
  { ownTasks = NO_OWN_TASKS, bounds }: Pick<AuditContext, 'ownTasks' | 'bounds'>,
): Promise<Errors> {
  const rate = originals[0]?.rate ?? 0;
  const native = both([originals, decoded].map((windows) => joinNative(windows.map(stretchOf), rate)));
  const signals = both([originals, decoded].map((windows) => joinStretches(windows.map(stretchOf))));
  const pair = { original: signals[0], decoded: signals[1] };
  const tasks: Record<string, number> = {};
  // A task that is bounded but not loaded gets the error NaN.
  for (const name of new Set([...ownTasks.names, ...Object.keys(bounds?.tasks ?? {})])) {
    tasks[name] = (await ownTasks.errors(name, [pair]))[0] ?? Number.NaN;
  }
  const prdns = { prdn: prdn(...native), prdnWindow: largestPrdn(originals, decoded, rate) };
  return { ...(await taskErrors(signals, inference)), ...prdns, tasks };
}

/** Largest PRDN of a segment, percent; NaN if one has no twin. Both sides were cut alike. */
function largestPrdn(originals: readonly SignalWindow[], decoded: readonly SignalWindow[], rate: number): number {
  const nativeOf = (window: SignalWindow): Float32Array => joinNative([stretchOf(window)], rate);
  const each = decoded.map((window) => {
    const twin = originals.find(({ start, length }) => start === window.start && length === window.length);
    return twin === undefined ? Number.NaN : prdn(nativeOf(twin), nativeOf(window));
  });
  return Math.max(...each);
}

async function taskErrors(
  signals: [Float32Array, Float32Array],
  inference: Inference,
): Promise<RecordErrors & Pick<Errors, 'rhythmErrorCausal'>> {
  const contexts = isLossless(signals) ? [] : signals.flatMap(causalContexts);
  const [whole, causal] = await Promise.all([recordErrors(signals, inference), inference.rhythm(contexts)]);
  return { ...whole, rhythmErrorCausal: causalError(causal) };
}

/** Returns what the live classifier sees at the end of each window of a record, from 14 steps of signal on. */
function causalContexts(record: Float32Array): Float32Array[] {
  const first = Math.ceil(MIN_CONTEXT_STEPS / STEPS_PER_WINDOW);
  return Array.from({ length: WINDOWS_PER_RECORD - first + 1 }, (_, i) =>
    record.subarray(0, (first + i) * STEPS_PER_WINDOW * STEP),
  );
}

/** Mean over the newest window of each context; 0 without contexts. The first half of `probabilities` is the original's. */
function causalError(probabilities: readonly Float32Array[]): number {
  if (probabilities.length === 0) return 0;
  const half = probabilities.length / 2;
  let sum = 0;
  for (let i = 0; i < half; i++) {
    const [original, decoded] = both([probabilities[i], probabilities[half + i]]);
    const steps = original.length / 4;
    sum += addedCrossEntropy(original, decoded, steps - STEPS_PER_WINDOW, steps);
  }
  return sum / half;
}

function both(pair: readonly (Float32Array | undefined)[]): [Float32Array, Float32Array] {
  const [original, decoded] = pair;
  if (original?.length !== decoded?.length || original === undefined || decoded === undefined) {
    throw new Error(`an audited record of ${RECORD} samples lost part of its signal`);
  }
  return [original, decoded];
}

function inOrder(windows: readonly SignalWindow[]): SignalWindow[] {
  return [...windows].sort((a, b) => a.start - b.start);
}

/** Returns null for an error that is not finite, since JSON and Avro have no NaN; it still counts as a violation. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Null if no task of one's own was run. */
function finiteByName(errors: Readonly<Record<string, number>>): Record<string, number | null> | null {
  const named = Object.entries(errors).map(([name, error]) => [name, finite(error)] as const);
  return named.length === 0 ? null : Object.fromEntries(named);
}
