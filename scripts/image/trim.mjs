// Last step of the image's build: keeps only what the services need, in the working folder and in the cache beside it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCache, inRoot } from '../setup/paths.mjs';

/** Built or read at run time, and the licences that go with it; everything else in the root is removed. */
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

// Without scripts: that of tfjs-node would download its library again.
execFileSync('npm', ['prune', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
  stdio: 'inherit',
  cwd: inRoot(),
});

// Headers and sources of the binding.
const tensorflow = inRoot('node_modules', '@tensorflow');
for (const part of ['binding', 'deps/include']) drop(join(tensorflow, 'tfjs-node', part));

const wheel = existsSync(inCache()) ? readdirSync(inCache()).filter((name) => name.startsWith('tensorflow-')) : [];
// `lib` stays whole: on some machines the wheel has further libraries beside TensorFlow's (OpenMP on arm64).
for (const name of wheel) drop(inCache(name, 'include'));
// Needed only by another set-up: the copy of the prebuilt library, and the record of a failed download.
for (const name of readdirSync(inCache())) if (name.startsWith('tfjs-node-')) drop(inCache(name));

for (const name of readdirSync(inRoot())) if (!KEPT.has(name)) drop(inRoot(name));
