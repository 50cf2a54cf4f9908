/** The tasks of a models folder, run in this process. */
import { Network } from '../model/network.js';
import { loadRhythm, loadRpnet } from '../model/task-models.js';
import { createInference, type Inference } from '../tasks/inference.js';
import { readTemperature } from '../tasks/rhythm.js';

export interface OfflineTasks {
  readonly inference: Inference;
  /** SHA-256 of the manifests. */
  readonly hashes: { readonly rhythm: string; readonly peaks: string };
}

/** Loads RPnet alone. @throws DynamicDeepError MODEL_INVALID */
export async function loadPeaks(models: string): Promise<Pick<Inference, 'peaks'>> {
  const network = new Network((await loadRpnet(models)).network);
  const run = (input: Float32Array, n: number): Float32Array => network.run(input, n)[0] ?? new Float32Array();
  return createInference({ run: (_, input, n) => Promise.resolve(run(input, n)), temperature: 1 });
}

/** @throws DynamicDeepError MODEL_INVALID */
export async function loadTasks(models: string): Promise<OfflineTasks> {
  const [rhythm, rpnet] = [await loadRhythm(models), await loadRpnet(models)];
  const networks = { rhythm: new Network(rhythm.network), peaks: new Network(rpnet.network) };
  return {
    inference: createInference({
      run: (network, input, n) => Promise.resolve(networks[network].run(input, n)[0] ?? new Float32Array()),
      temperature: readTemperature(rhythm.manifest),
    }),
    hashes: { rhythm: rhythm.hash, peaks: rpnet.hash },
  };
}
