import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the set-up with an empty cache and with nothing on PATH but the given stand-ins for tools. */
function setup(args: string[], tools: Record<string, string> = {}, env: Record<string, string> = {}) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync('/bin/sh', join(bin, 'sh'));
  for (const [name, script] of Object.entries(tools))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: bin, DYNAMIC_DEEP_CACHE: join(folder, 'cache'), HOME: folder, ...env },
  });
}

const java = (version: string) => `echo 'openjdk version "${version}"' >&2`;

describe('a missing tool', () => {
  it.each([
    [
      'no Java at all',
      {},
      /^set-up: missing a JDK, 17 or newer.*apt-get install openjdk.*brew install.*KAFKA_BROKERS.*\.\n$/,
    ],
    ['a Java that is too old', { java: java('11.0.2') }, /^set-up: missing a JDK, 17 or newer.*is version 11/],
    ['a Java of the old numbering', { java: java('1.8.0_292') }, /is version 8/],
    ['the stub that only advertises', { java: 'exit 1' }, /is version unknown/],
    ['no Maven', { java: java('21.0.1') }, /^set-up: missing Maven.*apt-get install maven.*KAFKA_BROKERS.*\.\n$/],
  ])('is named in one line: %s', (_, tools, message) => {
    const { status, stderr } = setup(['--only', 'kafka'], tools);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
  });

  it('is not asked for where a cluster is given', () => {
    const { status, stdout } = setup(['--only', 'kafka'], {}, { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(stdout).toMatch(/^set-up: nothing to do/);
    expect(status).toBe(0);
  });

  it('does not end a set-up for the tests', () => {
    const { status, stdout } = setup(['--only', 'kafka', '--keep-going']);
    expect(stdout).toContain('going on without a local Kafka: missing a JDK');
    expect(status).toBe(0);
  });
});

describe('a failed download', () => {
  it('leaves nothing half-done in the cache', () => {
    const tools = { java: java('17.0.1'), mvn: 'echo "[ERROR] no route to host"; exit 1' };
    for (let attempt = 1; attempt <= 2; attempt++) {
      rmSync(join(folder, 'bin'), { recursive: true, force: true });
      const { status, stderr } = setup(['--only', 'kafka'], tools);
      expect(stderr).toBe('set-up: fetching Apache Kafka failed: [ERROR] no route to host\n');
      expect(status).toBe(1);
    }
    expect(spawnSync('ls', [join(folder, 'cache')], { encoding: 'utf8' }).stdout).toBe('');
  });
});

it('Maven is told to refuse a jar whose checksum is wrong', () => {
  const { stderr } = setup(['--only', 'kafka'], { java: java('17.0.1'), mvn: 'echo "[ERROR] asked for: $*"; exit 1' });
  expect(stderr).toMatch(/asked for: .* -C .*dependency:copy-dependencies\n$/);
});

describe('flags', () => {
  it('explains itself', () => {
    const { status, stdout } = setup(['--help']);
    expect(stdout).toMatch(/--only.*\n[^]*DYNAMIC_DEEP_CACHE/);
    expect(status).toBe(0);
  });

  it.each([
    [['--only', 'kafka,cake'], "not 'cake'"],
    [['--only'], "not ''"],
    [['--quick'], 'unknown flag --quick'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = setup(args);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
