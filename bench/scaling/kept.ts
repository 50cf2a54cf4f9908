/** Steps of a run, kept in files: a run that was cut off goes on where it stopped. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const HOME = '.cache/scaling';

/** Gives the step's result from its file, or makes and keeps it. */
export type Keep = <T>(name: string, make: () => Promise<T>) => Promise<T>;

/** Steps of the same options and the same commit belong together. `fresh`: forget them. */
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
