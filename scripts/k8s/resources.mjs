/** Resource requests of the workloads, and the lag at which one more member starts, from bench/results/scaling.json. */
import { existsSync, readFileSync } from 'node:fs';
import { bedsOfGateway, USED_SHARE, WINDOW_SECONDS, windowsOfFrame } from '../figures/plan.mjs';
import { read, ROOT } from './manifests.mjs';

const RESULT = 'bench/results/scaling.json';
/** Factors on the peaks, which were seen under a backlog of recordings: requests leave a little room, limits more. */
const MEMORY = { requests: 1.1, limits: 1.6 };

/** Lag, in seconds of one member's work for each member, at which KEDA adds one. */
const LAG_SECONDS = 8;
/** Far above the lag that transaction markers make, one a partition. */
const LEAST_LAG = 100;

/** Component to its manifest. */
const MEASURED = {
  'edge-gateway': 'k8s/base/edge-gateway/stateful-set.yaml',
  'decoder-stream': 'k8s/base/decoder-stream/deployment.yaml',
  'tasks-stream': 'k8s/base/tasks-stream/deployment.yaml',
};

/** Component to its ScaledObject, and the number of records that a window makes on the topic. */
const SCALED = {
  'decoder-stream': ['k8s/base/decoder-stream/scaled-object.yaml', (data) => 1 / windowsOfFrame(bedsOfGateway(data))],
  'tasks-stream': ['k8s/base/tasks-stream/scaled-object.yaml', () => 1],
};

const PROVISIONAL = '# Provisional: not measured yet.';
const FROM = `# From ${RESULT} by scripts/k8s/generate.mjs.`;

const millicores = (cores) => `${50 * Math.ceil(cores * 20)}m`;
const mebibytes = (megabytes) => `${64 * Math.ceil(megabytes / 64)}Mi`;

/** Cores of a member that processes a backlog alone, times the share that is planned with, and its peak memory. */
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

/** A manifest's text with requests and memory limit from `use`; without `use` the values stay and are marked provisional. */
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

/** A ScaledObject's text with the lag from one member's `recordsPerSecond`; without it the lag is marked provisional. */
export function withLag(text, recordsPerSecond) {
  const line = /( {8})(?:# .*\n {8})?lagThreshold: '(\d+)'\n/g;
  if (!line.test(text)) throw new Error('a manifest has no lagThreshold in the expected form');
  const measured = recordsPerSecond && Math.max(LEAST_LAG, 10 * Math.round((LAG_SECONDS * recordsPerSecond) / 10));
  const comment = measured === undefined ? PROVISIONAL : FROM;
  return text.replace(line, (_, indent, lag) => `${indent}${comment}\n${indent}lagThreshold: '${measured ?? lag}'\n`);
}

/** Records a second that one member processes on the share of its core that is planned with. */
function paceOf(data, component, recordsOfWindow) {
  const [alone] = data[component.replace('-stream', '')].steps;
  return USED_SHARE * alone.windowsPerSecond * recordsOfWindow(data);
}

/** Texts of the manifests whose numbers are measured, by path. */
export function measuredManifests() {
  const url = new URL(RESULT, ROOT);
  const data = existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : undefined;
  const uses = data === undefined ? {} : useOf(data);
  return Object.fromEntries([
    ...Object.entries(MEASURED).map(([component, path]) => [path, withResources(read(path), uses[component])]),
    ...Object.entries(SCALED).map(([component, [path, recordsOfWindow]]) => [path, withLag(read(path), data && paceOf(data, component, recordsOfWindow))]), // prettier-ignore
  ]);
}
