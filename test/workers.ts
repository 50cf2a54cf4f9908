/** The services' real worker threads, as set-up has built them. */
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { DecoderOperations } from '../src/decoder-stream/inference.worker.js';
import type { EdgeOperations } from '../src/edge-producer/inference.worker.js';
import { InferenceWorker, type Operations } from '../src/lib/model/inference-worker.js';
import type { TaskOperations } from '../src/tasks-stream/inference.worker.js';
import { MODELS } from './models.js';

/** Ends with the file's tests; a worker that dies fails the calls that wait for it. */
function start<O extends Operations>(service: string, data: unknown): InferenceWorker<O> {
  const url = new URL(`../dist/${service}/inference.worker.js`, import.meta.url);
  const worker = new InferenceWorker<O>(url, data, () => undefined);
  afterAll(() => worker.close());
  return worker;
}

const codec = join(MODELS, 'codec');
export const edgeWorker = (): InferenceWorker<EdgeOperations> => start('edge-producer', { codec });
/** @param older folders of further codecs */
export const decoderWorker = (older: readonly string[] = []): InferenceWorker<DecoderOperations> =>
  start('decoder-stream', { codecs: [codec, ...older] });
export const tasksWorker = (): InferenceWorker<TaskOperations> => start('tasks-stream', { models: MODELS });
