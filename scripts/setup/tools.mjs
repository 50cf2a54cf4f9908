import { accessSync, constants, realpathSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { MissingTool } from './report.mjs';

const TOOLS = {
  java: { what: 'a JDK, 17 or newer', debian: 'openjdk-17-jdk-headless', mac: 'openjdk@17' },
  mvn: { what: 'Maven', debian: 'maven', mac: 'maven' },
  python3: { what: 'Python 3', debian: 'python3 python3-pip', mac: 'python' },
  pip: { what: 'pip for Python 3', debian: 'python3-pip', mac: 'python' },
  'g++': { what: 'a C++ compiler (g++)', debian: 'g++', mac: 'gcc' },
};

/** Path of a command on PATH, links resolved; undefined if there is none. */
export function findTool(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (name === 'java' && process.env.JAVA_HOME) folders.unshift(join(process.env.JAVA_HOME, 'bin'));
  for (const folder of folders) {
    if (folder === '') continue;
    try {
      const path = join(folder, name);
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not here: try the next folder.
    }
  }
  return undefined;
}

export function missing(name, purpose, otherwise) {
  const { what, debian, mac } = TOOLS[name];
  const ways = `apt-get install ${debian} (Debian, Ubuntu) or brew install ${mac} (macOS)`;
  return new MissingTool(
    `missing ${what}, needed ${purpose}. Get it by ${ways}${otherwise ? `, or ${otherwise}` : ''}.`,
  );
}

export function requireTool(name, purpose, otherwise) {
  const path = findTool(name);
  if (path === undefined) throw missing(name, purpose, otherwise);
  return path;
}

export function requirePip(python, purpose) {
  if (spawnSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status !== 0) throw missing('pip', purpose);
}

/** Major version. Before Java 9, "1.8" meant 8. macOS has a stub that only says where to get Java: then it is 0. */
export function javaMajor(java) {
  const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr ?? '') ?? [];
  if (status !== 0 || first === undefined) return 0;
  return Number(first === '1' ? second : first);
}
