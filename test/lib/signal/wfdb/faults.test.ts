import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MISSING } from '../../../../src/lib/signal/types.js';
import { readAnnotations, readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { FIXTURES, folderOf } from './fixtures.js';

/** Ten samples 0 .. 9 in format 16. */
const TEN = Buffer.from(Int16Array.from({ length: 10 }, (_, k) => k).buffer);

describe('files short of their header', () => {
  it('keeps whole samples and says expected and got', async () => {
    const folder = await folderOf({ 'r.hea': 'r 2 250 6\nr.dat 16 200\nr.dat 16 200\n', 'r.dat': TEN.subarray(0, 19) });
    const { leads, warnings } = await readRecording(`${folder}/r`);
    expect(leads.map((lead) => [...lead.samples])).toEqual([
      [0, 2, 4, 6, 8],
      [1, 3, 5, 7, MISSING],
    ]);
    expect(warnings).toEqual(['r.dat: expected 24 bytes (6 frames), got 19 (4 whole frames)']);
  });

  it('is an error where that is asked for', async () => {
    const folder = await folderOf({ 'r.hea': 'r 1 250 11\nr.dat 16 200\n', 'r.dat': TEN });
    const read = readRecording(`${folder}/r`, { strict: true });
    await expect(read).rejects.toMatchObject({
      code: 'RECORD_INVALID',
      message: expect.stringContaining('got 20') as string,
    });
  });

  it('without a length in the header the file tells', async () => {
    const folder = await folderOf({ 'r.hea': 'r 1\nr.dat 16\n', 'r.dat': TEN });
    const { leads, warnings, rate } = await readRecording(`${folder}/r`);
    expect([leads[0]!.samples.length, rate]).toEqual([10, 250]);
    expect(warnings).toEqual(['lead signal 0 states no gain: 200 units a millivolt assumed']);
  });

  it('one file short of another: its end is missing', async () => {
    const header = 'r 2 250 10\na.dat 16 200\nb.dat 16 200\n';
    const folder = await folderOf({ 'r.hea': header, 'a.dat': TEN, 'b.dat': TEN.subarray(0, 4) });
    const { leads, warnings } = await readRecording(`${folder}/r`);
    expect([...leads[1]!.samples]).toEqual([0, 1, ...Array<number>(8).fill(MISSING)]);
    expect(warnings).toEqual(['b.dat: expected 20 bytes (10 frames), got 4 (2 whole frames)']);
  });
});

describe('warnings', () => {
  it('a checksum that does not match', async () => {
    const folder = await folderOf({ 'r.hea': 'r 1 250 10\nr.dat 16 200 16 0 0 44 0 I\n', 'r.dat': TEN });
    const { warnings } = await readRecording(`${folder}/r`);
    expect(warnings).toEqual(['r, lead I: checksum 44 expected, got 45']);
  });

  it('a lead that is no voltage', async () => {
    const folder = await folderOf({ 'r.hea': 'r 1 250 10\nr.dat 16 20/mmHg 16 0 0 0 0 ABP\n', 'r.dat': TEN });
    const { leads, warnings } = await readRecording(`${folder}/r`);
    expect(leads[0]!.calibrated).toBe(false);
    expect(warnings).toEqual(['lead ABP is in mmHg, which is no voltage']);
  });
});

describe('files that are not there, or not inside', () => {
  it.each([
    ['header', {}, '/r.hea'],
    ['signal file', { 'r.hea': 'r 1 250 10\nr.dat 16 200\n' }, '/r.dat'],
    ['segment', { 'r.hea': 'r/1 1 250 10\ns 10\n' }, '/s.hea'],
  ])('a missing %s is named', async (_, files, missing) => {
    const folder = await folderOf(files);
    const read = readRecording(`${folder}/r`);
    await expect(read).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: `${folder}${missing} does not exist` });
  });

  it('missing annotations are named', async () => {
    const folder = await folderOf({});
    await expect(readAnnotations(`${folder}/r`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readAnnotations(`${folder}/r`, '../x')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each(['../r.dat', '/etc/passwd', 'a/../../r.dat', '..', '.'])('%s leads out of the folder', async (file) => {
    const folder = await folderOf({ 'r.hea': `r 1 250 10\n${file} 16 200\n`, 'm.hea': `m/1 1 250 10\n${file} 10\n` });
    await expect(readRecording(`${folder}/r`)).rejects.toMatchObject({ code: 'RECORD_INVALID' });
    await expect(readRecording(`${folder}/m`)).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });

  it('a subfolder is inside, a folder is no file', async () => {
    const folder = await folderOf({ 'r.hea': 'r 1 250 10\nsub/r.dat 16 200\n', 'd.hea': 'd 1 250 10\nsub 16 200\n' });
    await mkdir(path.join(folder, 'sub'));
    await writeFile(path.join(folder, 'sub', 'r.dat'), TEN);
    expect((await readRecording(`${folder}/r`)).leads[0]!.samples[9]).toBe(9);
    await expect(readRecording(`${folder}/d`)).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });
});

describe('what is not supported says so', () => {
  it.each([
    ['r 1 250 10\nr.dat 516 200\n', 'signal format 516 is not supported'],
    ['r 1 250 10\n- 16 200\n', 'standard input'],
    ['r 1 250 999999999\n~ 0 200\n', 'more than the 268435456'],
  ])('%j', async (header, problem) => {
    const folder = await folderOf({ 'r.hea': header, 'r.dat': TEN });
    const read = readRecording(`${folder}/r`);
    await expect(read).rejects.toMatchObject({
      code: 'RECORD_UNSUPPORTED',
      message: expect.stringContaining(problem) as string,
    });
  });
});

describe('multi-segment records', () => {
  it('brings differing gains to the finest and says so', async () => {
    const { leads, warnings } = await readRecording(`${FIXTURES}parts/variable`);
    expect(leads.map((lead) => [lead.name, lead.gain, lead.samples.length])).toEqual([
      ['A', 200, 230],
      ['B', 400, 230],
    ]);
    expect(warnings).toEqual(['variable, lead B: segments differ in gain or baseline and were brought to the finest']);
    expect([...leads[0]!.samples.subarray(100)].every((value) => value === MISSING)).toBe(true);
    expect([...leads[1]!.samples.subarray(100, 130)].every((value) => value === MISSING)).toBe(true);
  });

  it.each([
    ['m/1 1 250 10\nm 10\n', 'itself a multi-segment record'],
    ['m/1 1 360 10\nr 10\n', 'another sampling frequency'],
    ['m/2 1 250 20\nr 10\ntwo 10\n', 'expected 1 signals, got 2'],
  ])('refuses %j', async (header, problem) => {
    const files = { 'r.hea': 'r 1 250 10\nr.dat 16 200\n', 'two.hea': 'two 2 250 5\nr.dat 16 200\nr.dat 16 200\n' };
    const folder = await folderOf({ ...files, 'm.hea': header, 'r.dat': TEN });
    await expect(readRecording(`${folder}/m`)).rejects.toThrow(problem);
  });

  it('a segment short of its line leaves a gap, and the next one keeps its place', async () => {
    const files = { 'r.hea': 'r 1 250 10\nr.dat 16 200\n', 'm.hea': 'm/2 1 250 22\nr 12\nr 10\n' };
    const folder = await folderOf({ ...files, 'r.dat': TEN });
    const { leads, warnings } = await readRecording(`${folder}/m`);
    expect([...leads[0]!.samples.subarray(9, 13)]).toEqual([9, MISSING, MISSING, 0]);
    expect(warnings).toEqual(['m, segment r: expected 12 frames, got 10']);
  });
});

describe('leads that are chosen', () => {
  const two = (file: string): string => `r 2 250 5\n${file} 16 200 16 0 0 20 0 I\n${file} 16 20/mmHg 16 0 0 25 0 ABP\n`;

  it('are alone held and counted, and the checksums of the others still hold', async () => {
    const folder = await folderOf({ 'r.hea': two('r.dat').replace(' 20 0 I', ' 21 0 I'), 'r.dat': TEN });
    const last = { leads: <T>(there: readonly T[]) => there.slice(1), maxSamples: 5 };
    const { leads, warnings } = await readRecording(`${folder}/r`, last);
    const all = (await readRecording(`${folder}/r`)).leads;
    expect(leads).toEqual([all[1]]);
    expect(warnings).toContain('r, lead I: checksum 21 expected, got 20');
    const refused = { code: 'RECORD_UNSUPPORTED', message: expect.stringContaining('fewer of its leads') as string };
    await expect(readRecording(`${folder}/r`, { maxSamples: 5 })).rejects.toMatchObject(refused);
  });

  it('are held alone of a record of segments', async () => {
    const segment = (name: string): string => two('s.dat').replace(/^r /, `${name} `);
    const files = { 'a.hea': segment('a'), 'b.hea': segment('b'), 's.dat': TEN };
    const folder = await folderOf({ ...files, 'm.hea': 'm/2 2 250 10\na 5\nb 5\n' });
    const all = (await readRecording(`${folder}/m`)).leads;
    expect(all.map(({ samples }) => samples.length)).toEqual([10, 10]);
    const { leads } = await readRecording(`${folder}/m`, { leads: (there) => there.slice(1) });
    expect(leads).toEqual([all[1]]);
  });
});
