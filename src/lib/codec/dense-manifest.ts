/**
 * The manifest of a codec's dense predictor, in the folder `dense` of the codec's own. It has a digest of its own: learning
 * the predictor again changes neither what is sent nor the codec's identity.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError } from '../errors/index.js';
import { readManifest, type Manifest } from '../model/manifest.js';
import { readLadder, type Ladder } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';

const parametersSchema = z.looseObject({
  /** SHA-256 of the encoder whose output it reads. */
  encoder: z.string(),
  /** Share of a bound that a predicted error may reach. */
  tau: z.number().min(0),
  /** Rungs of the outputs, each with an error of every task. */
  rungs: z.array(z.string()).min(1),
  /** Errors below these count as these: a bound is met or missed by a factor. */
  floors: z.array(z.number().positive()).length(PREDICTED_TASKS.length),
  /** Of the features on training windows. */
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
});
export type DenseParameters = z.infer<typeof parametersSchema>;

/** What stands in the codec's folder; undefined where it has no dense predictor of its own. */
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

/** The codec's ladder, with the tau of its dense predictor where it has one. */
export async function loadLadder(codec: string): Promise<Ladder> {
  const ladder = readLadder(await readManifest(codec));
  const dense = await readDense(codec);
  return dense === undefined ? ladder : { ...ladder, tau: dense.parameters.tau };
}
