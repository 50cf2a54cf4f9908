import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MISSING, type Lead } from '../../../src/lib/signal/types.js';
import {
  readAnnotations,
  readRecording,
  writeAnnotations,
  writeRecording,
} from '../../../src/lib/signal/wfdb/index.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { leadAtRate } from '../../../src/training/data/at-rate.js';
import { evaluatePeaks, type PeaksEvaluation } from '../../../src/training/evaluation/peaks.js';
import { MODELS } from '../../models.js';

const SECONDS = 60;
const RATE = 360;
const RATES = [250, 300, 360, 500];

const source = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'));
const leads = source.leads.map((lead) => ({ ...lead, samples: lead.samples.slice(0, SECONDS * RATE) }));
const annotations = (await readAnnotations(join(SHIPPED_SAMPLES, 'mitdb-100-normal'))).filter(
  ({ sample }) => sample < SECONDS * RATE,
);
const beatCount = annotations.filter(({ symbol }) => symbol !== '+').length;

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'evaluate-peaks-'));

async function write(folder: string, name: string, written: readonly Lead[], marks = annotations): Promise<void> {
  const { rate } = written[0]!;
  await writeRecording(folder, { name, rate, leads: written, warnings: [] });
  const scaled = marks.map((mark) => ({ ...mark, sample: Math.round((mark.sample * rate) / RATE) }));
  await writeAnnotations(folder, name, scaled);
}

const evaluate = (records: string, lead?: string): Promise<PeaksEvaluation> =>
  evaluatePeaks({ records, lead, models: MODELS, json: join(records, 'scores.json') });

describe('evaluate peaks on a minute of a sample', () => {
  let folder = '';
  let scores: PeaksEvaluation;
  const named = (name: string) => scores.perRecord.find((record) => record.name === name)!;

  beforeAll(async () => {
    folder = await newFolder();
    for (const rate of RATES) await write(folder, `rate-${rate}`, [leadAtRate(leads[0]!, rate)]);
    await write(folder, 'inverted', [{ ...leads[0]!, gain: -leads[0]!.gain }]);
    const gap = leads[0]!.samples.slice().fill(MISSING, 20 * RATE, 30 * RATE);
    await write(folder, 'gap', [{ ...leads[0]!, samples: gap }]);
    const lossy = leads[0]!.samples.slice();
    for (let at = 0.5; at < SECONDS; at += 0.7) lossy.fill(MISSING, Math.round(at * RATE), Math.round(at * RATE) + 14);
    await write(folder, 'lossy', [{ ...leads[0]!, samples: lossy }]);
    await write(folder, 'no-beats', [leads[0]!], [{ ...annotations[0]!, symbol: '+', aux: '(N' }]);
    const flat = new Int32Array(20 * RATE).fill(1024);
    await write(folder, 'flat', [{ ...leads[0]!, samples: flat }], []);
    await writeRecording(folder, { name: 'without-atr', rate: RATE, leads, warnings: [] });
    scores = await evaluate(folder);
  }, 120_000);

  it('writes the keys that programs read, and no NaN', async () => {
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as Record<string, unknown>;
    expect(written).toEqual(scores);
    const figures = ['records', 'f1', 'precision', 'recall', 'f1At150', 'medianOffsetMs'];
    expect(Object.keys(written).sort()).toEqual(
      [...figures, 'perRecord', 'panTompkins', 'ci95', 'model', 'warnings', 'leftOut'].sort(),
    );
    expect(Object.keys(written['panTompkins'] as object).sort()).toEqual([...figures].sort());
    expect(scores.records).toBe(9);
    const unread = (record: string, share: string) => ({ record, text: expect.stringContaining(`no beat is looked for in ${share}% of lead MLII`) as string }); // prettier-ignore
    expect([scores.warnings, scores.leftOut]).toEqual([[unread('flat', '100.0'), unread('gap', '16.7')], []]);
  });

  it('finds the beats at 250, 300, 360 and 500 Hz, within 2 samples in the median', () => {
    for (const rate of RATES) {
      const { f1, medianOffsetMs } = named(`rate-${rate}`);
      expect(f1, `${rate} Hz`).toBe(1);
      expect(Math.abs(medianOffsetMs!), `${rate} Hz`).toBeLessThanOrEqual(2000 / RATE);
    }
  });

  it('finds them in the inverted lead', () => {
    expect(named('inverted').f1).toBe(1);
    expect(Math.abs(named('inverted').medianOffsetMs! - named('rate-360').medianOffsetMs!)).toBeLessThanOrEqual(10);
  });

  it('goes on after a gap, whose beats nobody could find', () => {
    const { f1, recall } = named('gap');
    expect(recall).toBeGreaterThan(0.97);
    expect(f1).toBeGreaterThan(0.97);
  });

  it('finds them over holes of 40 ms every 0.7 s, most of those in the holes as well', () => {
    expect(named('lossy').precision).toBe(1);
    expect(named('lossy').recall).toBeGreaterThan(0.95);
  });

  it('counts what is found where no beat is annotated as invented, and says null where there is nothing', () => {
    expect(named('no-beats')).toMatchObject({ f1: 0, precision: 0, recall: null });
    expect(named('flat')).toMatchObject({ f1: null, precision: null, recall: null, medianOffsetMs: null });
  });

  it('scores the wanted lead', async () => {
    const alone = await newFolder();
    await write(alone, 'two-leads', leads);
    const second = await evaluate(alone, 'V5');
    expect(second.records).toBe(1);
    expect(second.f1).toBeGreaterThan(0.9);
    expect(second.recall).toBeGreaterThan(0.9);
    expect(beatCount).toBeGreaterThan(60);
  });
});

