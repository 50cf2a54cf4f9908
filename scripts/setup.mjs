#!/usr/bin/env node
/**
 * Prepares a fresh clone: packages, TensorFlow's native library, a local Apache Kafka, dist/.
 * Depends on nothing but Node, since it runs before anything is installed; quick if there is nothing to do.
 */
const STEP_NAMES = ['deps', 'tensorflow', 'kafka', 'build'];
const OLDEST_NODE = 20;

const HELP = `Usage: node scripts/setup.mjs [--only STEP[,STEP...]] [--keep-going] [--help]

Prepares a clone. What is already done is skipped.

  --only STEPS    of: ${STEP_NAMES.join(', ')}
                    deps        npm packages, as package-lock.json says
                    tensorflow  the native library of @tensorflow/tfjs-node: prebuilt, or built against PyPI's
                    kafka       Apache Kafka's jars from Maven Central; nothing where KAFKA_BROKERS is set
                    build       src/ -> dist/
  --keep-going    do without a local Kafka where a tool for it is missing (the tests then skip what needs it)

Variables:
  DYNAMIC_DEEP_CACHE  folder for downloads (default ~/.cache/dynamic-deep)
  TENSORFLOW_SOURCE   wheel: TensorFlow's library from PyPI, whose hash is pinned, and never tfjs-node's prebuilt one
  KAFKA_BROKERS       brokers of a cluster of your own: no local Kafka is fetched
`;

function parse(args) {
  const options = { steps: STEP_NAMES, keepGoing: false };
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = args[i].split(/=(.*)/s);
    if (flag === '--help' || flag === '-h') return { help: true };
    if (flag === '--keep-going') options.keepGoing = true;
    else if (flag === '--only') options.steps = (inline ?? args[++i] ?? '').split(',');
    else return { mistake: `unknown flag ${flag}` };
  }
  const unknown = options.steps.find((name) => !STEP_NAMES.includes(name));
  return unknown === undefined ? options : { mistake: `--only knows ${STEP_NAMES.join(', ')}, not '${unknown}'` };
}

async function main() {
  const started = performance.now();
  const options = parse(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  if (options.mistake) return fail(`${options.mistake}; --help lists what there is`);
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE)
    return fail(`Node ${OLDEST_NODE} or newer is needed, this is ${process.version}. Get it from https://nodejs.org.`);

  const [{ dependencies }, { tensorflow }, { kafka }, { build }, { MissingTool, SetupError, say, seconds }] =
    await Promise.all([
      import('./setup/dependencies.mjs'),
      import('./setup/tensorflow.mjs'),
      import('./setup/kafka.mjs'),
      import('./setup/build.mjs'),
      import('./setup/report.mjs'),
    ]);
  const steps = { deps: dependencies, tensorflow, kafka, build };
  let worked = false;
  for (const name of STEP_NAMES.filter((step) => options.steps.includes(step))) {
    try {
      worked = (await steps[name]()) || worked;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      if (!(error instanceof MissingTool && options.keepGoing && name === 'kafka')) return fail(error.message);
      say(`going on without a local Kafka: ${error.message}`);
    }
  }
  say(worked ? `ready after ${seconds(started)}` : `nothing to do (${seconds(started)})`);
}

function fail(message) {
  process.stderr.write(`set-up: ${message}\n`);
  process.exitCode = 1;
}

await main();
