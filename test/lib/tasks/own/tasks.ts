/** Folders of tasks as people write them, and the tasks in them, run in this process. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOwnTasks } from '../../../../src/lib/offline/own-tasks.js';
import type { OwnTasks } from '../../../../src/lib/tasks/own/own-tasks.js';
import type { OwnTaskManifest } from '../../../../src/lib/tasks/own/manifest.js';

export const MEAN: OwnTaskManifest = {
  name: 'mean',
  summary: 'mean of the signal',
  kind: 'module',
  file: 'mean.js',
  rate: 300,
  context: 5,
  outputs: { kind: 'values' },
  error: { kind: 'mean-absolute-difference' },
  bound: 0.2,
};
export const MEAN_CODE = 'export default (signal) => [signal.reduce((a, b) => a + b, 0) / signal.length];\n';

/** The folder of a module with this code. */
export async function moduleFolder(
  folder: string,
  some: Partial<OwnTaskManifest> & Record<string, unknown> = {},
  code = MEAN_CODE,
): Promise<string> {
  const manifest = { ...MEAN, ...some };
  const own = join(folder, manifest.name);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'task.json'), JSON.stringify(manifest));
  await writeFile(join(own, manifest.file), code);
  return own;
}

export const opened = async (
  folders: readonly string[],
  failures: string[] = [],
): Promise<OwnTasks> => openOwnTasks('/no/models', folders, (name, failure) => failures.push(`${name}: ${failure}`)); // prettier-ignore
