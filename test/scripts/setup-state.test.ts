import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean }>;
}
// Plain JavaScript without types: named here as these tests use them.
const { outdated } = (await import(new URL('../../scripts/setup/dependencies.mjs', import.meta.url).href)) as {
  outdated: (lock: Lock, installed?: Lock) => string[];
};
const { fingerprint, filesBelow } = (await import(new URL('../../scripts/setup/files.mjs', import.meta.url).href)) as {
  fingerprint: (paths: string[]) => string;
  filesBelow: (folder: string) => string[];
};

describe('installed packages', () => {
  const lock = {
    packages: { '': {}, a: { version: '1.0.0' }, b: { version: '2.0.0' }, mac: { version: '1.0.0', optional: true } },
  };

  it('are up to date with the same versions, whatever other platforms would need', () => {
    expect(outdated(lock, { packages: { a: { version: '1.0.0' }, b: { version: '2.0.0' } } })).toEqual([]);
  });

  it('are outdated when one is absent or of another version, or none are there', () => {
    expect(outdated(lock, { packages: { a: { version: '1.0.1' } } })).toEqual(['a', 'b']);
    expect(outdated(lock, undefined)).toEqual(['a', 'b']);
  });
});

describe('the fingerprint of the sources', () => {
  let folder: string;
  const state = () => fingerprint(filesBelow(folder));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
    mkdirSync(join(folder, 'deep'));
    for (const name of ['a.ts', 'deep/b.ts']) {
      writeFileSync(join(folder, name), name);
      utimesSync(join(folder, name), 1000, 1000);
    }
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('stays while nothing changes', () => {
    expect(state()).toBe(state());
  });

  it('changes with a touched, an added and a removed file, also where the new time is older', () => {
    const seen = new Set([state()]);
    utimesSync(join(folder, 'deep/b.ts'), 500, 500);
    seen.add(state());
    writeFileSync(join(folder, 'c.ts'), '');
    seen.add(state());
    rmSync(join(folder, 'a.ts'));
    seen.add(state());
    expect(seen.size).toBe(4);
  });

  it('of an absent folder is that of no file', () => {
    expect(filesBelow(join(folder, 'nowhere'))).toEqual([]);
  });
});
