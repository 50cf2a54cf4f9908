import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { DynamicDeepError, messageOf } from '../../errors/index.js';
import { invalid } from './text.js';

/** Headers and annotation files are read whole; no real one comes near this. */
const MAX_WHOLE_FILE = 64 * 2 ** 20;

/**
 * Returns the path of a file that a header names. It may lie in a subfolder of the header's folder but never outside it.
 *
 * @throws DynamicDeepError RECORD_INVALID
 */
export function inside(folder: string, name: string): string {
  const base = path.resolve(folder);
  const full = path.resolve(base, name);
  const relative = path.relative(base, full);
  const escapes = relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`);
  if (escapes || path.isAbsolute(relative) || path.isAbsolute(name) || name.includes('\0')) {
    throw invalid(folder, 'a file name of the header leads out of its folder');
  }
  return full;
}

/** Reads a whole small file. @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID */
export async function readWhole(file: string): Promise<Buffer> {
  return withFile(file, async (handle, size) => {
    if (size > MAX_WHOLE_FILE) throw invalid(file, `expected at most ${MAX_WHOLE_FILE} bytes, got ${size}`);
    return readAt(handle, 0, Buffer.alloc(size));
  });
}

/** Runs `use` on an open file and its size in bytes. @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID */
export async function withFile<T>(file: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  let size: number;
  try {
    // Checked before opening: opening a named pipe would wait for a writer for ever.
    const stats = await stat(file);
    if (!stats.isFile()) throw invalid(file, 'is not a regular file');
    size = stats.size;
    handle = await open(file, 'r');
  } catch (error) {
    throw fileError(file, error);
  }
  try {
    return await use(handle, size);
  } finally {
    await handle.close();
  }
}

/** Size in bytes of a regular file. @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID */
export async function sizeOf(file: string): Promise<number> {
  return withFile(file, (_, size) => Promise.resolve(size));
}

/** Fills `buffer` from `position` in the file on; returns the part that could be filled. */
export async function readAt(handle: FileHandle, position: number, buffer: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function fileError(file: string, error: unknown): DynamicDeepError {
  if (error instanceof DynamicDeepError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new DynamicDeepError('FILE_NOT_FOUND', `${file} does not exist`, { cause: error });
  }
  return new DynamicDeepError('RECORD_INVALID', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
}
