import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { inCache, inRoot, STAMPS } from './paths.mjs';
import { fingerprint, readJson, writeJson } from './files.mjs';
import { fromPrebuilt } from './tensorflow-prebuilt.mjs';
import { fromWheel } from './tensorflow-wheel.mjs';
import { lastWords } from './run.mjs';
import { SetupError } from './report.mjs';

const packageFolder = inRoot('node_modules', '@tensorflow', 'tfjs-node');
const stampFile = `${STAMPS}/tensorflow.json`;
/** On a loaded machine, loading the library takes minutes. */
const LOAD_MS = 5 * 60_000;

/** tfjs-node calls functions of `util` that Node 23 removed; the product restores them in the same way. */
const CHECK = `
const util = require('node:util');
util.isNullOrUndefined = (value) => value === null || value === undefined;
util.isArray = Array.isArray;
const tf = require('@tensorflow/tfjs-node');
if (tf.getBackend() !== 'tensorflow') throw new Error('the native backend is not registered');
if (tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).dataSync()[0]) !== 3) throw new Error('a product is wrong');
`;

/** Whether only the wheel's library will do: its bytes are pinned, those that tfjs-node downloads are not. */
export function wantsWheel({ TENSORFLOW_SOURCE: source = '' } = process.env) {
  if (source !== '' && source !== 'wheel') throw new SetupError(`TENSORFLOW_SOURCE is '${source}'; allowed: wheel`);
  return source === 'wheel';
}

/** Path of the library: tfjs-node's own if it can be had, loads and is wanted, else that of the wheel. */
export async function libraryOf(target, { onlyWheel, prebuilt = fromPrebuilt, wheel = fromWheel }) {
  return (onlyWheel ? undefined : await prebuilt(target, loadError)) ?? (await wheel(target));
}

export async function tensorflow() {
  const onlyWheel = wantsWheel();
  const manifest = readJson(`${packageFolder}/package.json`);
  if (manifest === undefined)
    throw new SetupError('@tensorflow/tfjs-node is not installed: run the set-up with its step "deps".');
  // The highest N-API version that both sides know; tfjs-node looks for its binding in the folder of that name.
  const napi = Math.max(...manifest.binary.napi_versions.filter((version) => version <= Number(process.versions.napi)));
  const target = {
    packageFolder,
    version: manifest.version,
    napi,
    binding: `${packageFolder}/lib/napi-v${napi}/tfjs_binding.node`,
  };

  const stamp = readJson(stampFile);
  const isWanted = !onlyWheel || stamp?.library?.startsWith(inCache('tensorflow-')) === true;
  if (isWanted && stamp && stamp.state === stateOf(target, stamp.library)) return false;
  if (isWanted && existsSync(target.binding) && loadError() === undefined) {
    remember(target, stamp?.library);
    return false;
  }
  const library = await libraryOf(target, { onlyWheel });
  const error = loadError();
  if (error !== undefined) throw new SetupError(`the TensorFlow binding does not load: ${error}`);
  remember(target, library);
  return true;
}

function loadError() {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const child = spawnSync(process.execPath, ['-e', CHECK], { cwd: inRoot(), env, encoding: 'utf8', timeout: LOAD_MS });
  return child.status === 0 ? undefined : (lastWords(child.stderr) ?? `ended by ${child.signal ?? child.status}`);
}

/** The library file is part of the state: emptying the cache folder breaks the binding. */
const stateOf = (target, library) =>
  existsSync(target.binding)
    ? fingerprint([target.binding, process.execPath, ...(library ? [library] : [])])
    : undefined;

function remember(target, library) {
  writeJson(stampFile, { state: stateOf(target, library), library });
}
