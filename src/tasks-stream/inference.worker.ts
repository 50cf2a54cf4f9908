/** Worker thread that runs the tasks' networks. */
import { workerData } from 'node:worker_threads';
import { serveInference } from '../lib/model/inference-worker.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { taskOperations } from '../lib/tasks/worker-operations.js';

export type { TaskOperations } from '../lib/tasks/worker-operations.js';

export interface TaskWorkerData {
  /** Folder of the models. */
  readonly models: string;
  readonly ownTasks?: readonly OwnTaskDeclaration[];
}

const { models, ownTasks } = workerData as TaskWorkerData;

serveInference(taskOperations(models, ownTasks));
