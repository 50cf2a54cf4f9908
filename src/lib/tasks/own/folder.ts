/** The folder of a task of one's own: its checked manifest, and the SHA-256 by which certificates identify it. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { DynamicDeepError, messageOf } from '../../errors/index.js';
import { ownTaskManifest, type OwnTaskManifest } from './manifest.js';

/** A task as it is on disk: plain data; none of its code has run. */
export interface OwnTaskDeclaration {
  readonly manifest: OwnTaskManifest;
  /** Absolute path. */
  readonly folder: string;
  /** SHA-256 over the names and contents of all files of the task. */
  readonly hash: string;
}

/** Limit for all files together: anything larger is not a small task, and would be read at every start. */
const MOST_MIB = 256;
const MOST_BYTES = MOST_MIB * 2 ** 20;

/**
 * Reads the tasks of `tasks/` in the models folder and those of `folders`, in order of their names.
 *
 * @throws DynamicDeepError TASK_INVALID for a folder that holds no task, an invalid manifest, or two tasks of one name
 */
export async function readOwnTasks({
  models,
  folders,
}: {
  readonly models: string;
  readonly folders: readonly string[];
}): Promise<OwnTaskDeclaration[]> {
  const shipped = join(models, 'tasks');
  const names = await readdir(shipped).catch(() => []);
  const all = [...names.filter(isCounted).map((name) => join(shipped, name)), ...folders];
  const tasks = await Promise.all([...new Set(all.map((folder) => resolve(folder)))].map(readOwnTask));
  tasks.sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
  tasks.forEach(({ manifest: { name }, folder }, i) => {
    const other = tasks[i + 1];
    if (other?.manifest.name === name) throw invalid(folder, `${other.folder} has a task ${name} too`);
  });
  return tasks;
}

/** @throws DynamicDeepError TASK_INVALID */
export async function readOwnTask(folder: string): Promise<OwnTaskDeclaration> {
  const files = await filesOf(folder).catch((error: unknown) => {
    throw error instanceof DynamicDeepError ? error : invalid(folder, `cannot be read: ${messageOf(error)}`, error);
  });
  const text = files.get('task.json')?.toString('utf8');
  if (text === undefined) throw invalid(folder, 'has no task.json');
  const manifest = parseOwnManifest(text, folder);
  if (!files.has(manifest.file)) throw invalid(folder, `has no file ${manifest.file}`);
  return { manifest, folder: resolve(folder), hash: hashOf(files) };
}

/**
 * Parses the manifest in a task.json.
 *
 * @param folder named in messages
 * @throws DynamicDeepError TASK_INVALID with every mistake, one per line
 */
export function parseOwnManifest(text: string, folder: string): OwnTaskManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(folder, `task.json is not JSON: ${messageOf(error)}`, error);
  }
  const parsed = ownTaskManifest.safeParse(json);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `  ${path.map(String).join('.') || 'the whole'}: ${message}`,
    );
    throw invalid(folder, ['task.json is no manifest of a task', ...mistakes].join('\n'));
  }
  return parsed.data;
}

/** Digests by task name, as in certificates and results. */
export function hashesOf(tasks: readonly OwnTaskDeclaration[]): Record<string, string> {
  return Object.fromEntries(tasks.map(({ manifest, hash }) => [manifest.name, hash]));
}

/** Reads the contents by path, with `/`. Nothing is read if the folder holds too much. */
async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const files: FoundFile[] = [];
  let bytes = 0;
  for await (const file of walk(folder, '', [await realpath(folder)])) {
    bytes += file.size;
    if (bytes > MOST_BYTES) throw invalid(folder, `has more than ${MOST_MIB} MiB`);
    files.push(file);
  }
  const found = new Map<string, Buffer>();
  for (const { name, path } of files) found.set(name, await readFile(path));
  return found;
}

interface FoundFile {
  /** Path in the task's folder, with `/`. */
  readonly name: string;
  /** Path with links resolved. */
  readonly path: string;
  readonly size: number;
}

/**
 * Walks the files of a folder. Links within it are followed, since orchestrators use them to mount files. A module imports
 * relative to the real place of its file, which must therefore be among what is hashed.
 *
 * @param prefix path in the task's folder, with a trailing `/`
 * @param above folders from the task's own down to the one being read, with links resolved
 */
async function* walk(folder: string, prefix: string, above: readonly [string, ...string[]]): AsyncGenerator<FoundFile> {
  const inside = join(above[0], sep);
  for (const own of (await readdir(above.at(-1)!)).filter(isCounted).sort()) {
    const name = `${prefix}${own}`;
    const path = await realpath(join(above.at(-1)!, own));
    if (above.includes(path)) throw invalid(folder, `${name} leads back to a folder that it lies in`);
    if (!path.startsWith(inside)) throw invalid(folder, `${name} leads out of the folder`);
    const entry = await stat(path);
    if (entry.isDirectory()) yield* walk(folder, `${name}/`, [...above, path]);
    else if (entry.isFile()) yield { name, path, size: entry.size };
    else throw invalid(folder, `${name} is no file that a task may have`);
  }
}

function isCounted(name: string): boolean {
  return !name.startsWith('.') && name !== 'README.md';
}

/** Names and lengths are hashed too, so that no two different folders give the same bytes. */
function hashOf(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${JSON.stringify(path)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function invalid(folder: string, what: string, cause?: unknown): DynamicDeepError {
  return new DynamicDeepError('TASK_INVALID', `the task of ${folder}: ${what}`, { cause });
}