describe('evaluate peaks warns, on stderr and in the JSON,', () => {
  it('of a record that was cut off, of samples that were changed, and of annotations without their end', async () => {
    const folder = await newFolder();
    for (const name of ['cut', 'changed', 'endless']) await write(folder, name, [leads[0]!]);
    const signal = await readFile(join(folder, 'cut.dat'));
    await writeFile(join(folder, 'cut.dat'), signal.subarray(0, -1000));
    const [header, sum] = [await readFile(join(folder, 'changed.hea'), 'utf8'), /(-?\d+) 0 MLII/];
    await writeFile(join(folder, 'changed.hea'), header.replace(sum, '4711 0 MLII'));
    const marks = await readFile(join(folder, 'endless.atr'));
    await writeFile(join(folder, 'endless.atr'), marks.subarray(0, -2));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { warnings, perRecord } = await evaluate(folder);
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    expect(warnings).toEqual([
      { record: 'changed', text: expect.stringMatching(/checksum 4711 expected, got -?\d+/) as string },
      { record: 'cut', text: expect.stringMatching(/^cut\.dat: expected \d+ bytes/) as string },
      { record: 'endless', text: 'endless.atr: no end mark: annotations may be missing' },
    ]);
    for (const { record, text } of warnings) expect(lines).toContain(`evaluate peaks: ${record}: ${text}\n`);
    expect(perRecord).toHaveLength(3);
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as PeaksEvaluation;
    expect(written.warnings).toEqual(warnings);
  }, 60_000);
});

describe('evaluate peaks leaves out', () => {
  it('records that are missing or damaged, names them, and scores the others', async () => {
    const folder = await newFolder();
    for (const name of ['a-bad', 'b-good', 'c-missing', 'd-good']) await write(folder, name, [leads[0]!]);
    await writeFile(join(folder, 'a-bad.hea'), 'a-bad one 360\n');
    await rm(join(folder, 'c-missing.dat'));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { records, leftOut, perRecord } = await evaluate(folder);
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    expect(records).toBe(2);
    expect(perRecord.map(({ name }) => name)).toEqual(['b-good', 'd-good']);
    expect(leftOut.map(({ name }) => name)).toEqual(['a-bad', 'c-missing']);
    expect(leftOut[1]!.reason).toContain('c-missing.dat does not exist');
    for (const { name, reason } of leftOut) expect(lines).toContain(`evaluate peaks: ${name} is left out: ${reason}\n`);
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as PeaksEvaluation;
    expect(written.leftOut).toEqual(leftOut);
  }, 60_000);
});

describe('evaluate peaks', () => {
  const pressure = { ...leads[0]!, name: 'ABP', calibrated: false, foreignUnit: 'mmHg' };

  it('leaves out records that lack the lead', async () => {
    const folder = await newFolder();
    await write(folder, 'a-two', leads);
    await write(folder, 'b-one', [leads[0]!]);
    const { records, leftOut } = await evaluate(folder, 'V5');
    expect(records).toBe(1);
    expect(leftOut).toEqual([{ name: 'b-one', reason: 'b-one lacks the lead V5; it has MLII' }]);
  }, 60_000);

  it('scores the first lead that is a voltage and says so; leaves out a record without one', async () => {
    const folder = await newFolder();
    await write(folder, 'a-mixed', [pressure, leads[0]!]);
    await write(folder, 'b-pressure', [pressure]);
    const { perRecord, leftOut, warnings } = await evaluate(folder);
    expect(perRecord.map(({ name, f1 }) => [name, f1])).toEqual([['a-mixed', 1]]);
    expect(warnings[0]).toEqual({ record: 'a-mixed', text: 'lead MLII is scored, the first that is a voltage' });
    expect(leftOut).toEqual([{ name: 'b-pressure', reason: 'b-pressure: lead ABP is in mmHg, which is no voltage' }]);
  }, 60_000);
});

describe('evaluate peaks refuses', () => {
  it('a lead that no record has, and names those that there are', async () => {
    const folder = await newFolder();
    await write(folder, 'a', leads);
    await expect(evaluate(folder, 'aVR')).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('a: a lacks the lead aVR; it has MLII, V5') as string,
    });
  });

  it('a folder without annotations, and one that is not there', async () => {
    const folder = await newFolder();
    await expect(evaluate(folder)).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await writeRecording(folder, { name: 'a', rate: RATE, leads, warnings: [] });
    await expect(evaluate(folder)).rejects.toThrow(`no record with .atr annotations in ${folder}`);
    await expect(evaluate(join(folder, 'missing'))).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });

  it('a folder of which no record can be read', async () => {
    const folder = await newFolder();
    await writeAnnotations(folder, 'lonely', annotations);
    await expect(evaluate(folder)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('lonely.hea does not exist') as string,
    });
  });

  it('a file that cannot be written, before any record is read', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'broken.atr'), '');
    const json = join(folder, 'missing', 'scores.json');
    const run = evaluatePeaks({ records: folder, lead: undefined, models: MODELS, json });
    await expect(run).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
