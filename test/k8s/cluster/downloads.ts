/** What the ring needs and no package manager installs: fetched once from the Go module proxy, Maven Central and PyPI. */
import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** The same rule as in scripts/setup/paths.mjs. */
const CACHE = process.env['DYNAMIC_DEEP_CACHE'] ?? join(homedir(), '.cache', 'dynamic-deep');

/** A folder of the cache, made by `fill` once: a fill that fails leaves nothing. */
export async function cached(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const home = join(CACHE, name);
  if (existsSync(home)) return home;
  const partial = `${home}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial);
    await rename(partial, home);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return home;
}

/** The folder of a module's sources, `path@version`. */
export async function goModule(module: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir() });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

export async function download(url: string, file: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null) throw new Error(`${url}: ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
}
