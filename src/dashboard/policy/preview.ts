/** What a policy would have done: the newest audited records of its streams, coded anew under it. */
import type { PredictorKind } from '../../lib/certification/certificate.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import type { KafkaConnection } from '../../lib/kafka/index.js';
import { InferenceWorker } from '../../lib/model/inference-worker.js';
import type { Audit } from '../protocol.js';
import type { KnownStream } from './coverage.js';
import type { CodedRecord } from './encode-records.js';
import { nameOf, readOriginals, type OriginalRecord } from './originals.js';
import type { PreviewOperations, PreviewWorkerData } from './preview.worker.js';
import type { PolicyPreview, PreviewStream } from './protocol.js';

/** Records of one preview, and of one stream: half a minute of one core. */
const MOST_RECORDS = 64;
const MOST_OF_A_STREAM = 8;
/** Records that share runs of the networks. */
const BATCH = 8;
const LIMIT_MS = 60_000;

/** Complete records of these streams, the newest of each first, no stream more often than another where it can be. */
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
  const rounds = Array.from({ length: MOST_OF_A_STREAM }, (_, i) => [...byStream.values()].flatMap((own) => own[i] ?? [])); // prettier-ignore
  return rounds.flat().slice(0, MOST_RECORDS);
}

export type CodedAudit = readonly [audit: Audit, coded: CodedRecord];

/** By stream, in the order of their names. */
export function sumByStream(coded: readonly CodedAudit[]): PreviewStream[] {
  const streams = new Map<string, PreviewStream>();
  for (const [{ stream, device, nativeBytes, payloadBytes: sentBytes }, { payloadBytes, rungs }] of coded) {
    const sum = streams.get(stream) ?? {
      ...{ stream, device, records: 0, nativeBytes: 0, sentBytes: 0, payloadBytes: 0, rungs: {} },
    };
    const counts = { ...sum.rungs };
    for (const [rung, count] of Object.entries(rungs)) counts[rung] = (counts[rung] ?? 0) + count;
    streams.set(stream, {
      ...{ stream, device, records: sum.records + 1, nativeBytes: sum.nativeBytes + nativeBytes },
      ...{ sentBytes: sum.sentBytes + sentBytes, payloadBytes: sum.payloadBytes + payloadBytes, rungs: counts },
    });
  }
  return [...streams.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

export interface PreviewSettings {
  readonly connection: KafkaConnection;
  /** Folder of the models. */
  readonly models: string;
  readonly predictor: PredictorKind;
}

/** Throws CONSUMER_FAILED, WORKER_FAILED, MODEL_INVALID. */
export async function previewRecords(
  audits: readonly Audit[],
  streams: readonly KnownStream[],
  limits: ChoiceLimits | null,
  { connection, models, predictor }: PreviewSettings,
): Promise<Omit<PolicyPreview, 'standing'>> {
  const wanted = chooseRecords(audits, new Set(streams.map(({ stream }) => stream)));
  const originals = await readOriginals(connection, wanted);
  const there = wanted.flatMap((audit) => {
    const record = originals.get(nameOf(audit));
    return record === undefined ? [] : [{ audit, record }];
  });
  const coded = there.length === 0 ? [] : await encodeInWorker(there, limits, { models, predictor });
  const times = coded.map(([{ evaluatedAt }]) => evaluatedAt);
  const sums = sumByStream(coded);
  return {
    streams: sums,
    without: streams.length - sums.length,
    ...{ records: coded.length, wanted: there.length },
    ...{ from: times.length === 0 ? null : Math.min(...times), to: times.length === 0 ? null : Math.max(...times) },
  };
}

/** The thread goes with the preview: its networks are hundreds of megabytes that nobody needs in between. */
async function encodeInWorker(
  records: readonly { readonly audit: Audit; readonly record: OriginalRecord }[],
  limits: ChoiceLimits | null,
  data: PreviewWorkerData,
): Promise<CodedAudit[]> {
  const deadline = performance.now() + LIMIT_MS;
  const worker = new InferenceWorker<PreviewOperations>(
    new URL('./preview.worker.js', import.meta.url),
    data,
    // The call that waits is rejected with the same.
    () => undefined,
  );
  const coded: CodedAudit[] = [];
  try {
    for (let at = 0; at < records.length && performance.now() < deadline; at += BATCH) {
      const batch = records.slice(at, at + BATCH);
      const codes = await worker.call('encode', { records: batch.map(({ record }) => record), limits });
      coded.push(...batch.flatMap(({ audit }, i) => (codes[i] === undefined ? [] : [[audit, codes[i]] as const])));
    }
    return coded;
  } finally {
    await worker.close();
  }
}
