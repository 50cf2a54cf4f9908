/** A real kube-apiserver judges every object of every overlay, by server-side dry run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { at, documentsOf, pathOf, type Manifest } from '../manifests/objects.js';
import { isWorkload, scalingMistakes, workloadMistakes } from '../manifests/workloads.js';
import { run } from './cluster/downloads.js';
import { apply, ask, type Verdict } from './cluster/api.js';
import { OPERATORS } from './cluster/crds.js';
import { startCluster, type Cluster } from './cluster/start.js';
import './meta.js';

const OVERLAYS = ['dev', 'prod'] as const;
const FORCE_MS = 25_000;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
  // A dry run does not remember: namespaces must be there for what lies in them.
  const namespaces = await rendered('namespaces');
  expect(await apply(cluster, namespaces, { dryRun: false })).toEqual({ accepted: 2, refused: '', warnings: '' });
}, 3_600_000);
afterAll(() => cluster.stop());

async function rendered(folder: string): Promise<Manifest[]> {
  const { stdout } = await run('kubectl', ['kustomize', pathOf(`k8s/${folder}`)], { maxBuffer: 1 << 26 });
  return documentsOf(stdout) as Manifest[];
}

const dryRun = (objects: readonly Manifest[]): Promise<Verdict> => apply(cluster, objects, { dryRun: true });

/** The pod that a workload's template makes: Pod Security judges pods, and of workloads it only warns. */
function podOf(workload: Manifest): Manifest {
  const { name, namespace } = workload.metadata;
  const template = at(workload, 'spec', 'template') as { metadata: object; spec: object };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name, ...(namespace === undefined ? {} : { namespace }) }, spec: template.spec }; // prettier-ignore
}

describe.each(OVERLAYS)('overlay %s', (overlay) => {
  let objects: Manifest[];
  beforeAll(async () => {
    objects = await rendered(`overlays/${overlay}`);
  });

  it('is accepted, every object', async ({ task }) => {
    const { body } = await ask(cluster, 'GET', '/version');
    task.meta.versions = { Kubernetes: String(at(body, 'gitVersion')).replace(/^v/, ''), ...OPERATORS };
    task.meta.overlay = { name: overlay, objects: objects.length };
    expect(objects.length).toBeGreaterThan(45);
    expect(await dryRun(objects)).toEqual({ accepted: objects.length, refused: '', warnings: '' });
  });

  it('is deleted without its namespaces, and applies Kafka and the topics apart', () => {
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
    const kindsOf = (component: string): Set<string> =>
      new Set(objects.flatMap(({ kind, metadata }) => (metadata.labels?.['app.kubernetes.io/component'] === component ? kind : []))); // prettier-ignore
    expect(kindsOf('topics')).toEqual(new Set(['KafkaTopic']));
    expect(kindsOf('kafka')).toEqual(new Set(['Kafka', 'KafkaNodePool', 'NetworkPolicy']));
    const left = objects.filter(({ metadata }) => !['kafka', 'topics'].includes(metadata.labels?.['app.kubernetes.io/component'] ?? '')); // prettier-ignore
    expect(left.filter(({ apiVersion }) => apiVersion.startsWith('kafka.'))).toEqual([]);
  });

  it('makes pods that the restricted profile lets in', async () => {
    const pods = objects.filter(isWorkload).map(podOf);
    expect(pods.length).toBeGreaterThanOrEqual(4);
    expect(await dryRun(pods)).toEqual({ accepted: pods.length, refused: '', warnings: '' });
  });

  it('holds the rules of its workloads and of its scaling, by its own partitions', () => {
    for (const workload of objects.filter(isWorkload))
      expect(workloadMistakes(workload, objects, FORCE_MS)).toEqual([]);
    const shared = objects.filter((one) => one.kind === 'KafkaTopic' && one.metadata.labels?.['dynamic-deep/partitions'] === 'shared'); // prettier-ignore
    const partitions = new Set(shared.map((topic) => at(topic, 'spec', 'partitions')));
    expect(partitions.size).toBe(1);
    const scaled = objects.filter(({ kind }) => kind === 'ScaledObject');
    expect(scaled.flatMap((one) => scalingMistakes(one, Number([...partitions][0])))).toEqual([]);
  });

  it('keeps no more replicas of a topic than there are brokers', () => {
    const brokers = objects
      .filter((one) => one.kind === 'KafkaNodePool' && (at(one, 'spec', 'roles') as string[]).includes('broker'))
      .reduce((sum, pool) => sum + Number(at(pool, 'spec', 'replicas')), 0);
    for (const topic of objects.filter(({ kind }) => kind === 'KafkaTopic')) {
      expect(Number(at(topic, 'spec', 'replicas')), topic.metadata.name).toBeLessThanOrEqual(brokers);
      expect(Number(at(topic, 'spec', 'config', 'min.insync.replicas')), topic.metadata.name).toBe(
        brokers >= 3 ? 2 : 1,
      );
    }
  });
});

