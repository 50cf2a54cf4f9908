/** Codec, tasks and predictor of an edge in a thread of their own, for one preview. */
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
import type { OriginalRecord } from './originals.js';

export interface PreviewWorkerData {
  /** Folder of the models. */
  readonly models: string;
  readonly predictor: PredictorKind;
}

const { models, predictor } = workerData as PreviewWorkerData;
const opened = openCodec(join(models, 'codec'));
const tasks = predictor === 'synthesis' ? loadTasks(models) : undefined;

const operations = {
  encode: async ({
    records,
    limits,
  }: {
    records: readonly OriginalRecord[];
    limits: ChoiceLimits | null;
  }): Promise<CodedRecord[]> => {
    const { ladder, encode, decode } = await opened;
    const inference = (await tasks)?.inference;
    // A predictor remembers what went before; each call has records of its own.
    const chooser =
      inference === undefined
        ? new DensePredictor({ ladder, decode })
        : new SynthesisPredictor({ ladder, decode, inference });
    return encodeRecords(records, limits, { ladder, encode, choose: (windows) => chooser.choose(windows) });
  },
};
export type PreviewOperations = typeof operations;

serveInference(operations);
