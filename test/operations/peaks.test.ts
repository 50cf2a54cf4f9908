import { copyFile, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { MISSING } from '../../src/lib/signal/types.js';
import { readAnnotations, readRecording, writeRecording } from '../../src/lib/signal/wfdb/index.js';
import { findPeaks } from '../../src/operations/peaks.js';
import { MODELS } from '../models.js';

const record = join(SHIPPED_SAMPLES, 'mitdb-100-normal');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-peaks-'));
});

const find = (json: string, lead?: string, of = record, stderr = new PassThrough()) =>
  findPeaks({ record: of, lead, json, models: MODELS }, { stderr });

describe('peaks', () => {
  it('writes the rate and the native samples of the beats', async () => {
    const json = join(folder, 'peaks.json');
    await find(json);
    const { rate, samples, warnings } = JSON.parse(await readFile(json, 'utf8')) as {
      rate: number;
      samples: number[];
      warnings: unknown[];
    };
    expect(warnings).toEqual([]);
    const beats = (await readAnnotations(record)).filter(({ symbol }) => symbol !== '+');
    expect(rate).toBe(360);
    expect(samples).toHaveLength(beats.length);
    samples.forEach((sample, i) => {
      expect(Math.abs(sample - beats[i]!.sample)).toBeLessThan(0.075 * rate);
    });
  }, 60_000);

  it('does not overwrite what it reads', async () => {
    for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `A04040.${kind}`), join(folder, `A04040.${kind}`)); // prettier-ignore
    const refused = find(join(folder, 'A04040.mat'), undefined, join(folder, 'A04040'));
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await readFile(join(folder, 'A04040.mat'))).toEqual(await readFile(join(SHIPPED_SAMPLES, 'A04040.mat')));
  });

  it('warns of a signal file that was cut off, on stderr and in the JSON', async () => {
    await copyFile(join(SHIPPED_SAMPLES, 'A04040.hea'), join(folder, 'A04040.hea'));
    const signal = await readFile(join(SHIPPED_SAMPLES, 'A04040.mat'));
    await writeFile(join(folder, 'A04040.mat'), signal.subarray(0, -2000));
    const json = join(folder, 'cut.json');
    const stderr = new PassThrough({ encoding: 'utf8' });
    await find(json, undefined, join(folder, 'A04040'), stderr);
    const text = 'A04040.mat: expected 18024 bytes (9000 frames), got 16024 (8000 whole frames)';
    expect(stderr.read()).toBe(`peaks: A04040: ${text}\n`);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ warnings: [{ record: 'A04040', text }] });
  }, 60_000);

  it('finds the beats over holes of 40 ms, and warns of the share that it cannot look at', async () => {
    const { rate, leads } = await readRecording(record);
    const samples = leads[0]!.samples.slice(0, 60 * rate);
    for (let at = 1; at < 59; at += 0.7) samples.fill(MISSING, Math.round(at * rate), Math.round(at * rate) + 1);
    const write = (name: string): Promise<void> =>
      writeRecording(folder, { name, rate, leads: [{ ...leads[0]!, samples }], warnings: [] });
    const read = async (name: string): Promise<{ samples: number[]; warnings: { text: string }[] }> => {
      const json = join(folder, `${name}.json`);
      const stderr = new PassThrough({ encoding: 'utf8' });
      await find(json, undefined, join(folder, name), stderr);
      const written = JSON.parse(await readFile(json, 'utf8')) as Awaited<ReturnType<typeof read>>;
      const lines = written.warnings.map(({ text }) => `peaks: ${name}: ${text}\n`).join('');
      expect(stderr.read() ?? '').toBe(lines);
      return written;
    };
    await write('holes');
    const beats = (await readAnnotations(record)).filter(({ symbol, sample }) => symbol !== '+' && sample < 60 * rate);
    const holes = await read('holes');
    expect(holes.warnings).toEqual([]);
    expect(holes.samples).toHaveLength(beats.length);
    samples.fill(MISSING, 20 * rate, 35 * rate);
    await write('gap');
    const gap = await read('gap');
    expect(gap.warnings.map(({ text }) => text)).toEqual([expect.stringContaining('no beat is looked for in 25.0% of lead MLII')]); // prettier-ignore
    expect(gap.samples.every((at) => at < 20 * rate || at >= 35 * rate)).toBe(true);
  }, 60_000);

  it('refuses a file that cannot be written, before the record is read', async () => {
    const run = find(join(folder, 'missing', 'peaks.json'), undefined, join(folder, 'no-such-record'));
    await expect(run).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('--json') as string }); // prettier-ignore
  });

  it('refuses a lead that is no voltage, and names those that are', async () => {
    const { leads, rate } = await readRecording(record);
    const pressure = { ...leads[0]!, name: 'ABP', calibrated: false, foreignUnit: 'mmHg' };
    await writeRecording(folder, { name: 'bedside', rate, leads: [pressure, ...leads], warnings: [] });
    const run = (lead?: string) => find(join(folder, 'bedside.json'), lead, join(folder, 'bedside'));
    const message = expect.stringMatching(/lead ABP is in mmHg, .*--lead takes one of MLII, V5/) as string;
    for (const lead of [undefined, 'ABP'])
      await expect(run(lead)).rejects.toMatchObject({ code: 'RECORD_UNSUPPORTED', message });
    await run('MLII');
  }, 60_000);

  it('leaves no empty file behind where the work fails, and what is there as it was', async () => {
    const before = await readdir(folder);
    await expect(find(join(folder, 'new.json'), 'aVR')).rejects.toMatchObject({ code: 'DATA_INVALID' });
    expect(await readdir(folder)).toEqual(before);
    const old = join(folder, 'old.json');
    await writeFile(old, 'old');
    await expect(find(old, 'aVR')).rejects.toMatchObject({ code: 'DATA_INVALID' });
    expect(await readFile(old, 'utf8')).toBe('old');
  });
});
