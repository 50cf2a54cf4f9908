import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inCache, inRoot } from './paths.mjs';
import { readJson, sizeBelow, writeJson } from './files.mjs';
import { run } from './run.mjs';
import { megabytes, say, seconds } from './report.mjs';

const NO_ANSWER_MS = 30_000;
const LIMIT_MS = 15 * 60_000;

/** What tfjs-node's own installation brings. The path of the library, or undefined where it cannot be had. */
export async function fromPrebuilt({ packageFolder, version, napi }) {
  const name = `tfjs-node-${version}-${process.platform}-${process.arch}-napi${napi}`;
  const kept = inCache(name);
  const failure = inCache(`${name}-unreachable.json`);
  const library = join(packageFolder, 'deps', 'lib');
  if (existsSync(kept)) {
    for (const part of ['deps', 'lib'])
      cpSync(join(kept, part), join(packageFolder, part), { recursive: true, verbatimSymlinks: true });
    say(`tensorflow: prebuilt library from ${kept}`);
    return library;
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
  if (!result.ok || !existsSync(library)) {
    say(`tensorflow: the prebuilt library cannot be had: ${result.reason}`);
    rmSync(join(packageFolder, 'deps'), { recursive: true, force: true });
    // A network that refused once refuses again: the next set-up does not wait for it.
    writeJson(failure, { reason: result.reason, at: new Date().toISOString() });
    return undefined;
  }
  keep(packageFolder, kept);
  say(`tensorflow: prebuilt library in ${seconds(started)}`);
  return library;
}

/** `npm ci` removes both folders with the package. */
function keep(packageFolder, kept) {
  const partial = `${kept}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const part of ['deps', 'lib'])
    cpSync(join(packageFolder, part), join(partial, part), { recursive: true, verbatimSymlinks: true });
  renameSync(partial, kept);
}
