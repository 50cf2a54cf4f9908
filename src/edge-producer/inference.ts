/** Runs the edge's networks on the worker thread, with the predictor that chooses rungs by them. */
import { join } from 'node:path';
import type { PredictorKind } from '../lib/certification/certificate.js';
import type { Ladder } from '../lib/codec/ladder.js';
import type { WindowEncoderOptions } from '../lib/codec/window-encoder.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import { DensePredictor } from '../lib/prediction/dense.js';
import { SynthesisPredictor } from '../lib/prediction/synthesis.js';
import { secondOpinionOf, type SecondOpinion } from '../lib/tasks/haste.js';
import { createInference } from '../lib/tasks/inference.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { createOwnTasks } from '../lib/tasks/own/own-tasks.js';
import { readTemperature } from '../lib/tasks/rhythm.js';
import type { EdgeOperations, EdgeWorkerData } from './inference.worker.js';

/** Models that the edge runs; `own` is a task of one's own. */
export type EdgeModel = 'encoder' | 'decoder' | 'rhythm' | 'peaks' | 'own';

export interface EdgeInferenceOptions {
  /** Folder of the models. */
  readonly models: string;
  readonly ladder: Ladder;
  readonly predictor: PredictorKind;
  readonly ownTasks: readonly OwnTaskDeclaration[];
  readonly onFailure: (error: Error) => void;
  /** Called at the first failure of each task of one's own. */
  readonly onTaskFailure: (name: string, failure: string) => void;
  /** Called with the wall seconds of each run, including its wait for the thread. */
  readonly observe: (model: EdgeModel, seconds: number) => void;
}

export interface EdgeInference extends Required<Pick<WindowEncoderOptions, 'encode' | 'choose'>> {
  /** RPnet's opinion; undefined if the predictor does not run RPnet. */
  readonly secondOpinion: SecondOpinion | undefined;
  /** Resolves when the networks are loaded and have run once. */
  readonly ready: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the worker thread. */
export async function startInference(options: EdgeInferenceOptions): Promise<EdgeInference> {
  const { models, ladder, predictor, ownTasks, onFailure, onTaskFailure, observe } = options;
  const synthesises = predictor === 'synthesis';
  const data: EdgeWorkerData = {
    codec: join(models, 'codec'),
    models: synthesises ? models : undefined,
    ownTasks: synthesises ? ownTasks : [],
  };
  const worker = new InferenceWorker<EdgeOperations>(
    new URL('./inference.worker.js', import.meta.url),
    data,
    onFailure,
  );
  const timed = async <T>(model: EdgeModel, call: Promise<T>): Promise<T> => {
    const started = performance.now();
    const output = await call;
    observe(model, (performance.now() - started) / 1000);
    return output;
  };
  const decode: ConstructorParameters<typeof DensePredictor>[0]['decode'] = (rung, latents, n) =>
    timed('decoder', worker.call('decode', { rung, latents, n }));
  const common = {
    ready: () => worker.call('ready', undefined),
    encode: (windows: Float32Array, n: number) => timed('encoder', worker.call('encode', { windows, n })),
    close: () => worker.close(),
  };
  if (predictor === 'dense') {
    const dense = new DensePredictor({ ladder, decode });
    return { ...common, secondOpinion: undefined, choose: (windows) => dense.choose(windows) };
  }
  const { manifest } = await readManifest(join(models, 'rhythm'));
  const inference = createInference({
    temperature: readTemperature(manifest),
    run: (network, input, n) => timed(network, worker.call(network, { input, n })),
  });
  const synthesis = new SynthesisPredictor({
    ladder,
    decode,
    inference,
    ownTasks: createOwnTasks({
      declared: ownTasks,
      onFailure: onTaskFailure,
      run: (name, pairs) => timed('own', worker.call('own', { name, pairs })),
    }),
  });
  return {
    ...common,
    secondOpinion: secondOpinionOf(inference.peaks),
    choose: (windows) => synthesis.choose(windows),
  };
}
