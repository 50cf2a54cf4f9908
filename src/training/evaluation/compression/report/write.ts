import { lstat, open, rm, writeFile } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../../../../lib/errors/index.js';
import type { CompressionEvaluation } from '../evaluation.js';
import type { Frontier } from '../frontier.js';
import { reportPage } from './page.js';

/**
 * Makes sure that the report can be written, before the minutes that it takes. A file that is there keeps its content; one
 * that is not there is not left behind empty.
 *
 * @throws DynamicDeepError CONFIG_INVALID where it cannot be opened for writing
 */
export async function checkReportFile(path: string): Promise<void> {
  try {
    const isNew = await lstat(path).then(
      () => false,
      () => true,
    );
    await (await open(path, 'a')).close();
    if (isNew) await rm(path);
  } catch (error) {
    throw new DynamicDeepError('CONFIG_INVALID', `--html ${path} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** One page that needs no network. */
export async function writeReport(
  path: string,
  evaluation: CompressionEvaluation,
  frontier: Frontier | undefined,
): Promise<void> {
  await writeFile(path, reportPage(evaluation, frontier));
}
