/** Tasks of one's own, run in this process. */
import { readOwnTasks } from '../tasks/own/folder.js';
import { createOwnTasks, type OwnTasks } from '../tasks/own/own-tasks.js';
import { loadOwnTasks, runOwnTask } from '../tasks/own/run.js';

/**
 * @param folders folders of tasks, beside those in `tasks/` of the models folder
 * @param onFailure called at the first failure of each task
 * @throws DynamicDeepError TASK_INVALID
 */
export async function openOwnTasks(
  models: string,
  folders: readonly string[],
  onFailure: (name: string, failure: string) => void,
): Promise<OwnTasks> {
  const declared = await readOwnTasks({ models, folders });
  const loaded = await loadOwnTasks(declared);
  return createOwnTasks({
    declared,
    run: (name, pairs) => Promise.resolve(runOwnTask(loaded, name, pairs)),
    onFailure,
  });
}
