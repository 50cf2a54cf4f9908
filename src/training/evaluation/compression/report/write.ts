import { writeFile } from 'node:fs/promises';
import { checkOutputFile } from '../../../../lib/runtime/output-file.js';
import type { CompressionEvaluation } from '../evaluation.js';
import type { Frontier } from '../frontier.js';
import { reportPage } from './page.js';

/** Calls `checkOutputFile` for the report. */
export function checkReportFile(path: string): Promise<void> {
  return checkOutputFile('--html', path);
}

/** Writes the report as one HTML page that loads nothing from the network. */
export async function writeReport(
  path: string,
  evaluation: CompressionEvaluation,
  frontier: Frontier | undefined,
): Promise<void> {
  await writeFile(path, reportPage(evaluation, frontier));
}
