import { copyFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { RECORD } from '../../../../src/lib/signal/grid.js';
import { writeRecording } from '../../../../src/lib/signal/wfdb/index.js';
import {
  evaluateCompression,
  type EvaluateCompressionOptions,
} from '../../../../src/training/evaluation/compression/evaluate.js';
import type { CompressionEvaluation } from '../../../../src/training/evaluation/compression/evaluation.js';
import { MODELS } from '../../../models.js';
import { sampleLabels } from './samples.js';

const METHODS = [
  ...['raw', 'gzip', 'lossless', 'cae-32', 'cae-64', 'paper-predictor', 'paper-oracle-2', 'paper-oracle-3'],
  ...['paper-predictor-added', 'static-16', 'static-32', 'static-64'],
  ...['ladder-predictor', 'ladder-dense', 'ladder-oracle', 'ladder-default'],
];
const FIGURES = [
  ...['elementGainMean', 'payloadGainMean', 'payloadGainTotal', 'wireGainTotal', 'prdMedian', 'prdnMedian'],
  ...['relativeErrorMean', 'f1Micro', 'precisionMicro', 'recallMicro', 'f1MeanNAO', 'stepAccuracy', 'stepsChanged'],
  ...['violationsAdded', 'violationsLabel', 'peaksF1', 'rungShares'],
];

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'evaluate-compression-'));

/** What ships, without the models of the paper. */
async function withoutThePaper(): Promise<string> {
  const models = await folder();
  for (const name of ['rhythm', 'peaks', 'codec']) {
    await cp(join(MODELS, name), join(models, name), { recursive: true });
  }
  return models;
}

async function evaluate(some: Partial<EvaluateCompressionOptions> = {}): Promise<CompressionEvaluation> {
  return evaluateCompression({
    records: SHIPPED_SAMPLES,
    labels: await sampleLabels(),
    models: MODELS,
    json: join(await folder(), 'out.json'),
    html: undefined,
    bound: 0.75,
    peaksBound: 0.1,
    shipped: { rhythm: 0.75, peaks: 0.1, reconstruction: Infinity },
    curveBounds: [],
    ward: { beds: 40, lingerMs: 500, auditEvery: 40, recordsPerBed: 2, seed: 1 },
    ...some,
  });
}
const entry = ({ methods }: CompressionEvaluation, name: string) => methods.find((method) => method.name === name)!;

