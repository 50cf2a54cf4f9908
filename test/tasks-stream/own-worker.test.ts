import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InferenceWorker } from '../../src/lib/model/inference-worker.js';
import { readOwnTasks } from '../../src/lib/tasks/own/folder.js';
import { workerOwnTasks } from '../../src/tasks-stream/inference.js';
import type { TaskOperations, TaskWorkerData } from '../../src/tasks-stream/inference.worker.js';
import { temporaryFolder } from '../lib/model/tiny.js';
import { moduleFolder } from '../lib/tasks/own/tasks.js';
import { MODELS } from '../models.js';

const folder = await temporaryFolder();

/** The service's real worker thread, as set-up has built it. */
async function worker(folders: readonly string[]) {
  const declared = await readOwnTasks({ models: MODELS, folders });
  const url = new URL('../../dist/tasks-stream/inference.worker.js', import.meta.url);
  const data: TaskWorkerData = { models: MODELS, ownTasks: declared };
  const own = new InferenceWorker<TaskOperations>(url, data, () => undefined);
  afterAll(() => own.close());
  return { own, declared };
}

describe('the worker of tasks-stream', () => {
  it('runs tasks of one’s own, and says which failed', async () => {
    const failures: string[] = [];
    const code = 'export default (signal) => { if (signal[0] > 1) throw new Error("too high"); return [signal[0]]; };';
    const { own, declared } = await worker([await moduleFolder(folder, {}, code)]);
    await own.call('ready', undefined);
    const onFailure = (name: string, failure: string): void => void failures.push(`${name}: ${failure}`);
    const seconds: string[] = [];
    const tasks = workerOwnTasks({ worker: own, declared, observe: (of) => seconds.push(of), onFailure });
    const line = (height: number): Float32Array => new Float32Array(1792).fill(height);
    const pairs = [0.5, 2].map((height) => ({ original: line(0), decoded: line(height) }));
    expect(await tasks.errors('mean', pairs)).toEqual([0.5, Number.NaN]);
    expect([failures, seconds]).toEqual([['mean: too high'], ['own']]);
  });

  it('is not ready with a module that has no function', async () => {
    const { own } = await worker([await moduleFolder(join(folder, 'none'), {}, 'export const run = 1;')]);
    await expect(own.call('ready', undefined)).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });
});
