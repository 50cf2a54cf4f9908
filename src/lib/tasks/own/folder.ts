/** The folder of a task of one's own: its manifest, checked, and the SHA-256 that certificates know it by. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DynamicDeepError, messageOf } from '../../errors/index.js';
import { ownTaskManifest, type OwnTaskManifest } from './manifest.js';

/** A task as it lies on disk: plain data, nothing of it has run. */
export interface OwnTaskDeclaration {
  readonly manifest: OwnTaskManifest;
  /** Absolute. */
  readonly folder: string;
  /** SHA-256 of every file that the task consists of, by name and content. */
  readonly hash: string;
}

/** More is no small task, and would be read at every start. */
const MOST_BYTES = 2 ** 28;

/**
 * The tasks of `tasks/` in the models folder, and those of `folders`, in order of their names.
 *
 * @throws DynamicDeepError TASK_INVALID for a folder that is none of a task, a wrong manifest, two tasks of one name
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
 * The manifest of a task.json.
 *
 * @param folder names it in messages
 * @throws DynamicDeepError TASK_INVALID with every mistake, a line each
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
    const mistakes = parsed.error.issues.map(({ path, message }) => `  ${path.map(String).join('.') || 'the whole'}: ${message}`); // prettier-ignore
    throw invalid(folder, ['task.json is no manifest of a task', ...mistakes].join('\n'));
  }
  return parsed.data;
}

/** Digests by name, as certificates and results carry them. */
export function hashesOf(tasks: readonly OwnTaskDeclaration[]): Record<string, string> {
  return Object.fromEntries(tasks.map(({ manifest, hash }) => [manifest.name, hash]));
}

/** Content by path with `/`; links are followed, since orchestrators mount files by them. */
async function filesOf(folder: string, prefix = '', found = new Map<string, Buffer>()): Promise<Map<string, Buffer>> {
  for (const name of (await readdir(folder)).filter(isCounted).sort()) {
    const path = join(folder, name);
    const { size, ...entry } = await stat(path).then((own) => ({ size: own.size, isFolder: own.isDirectory(), isFile: own.isFile() })); // prettier-ignore
    if (entry.isFolder) await filesOf(path, `${prefix}${name}/`, found);
    else if (!entry.isFile || size > MOST_BYTES) throw invalid(folder, `${name} is no file that a task may have`);
    else found.set(`${prefix}${name}`, await readFile(path));
  }
  return found;
}

function isCounted(name: string): boolean {
  return !name.startsWith('.') && name !== 'README.md';
}

/** Names and lengths are hashed too, so that no two folders come to the same bytes. */
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
