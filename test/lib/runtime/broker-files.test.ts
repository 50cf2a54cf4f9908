import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokerProgram, KAFKA_VERSION } from '../../../src/lib/runtime/broker-files.js';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-files-'));
  env = { DYNAMIC_DEEP_CACHE: folder, PATH: join(folder, 'bin') };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fetched(): void {
  const home = join(folder, `kafka-${KAFKA_VERSION}`);
  mkdirSync(join(home, 'libs'), { recursive: true });
  for (const name of ['b.jar', 'a.jar', 'notes.txt']) writeFileSync(join(home, 'libs', name), '');
  writeFileSync(join(home, 'complete.json'), '{}');
}

function installJava(bin: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'java'), '', { mode: 0o755 });
}

describe('the local broker', () => {
  it('is of the version that the set-up fetches', () => {
    const pom = readFileSync(new URL('../../../scripts/kafka/pom.xml', import.meta.url), 'utf8');
    expect(pom).toContain(`<artifactId>kafka_2.13</artifactId>\n      <version>${KAFKA_VERSION}</version>`);
  });

  it('points to the set-up where its jars are absent', () => {
    expect(() => brokerProgram(env)).toThrow(
      expect.objectContaining({
        code: 'TOOL_MISSING',
        message: expect.stringContaining('run npm run setup') as string,
      }) as Error,
    );
  });

  it('asks for Java only then', () => {
    fetched();
    expect(() => brokerProgram(env)).toThrow(
      expect.objectContaining({
        code: 'TOOL_MISSING',
        message: expect.stringContaining('needs a JDK') as string,
      }) as Error,
    );
  });

  it('takes the jars in one order, and JAVA_HOME before PATH', () => {
    fetched();
    installJava(join(folder, 'bin'));
    installJava(join(folder, 'home', 'bin'));
    const libs = join(folder, `kafka-${KAFKA_VERSION}`, 'libs');
    expect(brokerProgram(env)).toMatchObject({
      classPath: `${libs}/a.jar:${libs}/b.jar`,
      java: join(folder, 'bin', 'java'),
    });
    expect(brokerProgram({ ...env, JAVA_HOME: join(folder, 'home') }).java).toBe(join(folder, 'home', 'bin', 'java'));
  });
});
