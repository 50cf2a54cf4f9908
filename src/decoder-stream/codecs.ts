/** The codecs that a decoder decodes by: its own, and older ones that edges or stored frames may still name. */
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

/** By the id that a frame carries, in hexadecimal. */
export type Codecs = ReadonlyMap<string, Codec>;

/**
 * The folders of `codec` of the models folder and of every older codec.
 *
 * @param olderCodecs folder that has a folder for each; `codecs` of the models folder by default, which may be absent
 * @throws DynamicDeepError FILE_NOT_FOUND where the folder is named and cannot be read
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
    // Hidden ones are those that Kubernetes makes in a mounted volume.
    if (!name.startsWith('.') && (await stat(folder)).isDirectory()) folders.push(folder);
  }
  return folders;
}

/**
 * Ladders of the codecs in `folders`, in their order; a codec that is there twice counts once.
 *
 * @throws DynamicDeepError MODEL_INVALID where a folder holds no codec
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
