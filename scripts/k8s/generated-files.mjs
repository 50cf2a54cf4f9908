/** Text of every generated file, by path. */
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { dashboard } from './dashboards.mjs';
import { OBSERVED, ROOT, ruleGroups } from './manifests.mjs';
import { DASHBOARDS } from './panels.mjs';
import { measuredManifests } from './resources.mjs';
import { topicManifests } from './topics.mjs';

const REPLICAS = 3;

/** compose.yaml's Prometheus reads plain rule files, not PrometheusRules. */
function plainRules(service) {
  const head = `# Made from k8s/observability/${service}/rules.yaml by \`node scripts/k8s/generate.mjs\`: do not edit by hand.\n`;
  return head + stringify({ groups: ruleGroups(service) }, { lineWidth: 0 });
}

export async function generatedFiles({ topics, topicConfig, partitions }) {
  const files = {
    'k8s/topics/topics.yaml': topicManifests(topics, topicConfig, { partitions, replicas: REPLICAS }),
    ...measuredManifests(),
  };
  for (const service of OBSERVED) {
    files[`k8s/observability/${service}/dashboard.json`] = dashboard(service, DASHBOARDS[service]);
    files[`compose/prometheus/rules/${service}.yaml`] = plainRules(service);
  }
  const options = await resolveConfig(new URL('package.json', ROOT));
  const formatted = Object.entries(files).map(async ([filepath, text]) => [
    filepath,
    await format(text, { ...options, filepath }),
  ]);
  return Object.fromEntries(await Promise.all(formatted));
}
