/** Steps of a run, kept in files: an interrupted run resumes where it stopped. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const HOME = '.cache/scaling';

/** Returns the step's result from its file, or makes and stores it. */
export type Keep = <T>(name: string, make: () => Promise<T>) => Promise<T>;

/** Keeps steps of the same options and commit together. `fresh` deletes those of earlier runs. */
export function keeper(options: object, fresh: boolean): Keep {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const name = createHash('sha256').update(JSON.stringify({ options, commit })).digest('hex').slice(0, 16);
  const folder = join(HOME, name);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return async <T>(step: string, make: () => Promise<T>): Promise<T> => {
    const file = join(folder, step);
    if (existsSync(file)) return deserialize(readFileSync(file)) as T;
    const made = await make();
    writeFileSync(`${file}.part`, serialize(made));
    renameSync(`${file}.part`, file);
    return made;
  };
}
