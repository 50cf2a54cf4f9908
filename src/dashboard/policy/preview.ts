/** Previews a policy: encodes the newest audited records of its streams again, under that policy. */
import type { PredictorKind } from '../../lib/certification/certificate.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import type { KafkaConnection } from '../../lib/kafka/index.js';
import { InferenceWorker } from '../../lib/model/inference-worker.js';
import type { Audit } from '../protocol.js';
import type { OnUnreadable } from '../unreadable.js';
import type { KnownStream } from './coverage.js';
import { nameOf, readOriginals, type OriginalRecord } from './originals.js';
import { intervalOf, sumByStream, sumsOf, type TriedAudit } from './preview-sums.js';
import type { PreviewOperations, PreviewWorkerData } from './preview.worker.js';
import type { PolicyPreview } from './protocol.js';

/** Most records of one preview, and of one stream in it: half a minute of one core. */
const MOST_RECORDS = 64;
const MOST_OF_A_STREAM = 8;
/** Records that share runs of the networks. */
const BATCH = 8;
/** No batch begins after the first limit; a batch under way is given up after the second. Wall ms. */
const LIMIT_MS = 60_000;
const GIVE_UP_MS = 150_000;

/** Chooses complete records of these streams, the newest of each first, and equally many of each stream if possible. */
export function chooseRecords(audits: readonly Audit[], streams: ReadonlySet<string>): Audit[] {
  const byStream = new Map<string, Audit[]>();
  const seen = new Set<string>();
  for (const audit of audits.toReversed()) {
    const name = nameOf(audit);
    if (audit.outcome !== 'COMPLETE' || !streams.has(audit.stream) || seen.has(name)) continue;
    seen.add(name);
    const own = byStream.get(audit.stream) ?? [];
    byStream.set(audit.stream, own);
    if (own.length < MOST_OF_A_STREAM) own.push(audit);
  }
  const rounds = Array.from({ length: MOST_OF_A_STREAM }, (_, i) =>
    [...byStream.values()].flatMap((own) => own[i] ?? []),
  );
  return rounds.flat().slice(0, MOST_RECORDS);
}

export interface PreviewSettings {
  readonly connection: KafkaConnection;
  /** Folder of the models. */
  readonly models: string;
  readonly predictor: PredictorKind;
  readonly onUnreadable: OnUnreadable;
  /** Aborted when nobody waits for the answer any more. */
  readonly stop: AbortSignal;
}

/** Throws CONSUMER_FAILED, WORKER_FAILED, MODEL_INVALID, or PREVIEW_FAILED if not one record was encoded in time. */
export async function previewRecords(
  audits: readonly Audit[],
  streams: readonly KnownStream[],
  limits: ChoiceLimits | null,
  { connection, models, predictor, onUnreadable, stop }: PreviewSettings,
): Promise<Omit<PolicyPreview, 'standing'>> {
  const chosen = chooseRecords(audits, new Set(streams.map(({ stream }) => stream)));
  const originals = await readOriginals(connection, chosen, onUnreadable);
  stop.throwIfAborted();
  const there = chosen.flatMap((audit) => {
    const record = originals.get(nameOf(audit));
    return record === undefined ? [] : [{ audit, record }];
  });
  const tried = there.length === 0 ? [] : await tryInWorker(there, limits, { models, predictor }, stop);
  const times = tried.map(([{ evaluatedAt }]) => evaluatedAt);
  const sums = sumByStream(tried, limits);
  return {
    streams: sums,
    all: sumsOf(tried, limits),
    interval: intervalOf(tried, limits),
    without: streams.length - sums.length,
    wanted: there.length,
    gone: chosen.length - there.length,
    from: times.length === 0 ? null : Math.min(...times),
    to: times.length === 0 ? null : Math.max(...times),
  };
}

/** The thread ends with the preview: its networks take hundreds of megabytes that nobody needs in between. */
async function tryInWorker(
  records: readonly { readonly audit: Audit; readonly record: OriginalRecord }[],
  limits: ChoiceLimits | null,
  data: PreviewWorkerData,
  stop: AbortSignal,
): Promise<TriedAudit[]> {
  const deadline = performance.now() + LIMIT_MS;
  const worker = new InferenceWorker<PreviewOperations>(
    new URL('./preview.worker.js', import.meta.url),
    data,
    // The waiting call is rejected with the same error.
    () => undefined,
  );
  // Closing rejects the waiting call.
  const end = (): void => void worker.close();
  const timer = setTimeout(end, GIVE_UP_MS);
  stop.addEventListener('abort', end);
  const tried: TriedAudit[] = [];
  try {
    for (let at = 0; at < records.length && performance.now() < deadline; at += BATCH) {
      const batch = records.slice(at, at + BATCH);
      const found = await worker.call('tryOut', { records: batch.map(({ record }) => record), limits });
      tried.push(...batch.flatMap(({ audit }, i) => (found[i] === undefined ? [] : [[audit, found[i]] as const])));
    }
  } catch (error) {
    if (stop.aborted) throw new DynamicDeepError('PREVIEW_FAILED', 'nobody waits for the preview any more');
    if (performance.now() < deadline) throw error;
    const text = `not one record was coded within ${GIVE_UP_MS / 1000} s: this machine has too much to do`;
    if (tried.length === 0) throw new DynamicDeepError('PREVIEW_FAILED', text, { cause: error });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
    await worker.close();
  }
  return tried;
}
