import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inCache, inRoot } from './paths.mjs';
import { filesBelow, fingerprint, readJson, sizeBelow, writeJson } from './files.mjs';
import { javaMajor, missing, requireTool } from './tools.mjs';
import { run } from './run.mjs';
import { megabytes, say, seconds, SetupError } from './report.mjs';

const OTHERWISE = 'set KAFKA_BROKERS to use a cluster of your own';
const STALLED_MS = 120_000;

export async function kafka() {
  if (process.env.KAFKA_BROKERS) return false;
  const pom = inRoot('scripts', 'kafka', 'pom.xml');
  const version = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/.exec(readFileSync(pom, 'utf8'))?.[1];
  const home = inCache(`kafka-${version}`);
  const stampFile = join(home, 'complete.json');
  const java = requireTool('java', 'by the local Kafka', OTHERWISE);

  // Starting a JVM to ask its version takes longer than all other checks together, so it is done once per Java.
  const stamp = readJson(stampFile);
  const javaState = fingerprint([java]);
  const fetched = stamp !== undefined && stamp.jars === jarsIn(home).length;
  if (fetched && stamp.java === javaState) return false;
  const major = javaMajor(java);
  if (major < 17) throw missing('java', `by the local Kafka (${java} is version ${major || 'unknown'})`, OTHERWISE);
  if (!fetched) await fetch(pom, version, home);
  writeJson(stampFile, { jars: jarsIn(home).length, java: javaState });
  return true;
}

const jarsIn = (home) => filesBelow(join(home, 'libs')).filter((path) => path.endsWith('.jar'));

async function fetch(pom, version, home) {
  const mvn = requireTool('mvn', 'to fetch the local Kafka', OTHERWISE);
  const started = performance.now();
  say(`kafka: Apache Kafka ${version} from Maven Central, about 65 MB to download, 45 MB kept`);
  mkdirSync(inCache(), { recursive: true });
  const work = mkdtempSync(inCache('kafka-fetch-'));
  try {
    const [repository, libs] = [join(work, 'repository'), join(work, 'libs')];
    // A separate repository makes the progress countable; it is deleted once the jars are copied.
    // -C: without it Maven 3 would only warn about a wrong checksum and accept the file.
    const args = ['-B', '-ntp', '-q', '-C', '-f', pom, `-Dmaven.repo.local=${repository}`, `-DoutputDirectory=${libs}`];
    const result = await run(mvn, [...args, 'dependency:copy-dependencies'], {
      label: 'kafka',
      status: () => `${megabytes(sizeBelow(repository))} of about 65 MB`,
      giveUp: stalled(() => sizeBelow(repository)),
    });
    if (!result.ok) throw new SetupError(`fetching Apache Kafka failed: ${result.reason}`);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    renameSync(libs, join(home, 'libs'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  say(`kafka: ${jarsIn(home).length} jars, ${megabytes(sizeBelow(home))} in ${home}, ${seconds(started)}`);
}

function stalled(measure) {
  let [size, since] = [0, 0];
  return (elapsed) => {
    const now = measure();
    if (now !== size) [size, since] = [now, elapsed];
    return elapsed - since > STALLED_MS ? `no byte arrived for ${STALLED_MS / 1000} s` : undefined;
  };
}
