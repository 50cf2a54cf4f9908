import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const { requireTool, requirePip } = (await import(new URL('../../scripts/setup/tools.mjs', import.meta.url).href)) as {
  requireTool: (name: string, purpose: string, otherwise?: string) => string;
  requirePip: (python: string, purpose: string) => void;
};

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'setup-tools-'));
  vi.stubEnv('PATH', bin);
  vi.stubEnv('JAVA_HOME', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
});

function tool(name: string, script: string): string {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

it.each(['java', 'mvn', 'python3', 'g++'])('%s that is absent is named with the ways to get it', (name) => {
  const line =
    /^missing .+, needed to build\. Get it by apt-get install .+ \(Debian, Ubuntu\) or brew install .+ \(macOS\)\.$/;
  expect(() => requireTool(name, 'to build')).toThrow(line);
  expect(requireTool.bind(null, name, 'to build', 'do without')).toThrow(/\(macOS\), or do without\.$/);
});

it('a file that cannot be executed is no tool', () => {
  chmodSync(tool('g++', ''), 0o644);
  expect(() => requireTool('g++', 'to build')).toThrow(/C\+\+ compiler/);
});

it('a Python without pip is told apart from none', () => {
  expect(() => {
    requirePip(tool('python3', 'exit 1'), 'to build');
  }).toThrow(/^missing pip for Python 3.*apt-get install python3-pip/);
  requirePip(tool('python3', 'exit 0'), 'to build');
});
