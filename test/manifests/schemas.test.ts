/**
 * Every object by the strict JSON schema of its kind, as kubeconform judges: unknown fields, wrong types, missing ones. The
 * schemas are those of the modules (test/k8s/schemas.test.ts), so that this needs no tool and no network.
 */
import { Ajv } from 'ajv';
import { describe, expect, it, vi } from 'vitest';
import { at, baseObjects, overlayObjects, read, type Manifest } from './objects.js';

interface Schemas {
  readonly kinds: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}
/** A loaded machine takes long to compile the schema of a Kafka. */
vi.setConfig({ testTimeout: 120_000 });
const { kinds, definitions } = JSON.parse(read('test/manifests/golden/schemas.json')) as Schemas;
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
const objects = [...baseObjects(), ...overlayObjects()];

function mistakes(object: Manifest): string[] {
  const name = `${object.apiVersion} ${object.kind}`;
  const schema = kinds[name];
  if (schema === undefined) return [`no schema of ${name}`];
  const validate = ajv.getSchema(name) ?? ajv.addSchema({ ...schema, definitions }, name).getSchema(name);
  if (validate?.(object) === true) return [];
  return (validate?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

it.each(objects.map((object) => [object.kind, object.metadata.name, object] as const))('%s %s', (_, __, object) => {
  expect(mistakes(object)).toEqual([]);
});

describe('a planted fault is seen', () => {
  it.each([
    ['Deployment', ['spec'], 'replica', 2],
    ['Deployment', ['spec', 'template', 'spec', 'containers', 0, 'ports', 0], 'containerPort', 'http'],
    ['ScaledObject', ['spec'], 'maxReplicaCount', 'twelve'],
    ['ScaledObject', ['spec'], 'scaleTargetRef', {}],
    ['KafkaTopic', ['spec'], 'partition', 3],
    ['KafkaNodePool', ['spec'], 'roles', ['leader']],
    ['PrometheusRule', ['spec', 'groups', 0, 'rules', 0], 'exp', 'up'],
    ['NetworkPolicy', ['metadata'], 'label', {}],
  ] as const)('%s at %j: %s', (kind, path, key, value) => {
    const copy = structuredClone(objects.find((one) => one.kind === kind));
    if (copy === undefined) throw new Error(`no ${kind}`);
    (at(copy, ...path) as Record<string, unknown>)[key] = value;
    expect(mistakes(copy)).not.toEqual([]);
  });

  it('a kind without a schema', () => {
    expect(mistakes({ apiVersion: 'v2', kind: 'Pod', metadata: { name: 'x' } })).toEqual(['no schema of v2 Pod']);
  });
});
