/** Compares the predictor's input windows with the training reference, and publishes the drift as metrics. */
import { join } from 'node:path';
import { InputDrift } from '../lib/audit/input-drift.js';
import { INPUT_FEATURES, inputFeatures } from '../lib/codec/input-features.js';
import { readInputReference, type InputReference } from '../lib/codec/input-reference.js';
import type { Ladder, NeuralRung } from '../lib/codec/ladder.js';
import type { WindowCandidates } from '../lib/codec/window-encoder.js';
import type { Logger } from '../lib/kafka/index.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { readManifest } from '../lib/model/manifest.js';
import type { EdgeMetrics } from './metrics.js';

const PUBLISH_MS = 15_000;

export interface InputWatchOptions {
  /** Folder of the codec. */
  readonly codec: string;
  readonly ladder: Pick<Ladder, 'rungs'>;
  /** File of the reference; reference.json of the codec if undefined. */
  readonly reference: string | undefined;
  readonly metrics: Pick<EdgeMetrics, 'setInputDrift'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

export interface InputWatch {
  readonly take: (windows: readonly Pick<WindowCandidates, 'stream' | 'input'>[]) => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens the watch. If the codec has no reference, it warns and the watch does nothing.
 *
 * @throws DynamicDeepError MODEL_INVALID if the file is no reference, or if a requested one is absent or of another encoder
 */
export async function openInputWatch(options: InputWatchOptions): Promise<InputWatch> {
  const { codec, ladder, reference: file, metrics, logger } = options;
  const path = file ?? join(codec, 'reference.json');
  const reference = await readInputReference(path);
  const { manifest } = await readManifest(codec);
  const rung = ladder.rungs.find((own): own is NeuralRung => own.kind === 'neural');
  if (reference === undefined || rung === undefined || reference.encoder !== manifest.networks['encoder']?.sha256) {
    const why = reference === undefined ? 'there is none' : 'it is of another encoder';
    if (file !== undefined) throw new DynamicDeepError('MODEL_INVALID', `reference ${path}: ${why}`);
    logger.warn({ reference: path, why }, 'no reference of this codec: the drift of the input is not measured');
    return { take: () => undefined, close: () => Promise.resolve() };
  }
  return watchInput(reference, rung, metrics);
}

function watchInput(
  { features }: InputReference,
  rung: Pick<NeuralRung, 'inverses'>,
  metrics: InputWatchOptions['metrics'],
): InputWatch {
  const drift = new InputDrift(INPUT_FEATURES.map((name) => features[name]));
  const timer = setInterval(() => {
    metrics.setInputDrift(drift.read(Date.now()));
  }, PUBLISH_MS);
  return {
    take: (windows) => {
      for (const { stream, input } of windows) {
        if (input !== undefined) drift.take(stream, inputFeatures(input, rung), Date.now());
      }
    },
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
