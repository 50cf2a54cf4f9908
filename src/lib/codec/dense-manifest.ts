/**
 * Reads the manifest of a codec's dense predictor, in the subfolder `dense` of the codec. It has its own digest, so retraining
 * the predictor changes neither what is sent under a rung nor the codec's identity.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError } from '../errors/index.js';
import { readManifest, type Manifest } from '../model/manifest.js';
import { readLadder, type Ladder } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';

const parametersSchema = z.looseObject({
  /** SHA-256 of the encoder whose output the predictor reads. */
  encoder: z.string(),
  /** Share of a bound that a predicted error may reach. */
  tau: z.number().min(0),
  /** Names of the output rungs; each has one error per task. */
  rungs: z.array(z.string()).min(1),
  /** Floor of each task's error, added before its logarithm is predicted: whether a bound is met is a matter of factors. */
  floors: z.array(z.number().positive()).length(PREDICTED_TASKS.length),
  /** Mean and standard deviation of the features over the training windows. */
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
});
export type DenseParameters = z.infer<typeof parametersSchema>;

/** Returns the manifest in the codec's folder `dense`, or undefined if the codec has no dense predictor there. */
export async function readDense(
  codec: string,
): Promise<{ readonly manifest: Manifest; readonly hash: string; readonly parameters: DenseParameters } | undefined> {
  const folder = denseFolder(codec);
  const there = await access(join(folder, 'manifest.json')).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const { manifest, hash } = await readManifest(folder);
  const parsed = parametersSchema.safeParse(manifest.parameters);
  if (!parsed.success) throw new DynamicDeepError('MODEL_INVALID', `${folder}: ${z.prettifyError(parsed.error)}`);
  return { manifest, hash, parameters: parsed.data };
}

export function denseFolder(codec: string): string {
  return join(codec, 'dense');
}

/** Loads the codec's ladder. The tau of the folder `dense`, if there is one, replaces the ladder's. */
export async function loadLadder(codec: string): Promise<Ladder> {
  const ladder = readLadder(await readManifest(codec));
  const dense = await readDense(codec);
  return dense === undefined ? ladder : { ...ladder, tau: dense.parameters.tau };
}
