import { describe, expect, it } from 'vitest';
import { MISSING } from '../../../../src/lib/signal/types.js';
import { readAnnotations, readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { FIXTURES, readExpected, SAMPLES, type ExpectedAnnotation, type ExpectedRecord } from './fixtures.js';

const expected = await readExpected();
const records = Object.entries(expected).filter((entry): entry is [string, ExpectedRecord] => 'leads' in entry[1]);

describe('records read like the independent reader does', () => {
  it.each(records)('%s', async (name, { rate, leads }) => {
    const recording = await readRecording(`${FIXTURES}${name}`);
    expect(recording.warnings.filter((w) => !w.includes('differ in gain'))).toEqual([]);
    expect(recording.rate).toBe(rate);
    expect(recording.leads.map((lead) => lead.name)).toEqual(leads.map((lead) => lead.name));
    recording.leads.forEach((lead, k) => {
      const native = [...lead.samples].map((v) => (v === MISSING ? null : v));
      const { samples, millivolts } = leads[k]!;
      if (samples) expect(native).toEqual(samples);
      const mv = native.map((v) => (v === null ? null : Number(((v - lead.baseline) / lead.gain).toFixed(9))));
      if (millivolts) expect(mv).toEqual(millivolts);
    });
  });

  it.each(['real.atr', 'fields.qrs'])('%s', async (file) => {
    const [name = '', extension] = file.split('.');
    const annotations = await readAnnotations(`${FIXTURES}${name}`, extension);
    const rows = annotations.map((a): ExpectedAnnotation => {
      return [a.sample, a.symbol, a.subtype, a.channel, a.number, a.aux];
    });
    expect(rows).toEqual(expected[file]);
  });

  it('keeps the date and drops the comments, over CRLF', async () => {
    const recording = await readRecording(`${FIXTURES}format16.hea`);
    expect(recording.start?.toISOString()).toBe('1999-05-04T10:20:30.000Z');
    expect(JSON.stringify(recording)).not.toContain('somebody');
  });

  it('gives each lead of a frame its own rate', async () => {
    const { rate, leads } = await readRecording(`${FIXTURES}frames`);
    expect([rate, ...leads.map((lead) => lead.rate)]).toEqual([90, 360, 90]);
    expect(leads.map((lead) => lead.samples.length)).toEqual([300, 75]);
  });
});

describe('ranges', () => {
  const names = records.map(([name]) => name);
  it.each(names)('%s: any range equals the same part of the whole', async (name) => {
    const whole = await readRecording(`${FIXTURES}${name}`);
    const frames = Math.min(...whole.leads.map((lead) => Math.round((lead.samples.length * whole.rate) / lead.rate)));
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [5, 46],
      [37, frames],
      [99, 1e9],
      [frames, frames],
    ] as const) {
      const part = await readRecording(`${FIXTURES}${name}`, { from, to });
      part.leads.forEach((lead, k) => {
        const perFrame = lead.rate / whole.rate;
        expect(lead.samples).toEqual(whole.leads[k]!.samples.slice(from * perFrame, to * perFrame));
      });
    }
  });

  it('moves the start along', async () => {
    const recording = await readRecording(`${FIXTURES}format16`, { from: 180 });
    expect(recording.start?.toISOString()).toBe('1999-05-04T10:20:30.500Z');
  });

  it.each([
    [-1, 5],
    [0.5, 5],
    [6, 5],
    [NaN, 5],
  ])('refuses %d to %d', async (from, to) => {
    await expect(readRecording(`${FIXTURES}format16`, { from, to })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('samples/', () => {
  it('CinC 2017: 16+24, 300 Hz, 1000 units/mV', async () => {
    const { rate, leads, warnings } = await readRecording(`${SAMPLES}A04040`);
    expect(warnings).toEqual([]);
    expect(rate).toBe(300);
    expect(leads[0]).toMatchObject({ name: 'ECG', rate: 300, gain: 1000, baseline: 0, calibrated: true });
    expect([leads[0]!.samples.length, leads[0]!.samples[0]]).toEqual([9000, -45]);
  });

  it('MIT-BIH 202: AF begins 2:23 into the excerpt, the rhythm before is carried in', async () => {
    const { leads, warnings } = await readRecording(`${SAMPLES}mitdb-202-af`);
    expect(warnings).toEqual([]);
    expect(leads.map((lead) => [lead.name, lead.samples.length])).toEqual([
      ['MLII', 172_800],
      ['V1', 172_800],
    ]);
    const annotations = await readAnnotations(`${SAMPLES}mitdb-202-af`);
    const rhythms = annotations.filter((a) => a.symbol === '+').map((a) => [a.sample, a.aux]);
    expect(rhythms.slice(0, 3)).toEqual([
      [0, '(N'],
      [51_338, '(AFIB'],
      [56_822, '(N'],
    ]);
  });

  it('MIT-BIH 228: 60 premature ventricular beats', async () => {
    const annotations = await readAnnotations(`${SAMPLES}mitdb-228-pvc`);
    expect(annotations.filter((a) => a.symbol === 'V')).toHaveLength(60);
  });
});
