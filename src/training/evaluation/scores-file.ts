import { open, writeFile } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';

/**
 * Makes sure that scores can be written, before the minutes that they take. A file that is there keeps its content.
 *
 * @throws DynamicDeepError CONFIG_INVALID where it cannot be opened for writing
 */
export async function checkScoresFile(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new DynamicDeepError('CONFIG_INVALID', `--json ${path} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

export async function writeScores(path: string, scores: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(scores, null, 2)}\n`);
}
