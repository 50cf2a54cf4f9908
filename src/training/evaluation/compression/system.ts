/** Loads the models that the comparison needs from a models folder. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readDense } from '../../../lib/codec/dense-manifest.js';
import { loadTasks } from '../../../lib/offline/tasks.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import { loadCodec, type Codec } from './codec.js';
import { caeName, levelsOf, type Codecs } from './coded-record.js';
import { loadLabelPredictor, type LabelPredictor } from './label-predictor.js';

export interface CompressionSystem {
  readonly codecs: Codecs;
  readonly inference: Inference;
  readonly labelPredictor: LabelPredictor | undefined;
  /** SHA-256 of the manifests; null for folders that do not exist. */
  readonly hashes: Readonly<Record<'codec' | 'dense' | 'paper' | 'cae' | 'rhythm' | 'rpnet', string | null>>;
}

/**
 * Loads the shipped codec from `codec`. The paper's rungs are in it or, if it has none, in `paper`; the paper's codec after
 * phase 1 only is in `cae`. Either of these two may be missing, and with it the methods that need it.
 *
 * @throws DynamicDeepError MODEL_INVALID if any other model is missing, or one is damaged
 */
export async function loadCompressionSystem(models: string): Promise<CompressionSystem> {
  const { inference, hashes } = await loadTasks(models);
  const codec = await loadCodec(join(models, 'codec'));
  const paper = levelsOf(codec.ladder).length > 0 ? undefined : await loadIfThere(join(models, 'paper'));
  const cae = await loadIfThere(join(models, 'cae'));
  const hashOf = (own: Codec | undefined): string | null => own?.ladder.hash ?? null;
  return {
    codecs: { codec, paper, cae },
    inference,
    labelPredictor: await loadLabelPredictor(
      join(models, paper === undefined ? 'codec' : 'paper'),
      (paper ?? codec).ladder,
    ),
    hashes: {
      codec: hashOf(codec),
      dense: (await readDense(join(models, 'codec')))?.hash ?? null,
      paper: hashOf(paper),
      cae: hashOf(cae),
      rhythm: hashes.rhythm,
      rpnet: hashes.peaks,
    },
  };
}

/** Returns the names of the rungs that are used throughout a record, whose errors Fig. 3 shows. */
export function rungNames({ codec, paper, cae }: Codecs): string[] {
  return [
    ...codec.ladder.rungs.map(({ name }) => name),
    ...levelsOf(paper?.ladder).map(({ name }) => name),
    ...levelsOf(cae?.ladder).map(({ nominalGain }) => caeName(nominalGain)),
  ];
}

async function loadIfThere(folder: string): Promise<Codec | undefined> {
  const there = await access(join(folder, 'manifest.json')).then(
    () => true,
    () => false,
  );
  return there ? loadCodec(folder) : undefined;
}
