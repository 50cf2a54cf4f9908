/** JSON schemas of the kinds that the manifests use, strict and without prose, from the OpenAPI of Kubernetes and from custom resources. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { VERSION } from './apiserver.js';
import { customResources } from './crds.js';
import { goModule } from './downloads.js';

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As kubeconform's strict schemas: a field that nobody declared is an error. `names`: the keys are names, not words of JSON Schema. */
function strict(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((part) => strict(part));
  if (!isNode(value)) return value;
  // Prose, and patterns in Go's own dialect.
  const isLeftOut = ([key, part]: [string, unknown]): boolean =>
    /^(description|default|format|x-)/.test(key) || (key === 'pattern' && String(part).includes('(?i)'));
  const kept = Object.entries(value).filter((entry) => names || !isLeftOut(entry));
  const made: Node = Object.fromEntries(kept.map(([key, part]) => [key, strict(part, !names && key === 'properties')]));
  if (names) return made;
  if (value['x-kubernetes-int-or-string'] === true || value['format'] === 'int-or-string') {
    delete made['type'];
    made['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  const isOpen = value['x-kubernetes-preserve-unknown-fields'] === true;
  if (isNode(value['properties']) && value['additionalProperties'] === undefined && !isOpen)
    made['additionalProperties'] = false;
  return made;
}

function refsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refsOf);
  if (!isNode(value)) return [];
  const own = typeof value['$ref'] === 'string' ? [value['$ref'].slice('#/definitions/'.length)] : [];
  return [...own, ...Object.values(value).flatMap(refsOf)];
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
export type Schemas = Record<string, unknown>;
const nameOf = ({ group, version, kind }: Kind): string => `${group === '' ? '' : `${group}/`}${version} ${kind}`;

async function builtIn(wanted: ReadonlySet<string>): Promise<{ kinds: Schemas; definitions: Schemas }> {
  const home = await goModule(`k8s.io/kubernetes@v${VERSION}`);
  const text = await readFile(join(home, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
  const { definitions: all } = JSON.parse(text) as { definitions: Record<string, Node> };
  const kinds: Schemas = {};
  const definitions: Schemas = {};
  const take = (name: string): void => {
    if (name in definitions) return;
    // A quantity may be written as a number.
    const isQuantity = name.endsWith('.resource.Quantity');
    definitions[name] = isQuantity ? { anyOf: [{ type: 'string' }, { type: 'number' }] } : strict(all[name]);
    refsOf(definitions[name]).forEach(take);
  };
  for (const [name, definition] of Object.entries(all)) {
    const of = (definition['x-kubernetes-group-version-kind'] as Kind[] | undefined) ?? [];
    for (const kind of of.map(nameOf).filter((one) => wanted.has(one))) {
      kinds[kind] = { $ref: `#/definitions/${name}` };
      take(name);
    }
  }
  return { kinds, definitions };
}

interface CustomResource {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Node } }[];
  };
}

const META = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };

async function custom(wanted: ReadonlySet<string>): Promise<Schemas> {
  const kinds: Schemas = {};
  for (const file of await customResources()) {
    const { spec } = parse(await readFile(file, 'utf8')) as CustomResource;
    for (const { name: version, schema } of spec.versions) {
      const name = nameOf({ group: spec.group, version, kind: spec.names.kind });
      if (!wanted.has(name)) continue;
      const { properties, ...rest } = schema.openAPIV3Schema;
      const own = Object.entries(properties as Node).filter(([key]) => key !== 'status');
      kinds[name] = strict({ ...rest, properties: { ...Object.fromEntries(own), metadata: META } });
    }
  }
  return kinds;
}

/** One schema for each of `wanted` (`apps/v1 Deployment`), all in one document; those that nobody declares are left out. */
export async function schemasOf(wanted: ReadonlySet<string>): Promise<{ kinds: Schemas; definitions: Schemas }> {
  const { kinds, definitions } = await builtIn(wanted);
  return { kinds: { ...kinds, ...(await custom(wanted)) }, definitions };
}
