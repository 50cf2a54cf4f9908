/** Loads the tasks' networks from the models folder. Runs in a worker thread, where TensorFlow is. */
import { Network } from '../model/network.js';
import { loadRhythm, loadRpnet } from '../model/task-models.js';

export interface TaskNetworks {
  readonly rhythm: Network;
  readonly rpnet: Network;
}

export async function loadTaskNetworks(models: string): Promise<TaskNetworks> {
  return {
    rhythm: new Network((await loadRhythm(models)).network),
    rpnet: new Network((await loadRpnet(models)).network),
  };
}
