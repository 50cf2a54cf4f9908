/** The parts of a models folder that a certificate depends on: SHA-256 of the manifests of the models that send and judge. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '../model/manifest.js';
import type { ModelHashes } from './certificate.js';

/**
 * @param codec SHA-256 of the codec's manifest
 * @returns `dense` only if the codec's folder has a dense predictor of its own
 * @throws DynamicDeepError MODEL_INVALID
 */
export async function readModelHashes(models: string, codec: string): Promise<ModelHashes> {
  const [rhythm, peaks] = [await readManifest(join(models, 'rhythm')), await readManifest(join(models, 'peaks'))];
  const own = join(models, 'codec', 'dense');
  const there = await access(join(own, 'manifest.json')).then(
    () => true,
    () => false,
  );
  const dense = there ? { dense: (await readManifest(own)).hash } : {};
  return { codec, rhythm: rhythm.hash, peaks: peaks.hash, ...dense };
}