let prod: Manifest[];
beforeAll(async () => {
  prod = await rendered('overlays/prod');
});
function named(kind: string, name: string): Manifest {
  const found = prod.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return structuredClone(found);
}

// The control of what follows, and outside of it: scripts/k8s/check.mjs counts the faults of that block.
it('the objects are sent as they are: one good object among faults is accepted', async () => {
  const good = named('Service', 'edge-gateway');
  const bad = { ...good, spec: { ports: [] } };
  expect(stringify(bad)).not.toBe(stringify(good));
  expect(await dryRun([good, bad])).toMatchObject({ accepted: 1 });
});

describe('a planted fault is refused', () => {
  const faults: [string, string, string, readonly (string | number)[], unknown, RegExp][] = [
    ['an unknown field', 'Deployment', 'decoder-stream', ['spec', 'replica'], 2, /\.spec\.replica: field not declared/],
    [
      'an unknown field (KEDA)',
      'ScaledObject',
      'tasks-stream',
      ['spec', 'maxReplicas'],
      12,
      /\.spec\.maxReplicas: field not declared/,
    ],
    [
      'an unknown field (Prometheus operator)',
      'PodMonitor',
      'tasks-stream',
      ['spec', 'path'],
      '/metrics',
      /\.spec\.path: field not declared/,
    ],
    [
      'an unknown field (Strimzi)',
      'KafkaTopic',
      'ecg.signals',
      ['spec', 'partition'],
      12,
      /\.spec\.partition: field not declared/,
    ],
    [
      'a probe of an unknown port type',
      'Deployment',
      'tasks-stream',
      ['spec', 'template', 'spec', 'containers', 0, 'ports', 0, 'containerPort'],
      'http',
      /containerPort/,
    ],
    [
      'a selector that misses its pods',
      'StatefulSet',
      'edge-gateway',
      ['spec', 'selector', 'matchLabels'],
      { app: 'x' },
      /selector/,
    ],
    [
      'a port out of range',
      'Service',
      'edge-gateway',
      ['spec', 'ports', 0, 'port'],
      99_999,
      /must be between 1 and 65535/,
    ],
    [
      'a replica count in words (KEDA)',
      'ScaledObject',
      'decoder-stream',
      ['spec', 'maxReplicaCount'],
      'twelve',
      /maxReplicaCount/,
    ],
    [
      'a scaling target without a name (KEDA)',
      'ScaledObject',
      'decoder-stream',
      ['spec', 'scaleTargetRef'],
      {},
      /name/,
    ],
    [
      'a rule without an expression (Prometheus operator)',
      'PrometheusRule',
      'tasks-stream',
      ['spec', 'groups', 0, 'rules', 0],
      { record: 'x' },
      /expr/,
    ],
    ['a topic without partitions (Strimzi)', 'KafkaTopic', 'ecg.signals', ['spec', 'partitions'], 0, /partitions/],
    ['a node without a role (Strimzi)', 'KafkaNodePool', 'broker', ['spec', 'roles'], ['leader'], /roles/],
    [
      'a listener of an unknown type (Strimzi)',
      'Kafka',
      'ecg',
      ['spec', 'kafka', 'listeners', 0, 'type'],
      'open',
      /type/,
    ],
    [
      'a budget with both limits',
      'PodDisruptionBudget',
      'decoder-stream',
      ['spec', 'minAvailable'],
      1,
      /mutually exclusive|minAvailable/,
    ],
    [
      'a policy for an unknown protocol',
      'NetworkPolicy',
      'dns',
      ['spec', 'egress', 0, 'ports', 0, 'protocol'],
      'ICMP',
      /protocol/i,
    ],
  ];

  it.each(faults)('%s', async (_, kind, name, path, value, reason) => {
    const object = named(kind, name);
    expect(await dryRun([object])).toMatchObject({ accepted: 1 });
    const holder = at(object, ...path.slice(0, -1)) as Record<string | number, unknown>;
    holder[path.at(-1) ?? ''] = value;
    const verdict = await dryRun([object]);
    expect(verdict.accepted).toBe(0);
    expect(verdict.refused).toMatch(reason);
  });

  const POD: [string, Record<string, unknown>, RegExp][] = [
    ['root', { runAsNonRoot: false }, /runAsNonRoot/],
    ['privileges', { allowPrivilegeEscalation: true }, /allowPrivilegeEscalation/],
    ['capabilities', { capabilities: {} }, /capabilities/],
  ];
  it.each(POD)('a pod with %s, by Pod Security', async (_, change, reason) => {
    const workload = named('Deployment', 'decoder-stream');
    const pod = podOf(workload);
    const context = at(pod, 'spec', 'containers', 0, 'securityContext') as Record<string, unknown>;
    Object.assign(context, change);
    const verdict = await dryRun([pod]);
    expect(verdict.accepted).toBe(0);
    expect(verdict.refused).toMatch(/violates PodSecurity "restricted:latest"/);
    expect(verdict.refused).toMatch(reason);
  });
});
