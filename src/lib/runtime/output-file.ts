/** Files that commands write their results to. */
import { access, constants, lstat, open, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../errors/index.js';

/** Calls `checkOutputFile` for the file of `--json`. */
export function checkJsonFile(path: string): Promise<void> {
  return checkOutputFile('--json', path);
}

/**
 * Checks that a file can be written, before its content is computed, which takes minutes. An existing file keeps its content. A
 * new one is not left behind empty. A pipe or a device, such as `/dev/stdout`, is not opened yet: closing a pipe would signal
 * end of file to its reader.
 *
 * @throws DynamicDeepError CONFIG_INVALID if it cannot be opened for writing
 */
export async function checkOutputFile(flag: string, path: string): Promise<void> {
  try {
    const isNew = await lstat(path).then(
      () => false,
      () => true,
    );
    if (!isNew && (await isStream(path))) {
      await access(path, constants.W_OK);
      return;
    }
    await (await open(path, 'a')).close();
    if (isNew) await rm(path);
  } catch (error) {
    throw unwritable(flag, path, messageOf(error), error);
  }
}

/**
 * Writes a value to the file of `--json`, indented.
 *
 * @throws DynamicDeepError CONFIG_INVALID if it cannot be written
 */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw unwritable('--json', path, messageOf(error), error);
  }
}

/**
 * Returns the path to rename a finished result to: `path`, or the file that it links to.
 *
 * @throws DynamicDeepError CONFIG_INVALID if the path is not a regular file, since renaming would replace it
 */
export async function replaceableFile(flag: string, path: string): Promise<string> {
  const hint = 'name a regular file, or one that does not exist';
  try {
    await lstat(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw unwritable(flag, path, messageOf(error), error);
  }
  const target = await realpath(path).catch((error: unknown) => {
    throw unwritable(flag, path, `it is a symbolic link to nothing that could be replaced: ${hint}`, error);
  });
  const there = await stat(target);
  if (there.isFile()) return target;
  throw unwritable(flag, path, `it is a ${there.isDirectory() ? 'directory' : 'pipe, socket or device'}: ${hint}`);
}

async function isStream(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unwritable(flag: string, path: string, why: string, cause?: unknown): DynamicDeepError {
  return new DynamicDeepError('CONFIG_INVALID', `${flag} ${path} cannot be written: ${why}`, { cause });
}
