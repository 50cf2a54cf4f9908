/** Files that commands write their results to. */
import { lstat, open, rm } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../errors/index.js';

/**
 * Makes sure that the file of `--json` can be written, before the minutes that its content takes. A file that is there
 * keeps its content; one that is not there is not left behind empty.
 *
 * @throws DynamicDeepError CONFIG_INVALID where it cannot be opened for writing
 */
export async function checkJsonFile(path: string): Promise<void> {
  try {
    const isNew = await lstat(path).then(
      () => false,
      () => true,
    );
    await (await open(path, 'a')).close();
    if (isNew) await rm(path);
  } catch (error) {
    throw new DynamicDeepError('CONFIG_INVALID', `--json ${path} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
