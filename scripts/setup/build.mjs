import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { inRoot } from './paths.mjs';
import { filesBelow, fingerprint, readJson, writeJson } from './files.mjs';
import { run } from './run.mjs';
import { say, seconds, SetupError } from './report.mjs';

const stampFile = inRoot('dist', '.stamp.json');

export async function build() {
  const sources = filesBelow(inRoot('src'));
  const inputs = [
    ...sources,
    ...['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => inRoot(name)),
  ];
  const state = fingerprint(inputs);
  if (readJson(stampFile)?.state === state && existsSync(inRoot('dist', 'cli.js'))) return false;

  const started = performance.now();
  removeOrphans();
  // The incremental record would let tsc skip files that were deleted from dist by hand.
  if (!existsSync(inRoot('dist', 'cli.js'))) rmSync(inRoot('dist', '.tsbuildinfo'), { force: true });
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const result = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--pretty', 'false'], {
    cwd: inRoot(),
    label: 'build',
  });
  if (!result.ok) throw new SetupError(`the build failed:\n${result.output.trimEnd()}`);
  writeJson(stampFile, { state });
  say(`build: dist/ in ${seconds(started)}`);
  return true;
}

/** Compiled files whose source was removed or renamed: they could still be imported. */
function removeOrphans() {
  for (const path of filesBelow(inRoot('dist'))) {
    const name = relative(inRoot('dist'), path);
    if (!/\.js(?:\.map)?$/.test(name)) continue;
    const source = inRoot('src', name.replace(/\.js(?:\.map)?$/, '.ts'));
    if (!existsSync(source)) rmSync(path);
  }
}
