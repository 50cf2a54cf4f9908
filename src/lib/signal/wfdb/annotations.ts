import type { Annotation } from '../types.js';
import { parseAnnotations } from './annotation-bytes.js';
import { readWhole } from './files.js';
import { readHeader } from './recording.js';
import { DynamicDeepError } from '../../errors/index.js';
import path from 'node:path';

/**
 * Reads the annotations of a record, in file order. Times are frames of the record: if the file states its own resolution, they
 * are converted by the rate in the record's header.
 *
 * @param file path of the record, with or without `.hea`
 * @param extension the annotator's name: 'atr' are the reference annotations of PhysioNet's databases
 * @param warn called for a file without its end mark, which may be truncated
 * @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID
 */
export async function readAnnotations(
  file: string,
  extension = 'atr',
  warn?: (text: string) => void,
): Promise<Annotation[]> {
  if (!/^[A-Za-z0-9_-]+$/.test(extension)) {
    throw new DynamicDeepError('CONFIG_INVALID', 'an annotator is named by letters, digits, _ and -');
  }
  const base = file.replace(/\.hea$/, '');
  const source = `${base}.${extension}`;
  const { annotations, rate, ended } = parseAnnotations(await readWhole(source), path.basename(source));
  if (!ended) warn?.(`${path.basename(source)}: no end mark: annotations may be missing`);
  if (rate === undefined) return [...annotations];
  const frames = await frameRate(base);
  if (frames === undefined || frames === rate) return [...annotations];
  return annotations.map((a) => ({ ...a, sample: Math.round((a.sample * frames) / rate) }));
}

/** Frames per second of the record. Annotations may come without a header: then their own ticks are all there is. */
async function frameRate(base: string): Promise<number | undefined> {
  try {
    return (await readHeader(base)).header.rate;
  } catch (error) {
    if (error instanceof DynamicDeepError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}
