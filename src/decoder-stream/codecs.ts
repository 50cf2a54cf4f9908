/** Codecs that a decoder can decode: its own, and older ones that edges or stored frames may still name. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLadder, type Ladder } from '../lib/codec/ladder.js';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { readManifest } from '../lib/model/manifest.js';

/** One codec; `folder` holds manifest.json and the decoder's weights. */
interface Codec {
  readonly folder: string;
  readonly ladder: Ladder;
}

/** Codecs by the id that frames carry, in hexadecimal. */
export type Codecs = ReadonlyMap<string, Codec>;

/**
 * Returns the folder `codec` of the models folder, then the folder of every older codec.
 *
 * @param olderCodecs folder with one subfolder per older codec; by default `codecs` of the models folder, which may be absent
 * @throws DynamicDeepError FILE_NOT_FOUND if the folder of older codecs cannot be read
 */
export async function codecFolders(models: string, olderCodecs?: string): Promise<string[]> {
  const parent = olderCodecs ?? join(models, 'codecs');
  const names = await readdir(parent).catch((error: unknown) => {
    if (olderCodecs === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new DynamicDeepError('FILE_NOT_FOUND', `the folder of older codecs: ${messageOf(error)}`, { cause: error });
  });
  const folders = [join(models, 'codec')];
  for (const name of names.sort()) {
    const folder = join(parent, name);
    // Kubernetes makes hidden folders in a mounted volume.
    if (!name.startsWith('.') && (await stat(folder)).isDirectory()) folders.push(folder);
  }
  return folders;
}

/**
 * Reads the codecs in `folders`, in that order; a codec that is there twice counts once.
 *
 * @throws DynamicDeepError MODEL_INVALID if a folder holds no codec
 */
export async function readCodecs(folders: readonly string[]): Promise<Codecs> {
  const codecs = new Map<string, Codec>();
  for (const folder of folders) {
    const ladder = readLadder(await readManifest(folder));
    const key = codecKey(ladder.id);
    if (!codecs.has(key)) codecs.set(key, { folder, ladder });
  }
  return codecs;
}

export function codecKey(id: Buffer): string {
  return id.toString('hex');
}
