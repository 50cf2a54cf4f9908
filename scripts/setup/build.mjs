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
    ...['tsconfig.json', 'tsconfig.build.json', 'vite.config.ts', 'package-lock.json'].map((name) => inRoot(name)),
  ];
  const state = fingerprint(inputs);
  const built = ['cli.js', 'web/index.html'].every((name) => existsSync(inRoot('dist', name)));
  if (readJson(stampFile)?.state === state && built) return false;

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
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
  const page = await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: inRoot(), label: 'page' });
  if (!page.ok) throw new SetupError(`the page of the dashboard was not built:\n${page.output.trimEnd()}`);
  writeJson(stampFile, { state });
  say(`build: dist/ in ${seconds(started)}`);
  return true;
}

/** Removes compiled files whose source was removed or renamed: they could still be imported. */
function removeOrphans() {
  for (const path of filesBelow(inRoot('dist'))) {
    const name = relative(inRoot('dist'), path);
    // Vite empties its own folder.
    if (name.startsWith('web')) continue;
    if (!/\.js(?:\.map)?$/.test(name)) continue;
    const source = inRoot('src', name.replace(/\.js(?:\.map)?$/, '.ts'));
    if (!existsSync(source)) rmSync(path);
  }
}
