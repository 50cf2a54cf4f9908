import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { inCache, inRoot } from './paths.mjs';
import { sizeBelow } from './files.mjs';
import { requirePip, requireTool } from './tools.mjs';
import { run } from './run.mjs';
import { megabytes, say, seconds, SetupError } from './report.mjs';

const require = createRequire(import.meta.url);
const MACHINES = { x64: 'x86_64', arm64: 'aarch64' };
const PURPOSE = 'to build the TensorFlow binding (there is no prebuilt library, or it is not wanted)';
const requirements = inRoot('scripts', 'setup', 'tensorflow-wheel.txt');

/** Builds tfjs-node's own binding sources against the library in PyPI's TensorFlow wheel. Returns the library's path. */
export async function fromWheel(target) {
  const machine = MACHINES[process.arch];
  if (process.platform !== 'linux' || machine === undefined) {
    throw new SetupError(
      `there is no prebuilt TensorFlow library, or it is not wanted, and on ${process.platform}/${process.arch} no other way.`,
    );
  }
  const version = /==([\d.]+)/.exec(readFileSync(requirements, 'utf8'))[1];
  const home = inCache(`tensorflow-${version}-${machine}`);
  // Checked before a large download, not after it.
  const compiler = requireTool('g++', PURPOSE);
  if (!existsSync(home)) await fetch(home, machine);
  await compile(target, compiler, home);
  return join(home, 'lib', 'libtensorflow_cc.so.2');
}

async function fetch(home, machine) {
  const python = requireTool('python3', PURPOSE);
  requirePip(python, PURPOSE);
  const started = performance.now();
  say('tensorflow: library from PyPI, about 230 MB to download, 680 MB on disk');
  mkdirSync(inCache(), { recursive: true });
  const work = mkdtempSync(inCache('tensorflow-fetch-'));
  try {
    // The library does not depend on the Python that it was packed for: one build serves every Python.
    const platforms = ['2_17', '2_27']
      .map((glibc) => `manylinux_${glibc}_${machine}`)
      .concat(`manylinux2014_${machine}`);
    const wanted = [
      '--python-version=311',
      '--implementation=cp',
      '--abi=cp311',
      ...platforms.map((name) => `--platform=${name}`),
    ];
    const quiet = [
      '-q',
      '--disable-pip-version-check',
      '--no-cache-dir',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
    ];
    const download = await run(python, ['-m', 'pip', 'download', ...quiet, ...wanted, '-d', work, '-r', requirements], {
      env: { TMPDIR: work },
      label: 'tensorflow',
      status: () => `${megabytes(sizeBelow(work))} of about 230 MB`,
    });
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
    if (!download.ok || !wheel) throw new SetupError(`downloading TensorFlow from PyPI failed: ${download.reason}`);
    const unpacked = join(work, 'unpacked');
    const script = inRoot('scripts', 'setup', 'unpack_tensorflow.py');
    const unpack = await run(python, [script, join(work, wheel), unpacked], { label: 'tensorflow: unpacking' });
    if (!unpack.ok) throw new SetupError(`unpacking TensorFlow failed: ${unpack.reason}`);
    rmSync(home, { recursive: true, force: true });
    renameSync(unpacked, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  say(`tensorflow: ${megabytes(sizeBelow(home))} in ${home}, ${seconds(started)}`);
}

async function compile({ packageFolder, napi, binding }, compiler, home) {
  const started = performance.now();
  const lib = join(home, 'lib');
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name));
  const partial = `${binding}.${process.pid}`;
  mkdirSync(dirname(binding), { recursive: true });
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-w', `-DNAPI_VERSION=${napi}`];
  const includes = [nodeHeaders(), join(home, 'include')].map((folder) => `-I${folder}`);
  const libraries = [`-L${lib}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  // RPATH, not RUNPATH: it also serves the search of libtensorflow_cc for the framework library.
  const search = [`-Wl,-rpath,${lib}`, '-Wl,--disable-new-dtags'];
  const args = [...flags, ...includes, ...sources, ...libraries, ...search, '-o', partial];
  const result = await run(compiler, args, { label: 'tensorflow: compiling the binding' });
  if (!result.ok) throw new SetupError(`compiling the TensorFlow binding failed: ${result.reason}`);
  renameSync(partial, binding);
  say(`tensorflow: binding compiled in ${seconds(started)}`);
}

/** Folder of Node's headers: its distributions include them, some systems' packages do not. */
function nodeHeaders() {
  const beside = resolve(realpathSync(process.execPath), '../../include/node');
  if (existsSync(join(beside, 'node_api.h'))) return beside;
  return require('node-api-headers').include_dir;
}
