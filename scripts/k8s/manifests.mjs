/** Reads manifests. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

export const ROOT = new URL('../../', import.meta.url);

/** The documents of a YAML text. Throws on a syntax error or a duplicate key. */
export function documentsOf(text) {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS();
    })
    .filter((value) => value !== null);
}

export const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');

/** The services that have a folder in k8s/observability. */
export const OBSERVED = ['edge-gateway', 'decoder-stream', 'tasks-stream', 'alarm-webhook', 'dashboard'];

/** The groups of a service's PrometheusRule. */
export const ruleGroups = (service) => documentsOf(read(`k8s/observability/${service}/rules.yaml`))[0].spec.groups;
