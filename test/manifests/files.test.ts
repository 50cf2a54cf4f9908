import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { at, documentsOf, manifestFiles, pathOf, read, type Manifest } from './objects.js';

const files = manifestFiles();
const kustomizations = files.filter(({ path }) => path.endsWith('/kustomization.yaml'));

it('every document of a file is an object that names itself', () => {
  expect(files.length).toBeGreaterThan(30);
  for (const { path, documents } of files) {
    expect(documents.length, path).toBeGreaterThan(0);
    for (const document of documents as Partial<Manifest>[]) {
      expect([typeof document.apiVersion, typeof document.kind], path).toEqual(['string', 'string']);
      if (!path.endsWith('/kustomization.yaml')) expect(document.metadata?.name, path).toEqual(expect.any(String));
    }
  }
});

it('a key that stands twice is a fault', () => {
  expect(() => documentsOf('a: 1\na: 2\n')).toThrow(/unique/);
});

it('kustomizations name files that exist, and every file is named by one', () => {
  const named = kustomizations.flatMap(({ path, documents: [document] }) => {
    const parts = ['resources', 'patches'].flatMap((key) => (at(document, key) as unknown[] | undefined) ?? []);
    const names = parts.flatMap((part) =>
      typeof part === 'string' ? [part] : ((at(part, 'path') as string | undefined) ?? []),
    );
    return names.map((name) => join(dirname(path), name));
  });
  for (const path of named) expect(existsSync(pathOf(path)), path).toBe(true);
  const left = files.map(({ path }) => path).filter((path) => !path.endsWith('/kustomization.yaml'));
  expect(left.filter((path) => !named.includes(path))).toEqual([]);
});

/** What `kubectl delete -k` of a folder deletes, but for patches. */
function objectsOf(folder: string): Manifest[] {
  const [kustomization] = documentsOf(read(`${folder}/kustomization.yaml`));
  return ((at(kustomization, 'resources') as string[] | undefined) ?? []).flatMap((name) => {
    const path = join(folder, name);
    return path.endsWith('.yaml') ? (documentsOf(read(path)) as Manifest[]) : objectsOf(path);
  });
}

it.each(['dev', 'prod'])('whoever deletes the overlay %s keeps the namespaces, and the volumes in them', (overlay) => {
  const kinds = objectsOf(`k8s/overlays/${overlay}`).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['Kafka', 'KafkaTopic', 'StatefulSet']));
  expect(kinds).not.toContain('Namespace');
  expect(objectsOf('k8s/namespaces').map(({ metadata }) => metadata.name)).toEqual(['dynamic-deep', 'ecg-kafka']);
});

it('brokers delete no topic, and keep their volumes', () => {
  const pools = objectsOf('k8s/kafka').filter(({ kind }) => kind === 'KafkaNodePool');
  expect(pools.map((pool) => at(pool, 'spec', 'storage', 'volumes', 0, 'deleteClaim'))).toEqual([false, false]);
  const kafka = objectsOf('k8s/kafka').find(({ kind }) => kind === 'Kafka');
  expect(at(kafka, 'spec', 'kafka', 'config', 'delete.topic.enable')).toBe(false);
});

it('no name stands twice among the objects of a kind', () => {
  const names = files
    .filter(({ path }) => !path.startsWith('k8s/overlays/') && !path.endsWith('/kustomization.yaml'))
    .flatMap(({ path, documents }) =>
      (documents as Manifest[]).map(({ kind, metadata }) => `${path.split('/')[1] ?? ''} ${kind} ${metadata.name}`),
    );
  expect(new Set(names).size).toBe(names.length);
});

it('the image of compose.yaml and of the overlays is the one that the Dockerfile makes', () => {
  expect(read('Dockerfile')).toMatch(/^ENTRYPOINT \["node", "\/app\/bin\/dynamic-deep\.js"\]$/m);
  expect(read('Dockerfile')).toMatch(/^USER 10001:10001$/m);
});
