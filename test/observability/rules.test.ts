/** promtool judges rules, dashboards and the configuration of compose.yaml, and puts every alert to the test. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { at, documentsOf, pathOf, read } from '../manifests/objects.js';

const SERVICES = ['edge-gateway', 'decoder-stream', 'tasks-stream', 'alarm-webhook', 'dashboard'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-rules-'));
  for (const service of SERVICES) {
    const [manifest] = documentsOf(read(`k8s/observability/${service}/rules.yaml`));
    await writeFile(join(folder, `${service}.rules.yaml`), stringify(at(manifest, 'spec')));
    await writeFile(join(folder, `${service}.yaml`), read(`test/observability/rules/${service}.yaml`));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const promtool = (...args: string[]): Promise<string> =>
  promisify(execFile)('promtool', args, { cwd: folder }).then(({ stdout }) => stdout);

describe.each(SERVICES)('%s', (service) => {
  it('has rules that Prometheus takes', async () => {
    expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', `${service}.rules.yaml`)).toContain(
      'SUCCESS',
    );
  });

  it('raises its alerts when it should, and not otherwise', async () => {
    expect(await promtool('test', 'rules', `${service}.yaml`)).toContain('SUCCESS');
  });

  it('has a dashboard whose expressions Prometheus takes', async () => {
    interface Dashboard {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    }
    const { panels } = JSON.parse(read(`k8s/observability/${service}/dashboard.json`)) as Dashboard;
    const rules = panels
      .flatMap(({ targets }) => targets)
      .map(({ expr }, i) => ({ record: `panel:expression:${i}`, expr }));
    await writeFile(join(folder, `${service}.dashboard.yaml`), stringify({ groups: [{ name: service, rules }] }));
    expect(await promtool('check', 'rules', `${service}.dashboard.yaml`)).toContain('SUCCESS');
  });
});

it('an alert that stays silent is seen', async () => {
  const text = read('test/observability/rules/alarm-webhook.yaml');
  const silent = text.replace("values: '1x10 0x10'", "values: '1x20'");
  expect(silent).not.toBe(text);
  await writeFile(join(folder, 'silent.yaml'), silent);
  await expect(promtool('test', 'rules', 'silent.yaml')).rejects.toThrow();
});

it("compose.yaml's Prometheus takes its configuration", async () => {
  expect(await promtool('check', 'config', pathOf('compose/prometheus/prometheus.yaml'))).toContain('SUCCESS');
});
