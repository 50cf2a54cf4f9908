/** Worker thread that runs an edge's codec, tasks and predictor for one preview. */
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { PredictorKind } from '../../lib/certification/certificate.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import { serveInference } from '../../lib/model/inference-worker.js';
import { openCodec } from '../../lib/offline/codec.js';
import { loadTasks } from '../../lib/offline/tasks.js';
import { DensePredictor } from '../../lib/prediction/dense.js';
import { SynthesisPredictor } from '../../lib/prediction/synthesis.js';
import { encodeRecords, type CodedRecord } from './encode-records.js';
import { lostByCoding, type LostByCoding } from './measure-records.js';
import type { OriginalRecord } from './originals.js';

export interface PreviewWorkerData {
  /** Folder of the models. */
  readonly models: string;
  readonly predictor: PredictorKind;
}

/** What one record would have become under the policy. */
export type TriedRecord = Omit<CodedRecord, 'segments'> & LostByCoding;

const { models, predictor } = workerData as PreviewWorkerData;
const opened = openCodec(join(models, 'codec'));
const tasks = loadTasks(models);

const operations = {
  tryOut: async ({
    records,
    limits,
  }: {
    records: readonly OriginalRecord[];
    limits: ChoiceLimits | null;
  }): Promise<TriedRecord[]> => {
    const { ladder, encode, decode, decodeSegments } = await opened;
    const { inference } = await tasks;
    // A predictor remembers earlier windows, and each call has new records, so each gets a new predictor.
    const chooser =
      predictor === 'synthesis'
        ? new SynthesisPredictor({ ladder, decode, inference })
        : new DensePredictor({ ladder, decode });
    const coded = await encodeRecords(records, limits, {
      ladder,
      encode,
      choose: (windows) => chooser.choose(windows),
    });
    const tried: TriedRecord[] = [];
    for (const [i, { segments, ...sums }] of coded.entries()) {
      const record = records[i];
      if (record === undefined) continue;
      tried.push({ ...sums, ...(await lostByCoding(record, { segments }, { decodeSegments, inference })) });
    }
    return tried;
  },
};
export type PreviewOperations = typeof operations;

serveInference(operations);
