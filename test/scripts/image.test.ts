import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stages } from '../k8s/sandbox.js';
import { pathOf, read } from '../manifests/objects.js';

const folder = mkdtempSync(join(tmpdir(), 'image-trim-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const put = (...parts: string[]): void => {
  const path = join(folder, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '', { mode: 0o755 });
};

it('the last step leaves every library of the wheel, and none of what only builds', () => {
  for (const part of ['scripts/image', 'scripts/setup']) cpSync(pathOf(part), join(folder, 'app', part), { recursive: true }); // prettier-ignore
  put('bin', 'npm');
  writeFileSync(join(folder, 'bin', 'npm'), '#!/bin/sh\n');
  const libraries = ['libgomp-d22c30c5.so.1.0.0', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  for (const name of libraries) put('cache', 'tensorflow-2.18.1-aarch64', 'lib', name);
  put('cache', 'tensorflow-2.18.1-aarch64', 'include', 'tensorflow', 'c', 'c_api.h');
  put('cache', 'tfjs-node-4.22.0-linux-arm64-napi8-unreachable.json');
  put('app', 'node_modules', '@tensorflow', 'tfjs-node', 'binding', 'tfjs_binding.cc');
  put('app', 'dist', 'cli.js');
  const env = { PATH: join(folder, 'bin') + ':/bin', DYNAMIC_DEEP_CACHE: join(folder, 'cache') };
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'app', 'scripts', 'image', 'trim.mjs')], { env, encoding: 'utf8' }); // prettier-ignore
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(join(folder, 'cache'))).toEqual(['tensorflow-2.18.1-aarch64']);
  expect(readdirSync(join(folder, 'cache', 'tensorflow-2.18.1-aarch64'))).toEqual(['lib']);
  expect(readdirSync(join(folder, 'cache', 'tensorflow-2.18.1-aarch64', 'lib')).sort()).toEqual(libraries);
  expect(readdirSync(join(folder, 'app')).sort()).toEqual(['dist', 'node_modules']);
  expect(existsSync(join(folder, 'app', 'node_modules', '@tensorflow', 'tfjs-node', 'binding'))).toBe(false);
});

it('the build takes the pinned library alone, and ends with loading it from what is left', () => {
  const steps = (stages(read('Dockerfile'))[0] ?? []).map(({ name, rest }) => `${name} ${rest}`);
  const at = (step: string): number => steps.indexOf(step);
  expect(at('ENV TENSORFLOW_SOURCE=wheel')).toBeGreaterThan(0);
  expect(at('ENV TENSORFLOW_SOURCE=wheel')).toBeLessThan(at('RUN node scripts/setup.mjs --only deps,tensorflow'));
  expect(steps.slice(-2)).toEqual(['RUN node scripts/image/trim.mjs', 'RUN node dist/lib/model/tf.js']);
});
