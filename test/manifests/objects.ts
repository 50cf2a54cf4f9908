/** Manifests as objects, from the files alone: what a unit test can know without kubectl. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const ROOT = new URL('../../', import.meta.url);

/** A part of a manifest; a path that is absent gives undefined. */
export type Part = Readonly<Record<string, unknown>>;

export interface Manifest extends Part {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
}

export interface ManifestFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly documents: readonly unknown[];
}

export const pathOf = (path: string): string => fileURLToPath(new URL(path, ROOT));
export const read = (path: string): string => readFileSync(pathOf(path), 'utf8');

export function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return value === null ? [] : [value];
  });
}

export function manifestFiles(): ManifestFile[] {
  return readdirSync(pathOf('k8s'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => ({ path: `k8s/${path}`, documents: documentsOf(read(`k8s/${path}`)) }));
}

/** The objects of k8s/base, kafka, topics and observability; kustomizations left out, overlays too. */
export function baseObjects(): Manifest[] {
  return manifestFiles()
    .filter(({ path }) => !path.startsWith('k8s/overlays/') && !path.endsWith('/kustomization.yaml'))
    .flatMap(({ documents }) => documents as Manifest[]);
}

/** Objects that overlays add as a whole: no patches. */
export function overlayObjects(): Manifest[] {
  return manifestFiles()
    .filter(({ path }) => /^k8s\/overlays\/\w+\/kustomization\.yaml$/.test(path))
    .flatMap(({ path, documents: [document] }) => {
      const names = (at(document, 'resources') as string[]).filter((name) => name.endsWith('.yaml'));
      return names.flatMap((name) => documentsOf(read(path.replace('kustomization.yaml', name))) as Manifest[]);
    });
}

/** What lies at a path of keys and indices; undefined where nothing does. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
