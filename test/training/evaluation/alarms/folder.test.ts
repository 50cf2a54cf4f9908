import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lead } from '../../../../src/lib/signal/types.js';
import { writeAnnotations, writeRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { railsOf } from '../../../../src/training/evaluation/alarms/canvas.js';
import { KeptFolder, readComposed } from '../../../../src/training/evaluation/alarms/folder.js';
import { readMaterial } from '../../../../src/training/evaluation/alarms/material.js';
import { NoiseStore } from '../../../../src/training/evaluation/alarms/noise.js';
import { readTruth, writeTruth } from '../../../../src/training/evaluation/alarms/onsets.js';
import { RecordNotes } from '../../../../src/training/evaluation/record-notes.js';

const RATE = 100;
const SECONDS = 130;

function lead(own: Partial<Lead> = {}): Lead {
  const samples = Int32Array.from({ length: SECONDS * RATE }, (_, i) => i % 50);
  return { name: 'II', rate: RATE, gain: 200, baseline: 0, calibrated: true, samples, ...own };
}
const pressure = lead({ name: 'ABP', calibrated: false, foreignUnit: 'mmHg' });
const wide = lead({ name: 'wide', samples: lead().samples.map((v) => v + 40_000) });

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alarms-folder-'));
});

async function write(name: string, ...leads: Lead[]): Promise<void> {
  await writeRecording(folder, { name, rate: RATE, leads, warnings: [] });
  const mark = { symbol: 'N', channel: 0, number: 0, aux: '', subtype: 0 };
  const marks = Array.from({ length: SECONDS }, (_, second) => ({ ...mark, sample: RATE * second }));
  await writeAnnotations(folder, name, marks);
}

describe('the material of alarms', () => {
  it('is voltages alone, within 16 bits', async () => {
    await write('mixed', pressure, lead());
    await write('pressure', pressure);
    await write('wide', wide);
    const mixed = await readMaterial(folder, 'mixed');
    expect(typeof mixed === 'string' ? mixed : mixed.leads.map(({ name }) => name)).toEqual(['II']);
    expect(await readMaterial(folder, 'pressure')).toBe('no lead that is a voltage');
    expect(await readMaterial(folder, 'wide')).toContain('samples beyond 16 bits');
  });

  it('has rails within 16 bits, whatever its ADC reaches', () => {
    expect(railsOf(lead({ rails: { low: -(2 ** 23), high: 2 ** 23 - 1 } }))).toEqual({ low: -32_768, high: 32_767 });
    expect(railsOf(lead({ rails: { low: 0, high: 2047 } }))).toEqual({ low: 0, high: 2047 });
  });

  it('is without recorded noise that is damaged', async () => {
    await write('bw', lead());
    await write('ma', lead());
    await rm(join(folder, 'bw.dat'));
    const notes = new RecordNotes('test');
    expect((await NoiseStore.open(folder, notes)).recorded).toEqual(['ma']);
    expect(notes.leftOut.map(({ name }) => name)).toEqual(['bw']);
  });
});

describe('composed recordings on disk', () => {
  it('are read by their voltages; those that are damaged, or have none that can be coded, are left out', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await write(name, ...(name === 'a' ? [pressure, lead()] : [lead()]));
    await rm(join(folder, 'b.dat'));
    await write('c', pressure);
    await write('d', wide);
    await writeTruth(folder, { a: [], b: [], c: [], d: [] });
    const notes = new RecordNotes('test');
    const read = [];
    for await (const { name, recording } of readComposed(folder, notes)) read.push([name, recording.leads.length]);
    expect(read).toEqual([['a', 1]]);
    expect(notes.leftOut.map(({ name }) => name)).toEqual(['b', 'c', 'd']);
  });

  it('have events that end behind their onsets', async () => {
    await writeTruth(folder, { a: [{ kind: 'asystole', onsetSeconds: 20, endSeconds: 10, expected: true }] });
    const refused = { code: 'DATA_INVALID', message: expect.stringContaining('endSeconds lies before') as string };
    await expect(readTruth(folder)).rejects.toMatchObject(refused);
  });

  it('are kept in a folder that is made, and refused a place that is none', async () => {
    await KeptFolder.open(join(folder, 'new', 'kept'));
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other', 'file'), 'x');
    const refused = { code: 'CONFIG_INVALID', message: expect.stringContaining('--keep') as string };
    await expect(KeptFolder.open(join(folder, 'other', 'file'))).rejects.toMatchObject(refused);
    expect(await readFile(join(folder, 'other', 'file'), 'utf8')).toBe('x');
  });
});
