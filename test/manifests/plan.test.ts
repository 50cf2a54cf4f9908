/** The plan of docs/operations.md, and the workloads' resources, from results that are made up. */
import { describe, expect, it } from 'vitest';
import { at, documentsOf, read, type Manifest } from './objects.js';

interface Plan {
  readonly gateways: number;
  readonly partitions: number;
  readonly members: { readonly decoder: number; readonly tasks: number };
  readonly brokers: number;
  readonly writtenMegabytes: number;
  readonly diskGigabytes: number;
}
const load = async (path: string): Promise<unknown> => import(new URL(`../../${path}`, import.meta.url).href);
const { plan, countsOf, bedsOfGateway } = (await load('scripts/figures/plan.mjs')) as {
  plan: (data: unknown, beds: number, topics: readonly unknown[], auditShare: number) => Plan;
  countsOf: (keys: readonly string[], partitions: number) => number[];
  bedsOfGateway: (data: unknown) => number;
};
const { withResources, withLag } = (await load('scripts/k8s/resources.mjs')) as {
  withLag: (text: string, recordsPerSecond?: number) => string;
  withResources: (text: string, use?: { cores: number; peakMegabytes: number }) => string;
};

const WINDOW_SECONDS = 1792 / 300;
const FRAMES = 100 * (WINDOW_SECONDS / (39 * 0.5) - 0.1);
const step = (cpuSecondsPerWindow: number) => ({ cpuSecondsPerWindow, brokerCpuSecondsPerWindow: 0.001 });
const DATA = {
  edge: { cpuSecondsPerWindow: 0.09 },
  decoder: { steps: [step(0.002), step(0.0025)] },
  tasks: { steps: [step(0.012), step(0.015)] },
  auditShare: 0.02,
  // 39 beds fill a frame of half a second with 3.26 windows.
  frames: { windowsPerFrame: 10, overheadBytes: 100 },
  bytesPerWindow: {
    'ecg.segments': 600,
    'ecg.audits': 40,
    'ecg.signals': 4000,
    'ecg.originals': 80,
    'ecg.rhythms': 200,
  },
};
const topics = documentsOf(read('k8s/topics/topics.yaml')) as Manifest[];
const planned = (beds: number, auditShare = 0.02): Plan => plan(DATA, beds, topics, auditShare);

describe('the plan', () => {
  it('gives a gateway as many beds as 60% of a core carry', () => {
    expect(bedsOfGateway(DATA)).toBe(39);
    expect((39 / WINDOW_SECONDS) * 0.09).toBeLessThanOrEqual(0.6);
    expect((40 / WINDOW_SECONDS) * 0.09).toBeGreaterThan(0.6);
    expect(planned(1000).gateways).toBe(26);
  });

  it.each([100, 1000, 5000])('of %i beds asks of no member more than 60% of a core', (beds) => {
    const { partitions, members, gateways } = planned(beds);
    expect(partitions % 12).toBe(0);
    const stages = [
      [members.decoder, 0.0025, 'edge-gateway', gateways],
      [members.tasks, 0.015, 'bed', beds],
    ] as const;
    for (const [count, cost, name, keys] of stages) {
      expect(count).toBeLessThanOrEqual(partitions);
      const used = Array.from({ length: count }, () => 0);
      const counts = countsOf(Array.from({ length: keys }, (_, i) => `${name}-${i}`), partitions); // prettier-ignore
      counts.forEach((own, i) => (used[i % count]! += ((beds / WINDOW_SECONDS) * cost * own) / keys));
      expect(Math.max(...used)).toBeLessThanOrEqual(0.6);
    }
  });

  it('ends where one gateway is more than a member can do', () => {
    // 0.6 of a core carries 199 beds at the edge, and 0.6 of one not what they send.
    const dear = { ...DATA, edge: { cpuSecondsPerWindow: 0.018 }, decoder: { steps: [step(0.05)] } };
    expect(() => plan(dear, 1000, topics, 0.02)).toThrow(/one key takes/);
  });

  it('writes every replica, and keeps what the topics keep', () => {
    const { writtenMegabytes, diskGigabytes } = planned(1000);
    const rate = 1000 / WINDOW_SECONDS;
    expect(writtenMegabytes).toBeCloseTo((3 * rate * (600 + FRAMES + 40 + 4000 + 80 + 200)) / 1e6, 6);
    const kept = rate * 3 * ((840 + FRAMES) * 7 * 86_400 + 4080 * 6 * 3600);
    // Whole segments are more, and no disk is filled up.
    expect(diskGigabytes).toBeGreaterThan(kept / 1e9 / 0.7);
    expect(diskGigabytes).toBeLessThan((2 * kept) / 1e9 / 0.7 + (7 * 3 * 12 * 1.1) / 0.7);
  });

  it('counts what comes of audits by the share of the policy', () => {
    const rate = 1000 / WINDOW_SECONDS;
    const less = planned(1000, 0.001).writtenMegabytes;
    expect(planned(1000).writtenMegabytes - less).toBeCloseTo((3 * rate * 120 * 0.95) / 1e6, 6);
  });

  it('never has fewer than three brokers, and as many in every zone', () => {
    expect(planned(10).brokers).toBe(3);
    expect(planned(20_000).brokers % 3).toBe(0);
  });
});

it('keys lie where the hash of the producers puts them', () => {
  expect(countsOf(['a', 'a', 'a'], 3).sort()).toEqual([0, 0, 3]);
  const counts = countsOf(Array.from({ length: 12_000 }, (_, i) => `bed-${i}`), 12); // prettier-ignore
  expect(counts.reduce((sum, count) => sum + count)).toBe(12_000);
  expect(Math.max(...counts)).toBeLessThan(1200);
});

describe('resources', () => {
  const text = read('k8s/base/tasks-stream/deployment.yaml');
  const resources = (manifest: string): unknown =>
    at(documentsOf(manifest)[0], 'spec', 'template', 'spec', 'containers', 0, 'resources');

  it('follow what was measured', () => {
    const written = withResources(text, { cores: 0.51, peakMegabytes: 644 });
    expect(resources(written)).toEqual({
      requests: { cpu: '550m', memory: '768Mi' },
      limits: { cpu: '2', memory: '1088Mi' },
    });
    expect(written).toContain('# From bench/results/scaling.json');
    expect(withResources(written, { cores: 0.51, peakMegabytes: 644 })).toBe(written);
  });

  it('are called provisional where nothing was', () => {
    expect(withResources(text)).toContain('# Provisional');
    expect(resources(withResources(text))).toEqual(resources(text));
  });
});

describe('the lag that calls for a member more', () => {
  const text = read('k8s/base/decoder-stream/scaled-object.yaml');
  const lags = (manifest: string): unknown[] =>
    [0, 1].map((i) => at(documentsOf(manifest)[0], 'spec', 'triggers', i, 'metadata', 'lagThreshold'));

  it('is 8 s of its work, and never what markers of transactions leave', () => {
    const written = withLag(text, 61.2);
    expect(lags(written)).toEqual(['490', '490']);
    expect(written.match(/# From bench/g)).toHaveLength(2);
    expect(withLag(written, 61.2)).toBe(written);
    expect(lags(withLag(text, 3))).toEqual(['100', '100']);
  });

  it('is called provisional where nothing was measured', () => {
    expect(withLag(text).match(/# Provisional/g)).toHaveLength(2);
    expect(lags(withLag(text))).toEqual(lags(text));
  });
});
