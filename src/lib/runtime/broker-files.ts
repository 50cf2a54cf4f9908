import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { DynamicDeepError } from '../errors/index.js';

/** The same as in scripts/kafka/pom.xml; a test compares them. */
export const KAFKA_VERSION = '4.4.0';

export interface BrokerProgram {
  java: string;
  classPath: string;
  /** Archive of parsed classes (AppCDS), which halves the CPU time of a start; written by the first broker that stops. */
  classArchive: string;
}

/** Finds Java and the jars that the set-up fetched. */
export function brokerProgram(env: NodeJS.ProcessEnv = process.env): BrokerProgram {
  const home = join(cacheFolder(env), `kafka-${KAFKA_VERSION}`);
  // The set-up writes this file last: without it the jars may be half a download.
  if (!existsSync(join(home, 'complete.json'))) {
    throw new DynamicDeepError(
      'TOOL_MISSING',
      `Apache Kafka is not in ${home}: run npm run setup, or set KAFKA_BROKERS`,
    );
  }
  const java = findJava(env);
  if (java === undefined) {
    const ways = 'apt-get install openjdk-17-jdk-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS)';
    throw new DynamicDeepError(
      'TOOL_MISSING',
      `the local Kafka needs a JDK, 17 or newer: ${ways}, or set KAFKA_BROKERS`,
    );
  }
  // One order on every file system: an archive is valid for exactly the class path it was made with.
  const libs = join(home, 'libs');
  const jars = readdirSync(libs).filter((name) => name.endsWith('.jar'));
  const classPath = jars
    .sort()
    .map((name) => join(libs, name))
    .join(delimiter);
  const { size, mtimeMs } = statSync(java);
  const key = createHash('sha256').update(`${java} ${size} ${mtimeMs} ${classPath}`).digest('hex').slice(0, 16);
  return { java, classPath, classArchive: join(home, `classes-${key}.jsa`) };
}

/** The same rule as in scripts/setup/paths.mjs. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const chosen = env['DYNAMIC_DEEP_CACHE'];
  return resolve(chosen === undefined || chosen === '' ? join(homedir(), '.cache', 'dynamic-deep') : chosen);
}

function findJava(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  if (env['JAVA_HOME']) folders.unshift(join(env['JAVA_HOME'], 'bin'));
  for (const folder of folders) {
    try {
      const path = join(folder, 'java');
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not here: try the next folder.
    }
  }
  return undefined;
}
