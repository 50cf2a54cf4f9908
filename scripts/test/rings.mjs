import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { inCache } from '../setup/paths.mjs';
import { findTool } from '../setup/tools.mjs';

/** The rings of tests, the fastest first. `lacks` names what this machine lacks; such a ring is skipped by name. */
export const RINGS = [
  { name: 'unit', lacks: () => undefined },
  { name: 'integration', lacks: lacksKafka },
  { name: 'browser', lacks: () => lacksKafka() ?? lacksChromium() },
  { name: 'observability', lacks: () => lacksKafka() ?? lacksPrometheus() },
  { name: 'examples', lacks: () => lacksKafka() ?? lacksPython() },
];

function lacksKafka() {
  if (process.env.KAFKA_BROKERS) return undefined;
  if (findTool('java') === undefined) return 'a JDK, or KAFKA_BROKERS';
  const fetched =
    existsSync(inCache()) && readdirSync(inCache()).some((name) => existsSync(inCache(name, 'complete.json')));
  return fetched ? undefined : 'Apache Kafka (npm run setup), or KAFKA_BROKERS';
}

/** Looks in the same places as test/e2e/browser.ts. */
function lacksChromium() {
  if (process.env.CHROMIUM) return undefined;
  const found = ['chromium', 'chromium-browser', 'google-chrome'].some((name) => findTool(name) !== undefined);
  return found ? undefined : 'Chromium (Debian: chromium), or CHROMIUM';
}

function lacksPrometheus() {
  const found = ['prometheus', 'prometheus-alertmanager'].every((name) => findTool(name) !== undefined);
  return found ? undefined : 'Prometheus and Alertmanager (Debian: prometheus, prometheus-alertmanager)';
}

function lacksPython() {
  const python = findTool('python3');
  const modules = python && spawnSync(python, ['-c', 'import ensurepip, pip, venv'], { stdio: 'ignore' });
  return modules?.status === 0 ? undefined : 'Python 3 with pip and venv (Debian: python3-pip python3-venv)';
}
