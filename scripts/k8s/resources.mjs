/** What the workloads ask for, and the lag that calls for one more, from bench/results/scaling.json. */
import { existsSync, readFileSync } from 'node:fs';
import { bedsOfGateway, USED_SHARE, WINDOW_SECONDS, windowsOfFrame } from '../figures/plan.mjs';
import { read, ROOT } from './manifests.mjs';

const RESULT = 'bench/results/scaling.json';
/** Peaks were seen under a backlog of recordings: requests leave a little room above them, limits more. */
const MEMORY = { requests: 1.1, limits: 1.6 };

/** Of one member's work, for each member: KEDA then adds one. */
const LAG_SECONDS = 8;
/** Far above the markers of transactions, one a partition. */
const LEAST_LAG = 100;

/** Component -> its manifest. */
const MEASURED = {
  'edge-gateway': 'k8s/base/edge-gateway/stateful-set.yaml',
  'decoder-stream': 'k8s/base/decoder-stream/deployment.yaml',
  'tasks-stream': 'k8s/base/tasks-stream/deployment.yaml',
};

/** Component -> what scales it, and the records that a window is on the topic. */
const SCALED = {
  'decoder-stream': ['k8s/base/decoder-stream/scaled-object.yaml', (data) => 1 / windowsOfFrame(bedsOfGateway(data))],
  'tasks-stream': ['k8s/base/tasks-stream/scaled-object.yaml', () => 1],
};

const PROVISIONAL = '# Provisional: not measured yet.';
const FROM = `# From ${RESULT} by scripts/k8s/generate.mjs.`;

const millicores = (cores) => `${50 * Math.ceil(cores * 20)}m`;
const mebibytes = (megabytes) => `${64 * Math.ceil(megabytes / 64)}Mi`;

/** A member's cores while it works off a backlog, times the share of them that is planned with. */
function memberOf({ steps: [alone] }) {
  const { cpuSecondsPerWindow, windowsPerSecond, peakMegabytes } = alone;
  return { cores: USED_SHARE * cpuSecondsPerWindow * windowsPerSecond, peakMegabytes };
}

function useOf(data) {
  const { cpuSecondsPerWindow, peakMegabytes } = data.edge;
  return {
    'edge-gateway': { cores: (bedsOfGateway(data) / WINDOW_SECONDS) * cpuSecondsPerWindow, peakMegabytes },
    'decoder-stream': memberOf(data.decoder),
    'tasks-stream': memberOf(data.tasks),
  };
}

/** The text of a manifest with its requests and its limit of memory by `use`, or called provisional without one. */
export function withResources(text, use) {
  const block = / {10}resources:\n(?: {12}# .*\n)? {12}requests: \{ cpu: (\S+), memory: (\S+) \}\n/;
  const limits = /( {12}limits: \{ cpu: \S+, memory: )\S+( \}\n)/;
  if (!block.test(text) || !limits.test(text)) throw new Error('a manifest has no resources in the expected form');
  const written = (comment, cpu, memory) =>
    `          resources:\n            ${comment}\n            requests: { cpu: ${cpu}, memory: ${memory} }\n`;
  if (use === undefined) return text.replace(block, (_, cpu, memory) => written(PROVISIONAL, cpu, memory));
  const memory = (share) => mebibytes(use.peakMegabytes * share);
  return text
    .replace(block, written(FROM, millicores(use.cores), memory(MEMORY.requests)))
    .replace(limits, (_, before, after) => `${before}${memory(MEMORY.limits)}${after}`);
}

/** The text of a ScaledObject with the lag by `recordsPerSecond` of one member, or called provisional without it. */
export function withLag(text, recordsPerSecond) {
  const line = /( {8})(?:# .*\n {8})?lagThreshold: '(\d+)'\n/g;
  if (!line.test(text)) throw new Error('a manifest has no lagThreshold in the expected form');
  const measured = recordsPerSecond && Math.max(LEAST_LAG, 10 * Math.round((LAG_SECONDS * recordsPerSecond) / 10));
  const comment = measured === undefined ? PROVISIONAL : FROM;
  return text.replace(line, (_, indent, lag) => `${indent}${comment}\n${indent}lagThreshold: '${measured ?? lag}'\n`);
}

/** Records a second that one member works off on the share of its core that is planned with. */
function paceOf(data, component, recordsOfWindow) {
  const [alone] = data[component.replace('-stream', '')].steps;
  return USED_SHARE * alone.windowsPerSecond * recordsOfWindow(data);
}

/** Path -> text of the manifests whose numbers are measured. */
export function measuredManifests() {
  const url = new URL(RESULT, ROOT);
  const data = existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : undefined;
  const uses = data === undefined ? {} : useOf(data);
  return Object.fromEntries([
    ...Object.entries(MEASURED).map(([component, path]) => [path, withResources(read(path), uses[component])]),
    ...Object.entries(SCALED).map(([component, [path, recordsOfWindow]]) => [path, withLag(read(path), data && paceOf(data, component, recordsOfWindow))]), // prettier-ignore
  ]);
}