describe('evaluate compression on the shipped samples', () => {
  let to = '';
  let scores: CompressionEvaluation;

  let lines: string[] = [];

  beforeAll(async () => {
    to = await folder();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    scores = await evaluate({ json: join(to, 'out.json'), html: join(to, 'out.html'), curveBounds: [0.75, 0.1] });
    lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
  }, 120_000);

  it('writes every method with every key, and no NaN', async () => {
    expect(JSON.parse(await readFile(join(to, 'out.json'), 'utf8'))).toEqual(scores);
    expect(scores).toMatchObject({ records: 4, bound: 0.75, peaksBound: 0.1, leftOut: [], warnings: [] });
    expect(scores.methods.map(({ name }) => name)).toEqual(METHODS);
    for (const method of scores.methods) {
      expect(Object.keys(method).sort()).toEqual(['name', 'bounds', 'certified', 'reason', ...FIGURES].sort());
    }
  });

  it('has figures for every method: nothing is missing in what ships', () => {
    for (const { name, reason, wireGainTotal } of scores.methods) {
      expect([name, reason]).toEqual([name, null]);
      expect(wireGainTotal).toBeGreaterThan(0);
    }
    expect(entry(scores, 'cae-32')).toMatchObject({ elementGainMean: 32, rungShares: { 'cae-32': 1 } });
    expect(entry(scores, 'cae-64')).toMatchObject({ elementGainMean: 64, rungShares: { 'cae-64': 1 } });
  });

  it('has nothing lost and a gain of 1 for raw samples; gzip and lossless gain more and lose nothing', () => {
    const exact = { stepsChanged: 0, violationsAdded: 0, violationsLabel: 0, prdnMedian: 0, peaksF1: 1 };
    expect(entry(scores, 'raw')).toMatchObject({ ...exact, elementGainMean: 1, payloadGainTotal: 1 });
    expect(entry(scores, 'gzip')).toMatchObject({ ...exact, elementGainMean: null, rungShares: { gzip: 1 } });
    expect(entry(scores, 'lossless')).toMatchObject(exact);
    expect(entry(scores, 'gzip').payloadGainTotal).toBeGreaterThan(1.2);
    expect(entry(scores, 'lossless').payloadGainTotal).toBeGreaterThan(entry(scores, 'gzip').payloadGainTotal!);
  });

  it('never counts more on the wire than in payloads, and keeps the oracle within its bound', () => {
    for (const { reason, wireGainTotal, payloadGainTotal } of scores.methods) {
      if (reason === null) expect(wireGainTotal).toBeLessThan(1.05 * payloadGainTotal!);
    }
    expect(entry(scores, 'ladder-oracle').violationsAdded).toBe(0);
  });

  it('has the curves of Fig. 4 for each task, the bounds side by side', () => {
    const { points } = scores.curves.find(({ task, method }) => task === 'both' && method === 'ladder-oracle')!;
    expect(points.map(({ rhythmBound }) => rhythmBound)).toEqual([0.1, 0.75]);
    expect(points[0]!.peaksBound).toBeCloseTo(0.1 / 7.5);
    expect(points.every(({ violations }) => violations === 0)).toBe(true);
    expect(points[1]!.payloadGainTotal).toBeGreaterThanOrEqual(points[0]!.payloadGainTotal!);
    const { points: own } = scores.curves.find(({ task, method }) => task === 'both' && method === 'ladder-predictor')!;
    expect(own[1]!.payloadGainTotal).toBeCloseTo(entry(scores, 'ladder-predictor').payloadGainTotal!);
  });

  it('tells how many points of the curves have no certificate, as the points say', () => {
    for (const method of ['ladder-predictor', 'ladder-dense']) {
      const points = scores.curves.filter((curve) => curve.method === method).flatMap((curve) => curve.points);
      const open = points.filter(({ tau, certified }) => tau !== null && certified === null).length;
      expect(open).toBeGreaterThan(0);
      expect(lines).toContainEqual(
        expect.stringContaining(`${method}: ${open} of the 6 points of its curves have no certificate`),
      );
    }
    expect(lines.join('')).not.toContain('ladder-oracle: ');
  });

  it('has the quartiles of Fig. 3, none for the lossless rung', () => {
    const [lossless, ...rest] = scores.rungErrors;
    expect(lossless!.rhythm).toEqual({ p5: 0, q1: 0, median: 0, q3: 0, p95: 0 });
    for (const { rhythm } of rest) expect(rhythm.q3).toBeGreaterThanOrEqual(rhythm.median!);
  });

  it('draws all of it on one page that asks nothing of a network', async () => {
    const page = await readFile(join(to, 'out.html'), 'utf8');
    expect(page).toContain('<title>Compression of 4 ECG records</title>');
    for (const method of METHODS) expect(page).toContain(`>${method}</th>`);
    expect(page).not.toMatch(/(src|href)=|url\(|@import|<script|NaN|undefined|Infinity/);
  });
});

describe('evaluate compression', () => {
  it('warns of a record that was cut off, and scores what is there where that is enough', async () => {
    const records = await folder();
    await copyFile(join(SHIPPED_SAMPLES, 'A04040.hea'), join(records, 'A04040.hea'));
    const signal = await readFile(join(SHIPPED_SAMPLES, 'A04040.mat'));
    await writeFile(join(records, 'A04040.mat'), signal.subarray(0, -20));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const scores = await evaluate({ records, models: await withoutThePaper(), json: join(records, 'out.json') });
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    const text = 'A04040.mat: expected 18024 bytes (9000 frames), got 18004 (8990 whole frames)';
    expect(scores).toMatchObject({ records: 1, leftOut: [], warnings: [{ record: 'A04040', text }] });
    expect(lines).toContain(`evaluate compression: A04040: ${text}\n`);
    const written = JSON.parse(await readFile(join(records, 'out.json'), 'utf8')) as CompressionEvaluation;
    expect(written.warnings).toEqual(scores.warnings);
  }, 120_000);

  it('leaves out a record that no lossy rung carries, and scores the others', async () => {
    const records = await folder();
    for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `A04040.${kind}`), join(records, `A04040.${kind}`)); // prettier-ignore
    const lead = { name: 'I', rate: 300, gain: 0.1, baseline: 0, calibrated: true };
    const samples = new Int32Array(RECORD).fill(32_000);
    await writeRecording(records, { name: 'odd', rate: 300, leads: [{ ...lead, samples }], warnings: [] });
    await writeFile(join(records, 'labels.csv'), 'odd,N\nA04040,N\n');
    const scores = await evaluate({ records, labels: join(records, 'labels.csv'), models: await withoutThePaper() });
    const reason = 'the window at 0 s lies beyond 163.84 mV, which no lossy rung carries';
    expect(scores).toMatchObject({ records: 1, leftOut: [{ name: 'odd', reason }] });
  }, 120_000);

  it('gives null and a reason for methods whose models are not there', async () => {
    const scores = await evaluate({ models: await withoutThePaper(), labels: await sampleLabels(['A04040']) });
    const missing = scores.methods.filter(({ reason }) => reason !== null);
    expect(missing.map(({ name }) => name)).toEqual(METHODS.filter((name) => /^(cae|paper|static)-/.test(name)));
    for (const figures of missing) {
      expect(FIGURES.map((key) => figures[key as keyof typeof figures])).toEqual(FIGURES.map(() => null));
    }
    expect(entry(scores, 'cae-64').reason).toContain('models/cae');
    expect(entry(scores, 'static-16').reason).toContain('16');
  }, 120_000);

  it('keeps the bound on PRDN of the policy that ships', async () => {
    const labels = await sampleLabels(['A04040']);
    const scores = await evaluate({
      labels,
      shipped: { rhythm: 9, peaks: 9, reconstruction: 1e-3 },
      bound: 9,
      peaksBound: 9,
    });
    expect(entry(scores, 'ladder-default')).toMatchObject({
      rungShares: { lossless: 1 },
      bounds: { reconstruction: 1e-3 },
    });
    expect(entry(scores, 'ladder-predictor').rungShares).not.toEqual({ lossless: 1 });
  }, 120_000);

  it('refuses files that cannot be written before it begins', async () => {
    const missing = join(await folder(), 'missing', 'out');
    const refused = { code: 'CONFIG_INVALID' };
    await expect(evaluate({ json: missing })).rejects.toMatchObject(refused);
    await expect(evaluate({ html: missing })).rejects.toThrow('--html');
    const records = join(missing, 'nowhere');
    await expect(evaluate({ records, json: missing })).rejects.toMatchObject(refused);
  });

  it('leaves no empty report behind where it fails', async () => {
    const to = await folder();
    const failed = evaluate({ records: join(to, 'nowhere'), html: join(to, 'out.html') });
    await expect(failed).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await expect(readFile(join(to, 'out.html'))).rejects.toThrow('ENOENT');
  });
});
