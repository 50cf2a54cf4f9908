import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'tensorflow-'));
const cache = join(folder, 'cache');
// The scripts read it once, when they are loaded.
vi.stubEnv('DYNAMIC_DEEP_CACHE', cache);

interface Target {
  packageFolder: string;
  version: string;
  napi: number;
}
type Provide = (target: Target, loadError: () => string | undefined) => Promise<string | undefined>;
const load = (name: string): Promise<unknown> => import(new URL(`../../scripts/setup/${name}`, import.meta.url).href);
const { fromPrebuilt } = (await load('tensorflow-prebuilt.mjs')) as { fromPrebuilt: Provide };
const { wantsWheel, libraryOf } = (await load('tensorflow.mjs')) as {
  wantsWheel: (env: Record<string, string>) => boolean;
  libraryOf: (target: Target, ways: { onlyWheel: boolean; prebuilt: Provide; wheel: Provide }) => Promise<string>;
};

const packageFolder = join(folder, 'tfjs-node');
const target = { packageFolder, version: '1.0.0', napi: 8 };
const provide = (path: string | undefined) => vi.fn<Provide>(() => Promise.resolve(path));

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  rmSync(packageFolder, { recursive: true, force: true });
  mkdirSync(cache);
  mkdirSync(join(packageFolder, 'scripts'), { recursive: true });
  // As tfjs-node's own installation leaves it.
  const install = "const { mkdirSync } = require('node:fs'); for (const part of ['deps/lib', 'lib']) mkdirSync(part, { recursive: true });"; // prettier-ignore
  writeFileSync(join(packageFolder, 'scripts', 'install.js'), install);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the library', () => {
  it('is the prebuilt one where that can be had, else the wheel’s', async () => {
    const [prebuilt, absent, wheel] = [provide('/prebuilt'), provide(undefined), provide('/wheel')];
    expect(await libraryOf(target, { onlyWheel: false, prebuilt, wheel })).toBe('/prebuilt');
    expect(await libraryOf(target, { onlyWheel: false, prebuilt: absent, wheel })).toBe('/wheel');
  });

  it('is the wheel’s where TENSORFLOW_SOURCE says so: the other is not even asked for', async () => {
    const [prebuilt, wheel] = [provide('/prebuilt'), provide('/wheel')];
    const onlyWheel = wantsWheel({ TENSORFLOW_SOURCE: 'wheel' });
    expect(await libraryOf(target, { onlyWheel, prebuilt, wheel })).toBe('/wheel');
    expect(prebuilt).not.toHaveBeenCalled();
    expect([wantsWheel({}), wantsWheel({ TENSORFLOW_SOURCE: '' })]).toEqual([false, false]);
    expect(() => wantsWheel({ TENSORFLOW_SOURCE: 'well' })).toThrow("TENSORFLOW_SOURCE is 'well'; allowed: wheel");
  });
});

describe('a prebuilt library', () => {
  const kept = () => readdirSync(cache).filter((name) => !name.endsWith('.json'));

  it('that loads is kept for the next set-up', async () => {
    expect(await fromPrebuilt(target, () => undefined)).toBe(join(packageFolder, 'deps', 'lib'));
    expect(kept()).toHaveLength(1);
  });

  it('that does not load is not kept, nor fetched again', async () => {
    expect(await fromPrebuilt(target, () => 'GLIBC_2.99 not found')).toBeUndefined();
    expect(kept()).toEqual([]);
    expect(existsSync(join(packageFolder, 'deps'))).toBe(false);
    expect(await fromPrebuilt(target, () => undefined)).toBeUndefined();
    expect(existsSync(join(packageFolder, 'deps'))).toBe(false);
  });
});
