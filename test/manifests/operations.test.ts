/** docs/operations.md names commands, flags, metrics and codes that exist: what its runbook says can be done. */
import { describe, expect, it } from 'vitest';
import { program } from '../../src/commands.js';
import { ERRORS } from '../../src/lib/errors/catalogue.js';
import { CATALOGUE as METRICS } from '../../src/lib/metrics/catalogue.js';
import { at, baseObjects, documentsOf, read } from './objects.js';
import { argumentsOf, isWorkload } from './workloads.js';

const text = read('docs/operations.md');
const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
const workloads = baseObjects().filter(isWorkload);

describe('docs/operations.md', () => {
  it('names commands that exist', () => {
    const named = [...text.matchAll(/(?:`dynamic-deep|dynamic-deep\.js) ([a-z]+(?: [a-z]+)?)/g)].map(([, name = '']) => name); // prettier-ignore
    expect(named.length).toBeGreaterThan(4);
    const known = program.commands.map(({ name }) => name);
    expect(named.filter((name) => !known.some((one) => name === one || name.startsWith(`${one} `)))).toEqual([]);
  });

  it('names flags of the services that run', () => {
    const services = new Set(workloads.map((workload) => argumentsOf(workload)[0]));
    const options = program.commands
      .filter(({ name }) => services.has(name))
      .flatMap((one) => Object.keys(one.options));
    const known = options.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    const named = quoted.filter((code) => /^--[a-z-]+$/.test(code));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  it('names metrics and records that exist', () => {
    const rules = baseObjects().filter(({ kind }) => kind === 'PrometheusRule').flatMap((one) => at(one, 'spec', 'groups') as { rules: { record?: string }[] }[]).flatMap((group) => group.rules); // prettier-ignore
    const known = [...Object.values(METRICS).map(({ name }) => name), ...rules.map(({ record }) => record)];
    const named = [...text.matchAll(/\bdynamic_deep[\w:]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names error codes and reasons of dead letters that exist', () => {
    const variables = /^(KAFKA|DYNAMIC_DEEP)?_/;
    const named = quoted.filter((code) => /^[A-Z]+(_[A-Z]+)*$/.test(code) && code.length > 4 && !variables.test(code));
    expect(named.length).toBeGreaterThan(5);
    const reasons = Object.values(METRICS).flatMap(({ labels }) =>
      Object.values<string | readonly string[]>(labels).flat(),
    );
    const known: readonly unknown[] = [...Object.keys(ERRORS), ...reasons, 'KAFKA_BROKERS'];
    expect(named.filter((code) => !known.includes(code))).toEqual([]);
  });

  it('applies and deletes what an overlay patches through the overlay alone', () => {
    const folders = [...text.matchAll(/kubectl (?:apply|delete) -k (\S+?)(?=[\s`])/g)].map(([, path = '']) => path);
    expect(folders.length).toBeGreaterThan(5);
    const allowed = ['.', '../../namespaces', 'k8s/namespaces', 'k8s/overlays/dev', 'k8s/overlays/prod'];
    expect(folders.filter((path) => !allowed.includes(path))).toEqual([]);
  });

  it('selects components that have a label of their name', () => {
    const named = [...text.matchAll(/app\.kubernetes\.io\/component(?:=| notin \()([a-z-]+(?:,[a-z-]+)*)/g)].flatMap(([, names = '']) => names.split(',')); // prettier-ignore
    expect(named).toEqual(expect.arrayContaining(['kafka', 'topics']));
    const folders = ['kafka', 'topics'].map((folder) => {
      const [kustomization] = documentsOf(read(`k8s/${folder}/kustomization.yaml`));
      return at(kustomization, 'labels', 0, 'pairs', 'app.kubernetes.io/component');
    });
    const known = [...folders, ...workloads.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'])];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names workloads of the manifests in what kubectl is told', () => {
    const named = [...text.matchAll(/\b(statefulset|deployment)\/([a-z-]+)/g)];
    expect(named.length).toBeGreaterThan(5);
    const known = workloads.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
    expect(named.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  });
});
