// Last step of the image's build: leaves in the working folder, and in the cache beside it, what the services run on.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCache, inRoot } from '../setup/paths.mjs';

/** Built or read at run time, and the licences that go with it; everything else in the root goes. */
const KEPT = new Set([
  'bin',
  'dist',
  'models',
  'node_modules',
  'package.json',
  'policies',
  'samples',
  'schemas',
  'LICENSE',
  'NOTICE',
  'THIRD-PARTY.md',
]);

const drop = (path) => rmSync(path, { recursive: true, force: true });

// Without scripts: tfjs-node's own would fetch its library again.
execFileSync('npm', ['prune', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
  stdio: 'inherit',
  cwd: inRoot(),
});

// Headers and sources of the binding, and the browsers' bundles of tfjs.
const tensorflow = inRoot('node_modules', '@tensorflow');
for (const part of ['binding', 'deps/include']) drop(join(tensorflow, 'tfjs-node', part));

const wheel = existsSync(inCache()) ? readdirSync(inCache()).filter((name) => name.startsWith('tensorflow-')) : [];
// `lib` stays whole: the wheel of some machines has libraries of its own beside TensorFlow's (OpenMP on arm64).
for (const name of wheel) drop(inCache(name, 'include'));
// What a second set-up would want: the copy of the prebuilt library, and the memory of a download that failed.
for (const name of readdirSync(inCache())) if (name.startsWith('tfjs-node-')) drop(inCache(name));

for (const name of readdirSync(inRoot())) if (!KEPT.has(name)) drop(inRoot(name));
