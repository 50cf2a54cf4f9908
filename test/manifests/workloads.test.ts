import { describe, expect, it } from 'vitest';
import { program } from '../../src/commands.js';
import { DEFAULT_PARTITIONS } from '../../src/lib/kafka/index.js';
import { variableOf } from '../../src/lib/runtime/options.js';
import { at, baseObjects, documentsOf, manifestFiles, read, type Manifest } from './objects.js';
import { argumentsOf, isWorkload, scalingMistakes, variablesOf, workloadMistakes } from './workloads.js';

const objects = baseObjects();
const workloads = objects.filter(isWorkload);
const [base] = documentsOf(read('k8s/base/kustomization.yaml'));
const shared = new Map(
  (at(base, 'configMapGenerator', 0, 'literals') as string[]).map((text) => text.split(/=(.*)/s) as [string, string]),
);
const forceMs = Number(shared.get('DYNAMIC_DEEP_FORCE_MS'));

/** A copy with the value at `path` replaced. */
function planted(manifest: Manifest, path: readonly (string | number)[], value: unknown): Manifest {
  const copy = structuredClone(manifest);
  const holder = at(copy, ...path.slice(0, -1)) as Record<string | number, unknown>;
  holder[path.at(-1) ?? ''] = value;
  return copy;
}

it('there is a workload for every service', () => {
  expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual(
    expect.arrayContaining(['alarm-webhook', 'dashboard', 'decoder-stream', 'edge-gateway', 'tasks-stream']),
  );
  expect(forceMs).toBeGreaterThan(Number(shared.get('DYNAMIC_DEEP_GRACE_MS')));
});

describe.each(workloads.map((workload) => [workload.metadata.name, workload] as const))('%s', (_, workload) => {
  it('holds every rule', () => {
    expect(workloadMistakes(workload, objects, forceMs)).toEqual([]);
  });

  it('runs a command with variables that it knows', () => {
    const [name] = argumentsOf(workload);
    const command = program.commands.find((one) => one.name === name);
    const known = Object.entries(command?.options ?? {}).map(([option, spec]) => variableOf(option, spec));
    expect(known).toEqual(expect.arrayContaining([...shared.keys(), ...variablesOf(workload)]));
  });

  it('is probed and scraped on the port that it listens on', () => {
    const ports = at(workload, 'spec', 'template', 'spec', 'containers', 0, 'ports') as Record<string, unknown>[];
    const http = ports.find(({ name }) => name === 'http');
    expect(http?.['containerPort']).toBe(Number(shared.get('DYNAMIC_DEEP_HTTP_PORT')));
  });
});

it('nothing sets a variable that no command knows: the services would refuse to start', () => {
  const known = new Set(program.commands.flatMap(({ options }) => Object.entries(options).map(([name, one]) => variableOf(name, one)))); // prettier-ignore
  const texts = [...manifestFiles().map(({ path }) => read(path)), read('compose.yaml')];
  const named = new Set(texts.flatMap((text) => text.match(/\bDYNAMIC_DEEP_[A-Z_]+\b/g) ?? []));
  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});

const pod = ['spec', 'template', 'spec'];
const container = [...pod, 'containers', 0];
it.each([
  [[...pod, 'terminationGracePeriodSeconds'], 30, /grace/],
  [[...container, 'securityContext', 'readOnlyRootFilesystem'], false, /root file system/],
  [[...container, 'livenessProbe', 'httpGet', 'path'], '/readyz', /liveness/],
  [[...container, 'lifecycle', 'preStop', 'sleep', 'seconds'], 0, /preStop/],
  [['spec', 'strategy', 'rollingUpdate', 'maxSurge'], 1, /surges/],
  [[...container, 'command'], ['sh', '-c'], /process 1/],
])('a fault at %j is seen', (path, value, mistake) => {
  const deployment = workloads.find(({ metadata }) => metadata.name === 'decoder-stream');
  if (deployment === undefined) throw new Error('no decoder-stream');
  expect(workloadMistakes(planted(deployment, path, value), objects, forceMs)).toEqual([
    expect.stringMatching(mistake),
  ]);
});

describe('scaling', () => {
  const scaled = objects.filter(({ kind }) => kind === 'ScaledObject');

  it('follows the lag of both streams within the partitions', () => {
    expect(scaled.map(({ metadata }) => metadata.name)).toEqual(['decoder-stream', 'tasks-stream']);
    expect(scaled.flatMap((one) => scalingMistakes(one, DEFAULT_PARTITIONS))).toEqual([]);
  });

  it('owns the number of replicas alone', () => {
    for (const { metadata } of scaled) {
      const target = workloads.find((one) => one.metadata.name === metadata.name);
      expect(at(target, 'spec', 'replicas')).toBeUndefined();
    }
  });

  it.each([
    [['spec', 'maxReplicaCount'], 13, /more members/],
    [['spec', 'triggers', 0, 'metadata', 'activationLagThreshold'], '12', /activated by markers/],
    [
      ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown', 'policies', 0, 'value'],
      2,
      /one pod/,
    ],
    [
      ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown', 'stabilizationWindowSeconds'],
      60,
      /haste/,
    ],
  ])('a fault at %j is seen', (path, value, mistake) => {
    const [one] = scaled;
    if (one === undefined) throw new Error('nothing is scaled');
    expect(scalingMistakes(planted(one, path, value), DEFAULT_PARTITIONS)).toEqual([expect.stringMatching(mistake)]);
  });
});

it('every namespace enforces the restricted profile and denies what nobody allowed', () => {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  expect(namespaces.map(({ metadata }) => metadata.name)).toEqual(['dynamic-deep', 'ecg-kafka']);
  for (const { metadata } of namespaces)
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  const denials = objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'default-deny');
  expect(denials.map((one) => at(one, 'spec', 'podSelector'))).toEqual([{}, {}]);
});
