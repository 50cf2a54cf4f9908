/** compose.yaml and its Prometheus: every service that has rules is scraped, where it listens. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { at, pathOf, read } from './objects.js';

const compose: unknown = parse(read('compose.yaml'), { merge: true });
const config = parse(read('compose/prometheus/prometheus.yaml')) as { scrape_configs: unknown[] };
const SERVICES = readdirSync(pathOf('compose/prometheus/rules')).map((name) => basename(name, '.yaml'));

/** host:port that a job scrapes, by address or by name. */
function targetOf(job: unknown): string {
  const [fixed] = (at(job, 'static_configs', 0, 'targets') as string[] | undefined) ?? [];
  const names = at(job, 'dns_sd_configs', 0, 'names') as string[] | undefined;
  return fixed ?? `${names?.[0] ?? ''}:${String(at(job, 'dns_sd_configs', 0, 'port'))}`;
}

it('has rules of every service of the overlays', () => {
  expect(SERVICES).toEqual(['alarm-webhook', 'dashboard', 'decoder-stream', 'edge-gateway', 'tasks-stream']);
});

it.each(SERVICES)('%s is scraped where it listens', (name) => {
  const job = config.scrape_configs.find((one) => at(one, 'job_name') === name);
  const environment = at(compose, 'services', name, 'environment') ?? at(compose, 'x-service', 'environment');
  const port = String(at(environment, 'DYNAMIC_DEEP_HTTP_PORT'));
  const host = at(environment, 'DYNAMIC_DEEP_HTTP_HOST');
  // On the network of the services a name is enough; on the host's own the address is.
  const isOnHost = at(compose, 'services', name, 'network_mode') === 'host';
  expect(targetOf(job)).toBe(`${isOnHost ? String(host) : name}:${port}`);
  if (!isOnHost) expect(host).toBe('0.0.0.0');
  const probe = JSON.stringify(at(compose, 'services', name, 'healthcheck') ?? at(compose, 'x-service', 'healthcheck'));
  expect(probe).toContain(`http://${isOnHost ? String(host) : '127.0.0.1'}:${port}/readyz`);
});

it('an address of the host is its end of the services’ network, and no other', () => {
  const gateway = at(compose, 'networks', 'default', 'ipam', 'config', 0, 'gateway');
  expect(at(compose, 'services', 'dashboard', 'environment', 'DYNAMIC_DEEP_HTTP_HOST')).toBe(gateway);
});
