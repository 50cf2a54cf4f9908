import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inCache, inRoot } from './paths.mjs';
import { readJson, sizeBelow, writeJson } from './files.mjs';
import { run } from './run.mjs';
import { megabytes, say, seconds } from './report.mjs';

const NO_ANSWER_MS = 30_000;
const LIMIT_MS = 15 * 60_000;

/**
 * Installs what tfjs-node's own installation brings. Returns the library's path, or undefined if it cannot be had or does not
 * load. It is kept in the cache once `loadError` returns no error.
 */
export async function fromPrebuilt({ packageFolder, version, napi }, loadError) {
  const name = `tfjs-node-${version}-${process.platform}-${process.arch}-napi${napi}`;
  const kept = inCache(name);
  const failure = inCache(`${name}-unreachable.json`);
  const library = join(packageFolder, 'deps', 'lib');
  if (existsSync(kept)) {
    for (const part of ['deps', 'lib'])
      cpSync(join(kept, part), join(packageFolder, part), { recursive: true, verbatimSymlinks: true });
    say(`tensorflow: prebuilt library from ${kept}`);
    return loads(loadError) ? library : undefined;
  }
  const past = readJson(failure);
  if (past !== undefined) {
    say(`tensorflow: no prebuilt library (${past.reason}, ${past.at.slice(0, 10)}; remove ${failure} to try again)`);
    return undefined;
  }

  say('tensorflow: trying the prebuilt library, about 110 MB to download');
  const started = performance.now();
  const arrived = () => sizeBelow(join(packageFolder, 'deps'));
  const result = await run(process.execPath, ['scripts/install.js'], {
    cwd: packageFolder,
    env: { PATH: `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}` },
    label: 'tensorflow',
    status: () => `${megabytes(arrived())} unpacked`,
    giveUp: (elapsed) => {
      if (elapsed > LIMIT_MS) return `not finished after ${LIMIT_MS / 60_000} minutes`;
      return elapsed > NO_ANSWER_MS && arrived() === 0 ? `no answer within ${NO_ANSWER_MS / 1000} s` : undefined;
    },
  });
  // A network that refused once will refuse again, and a system that is too old stays so: the next set-up does not try.
  const remember = (reason) => {
    rmSync(join(packageFolder, 'deps'), { recursive: true, force: true });
    writeJson(failure, { reason, at: new Date().toISOString() });
  };
  if (!result.ok || !existsSync(library)) {
    say(`tensorflow: the prebuilt library cannot be had: ${result.reason}`);
    return remember(result.reason);
  }
  if (!loads(loadError)) return remember('it does not load here');
  keep(packageFolder, kept);
  say(`tensorflow: prebuilt library in ${seconds(started)}`);
  return library;
}

/** The library may arrive and still not run here, for lack of a newer glibc. */
function loads(loadError) {
  const error = loadError();
  if (error !== undefined) say(`tensorflow: the prebuilt library does not load (${error})`);
  return error === undefined;
}

/** Copies both folders to the cache, since `npm ci` removes them with the package. */
function keep(packageFolder, kept) {
  const partial = `${kept}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const part of ['deps', 'lib'])
    cpSync(join(packageFolder, part), join(partial, part), { recursive: true, verbatimSymlinks: true });
  renameSync(partial, kept);
}
