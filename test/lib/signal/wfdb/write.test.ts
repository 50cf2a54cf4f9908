import fc from 'fast-check';
import { mkdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MISSING, type Annotation, type Recording } from '../../../../src/lib/signal/types.js';
import { parseAnnotations } from '../../../../src/lib/signal/wfdb/annotation-bytes.js';
import { encodeAnnotations } from '../../../../src/lib/signal/wfdb/annotation-encode.js';
import { codeOf, symbolOf } from '../../../../src/lib/signal/wfdb/codes.js';
import {
  readAnnotations,
  readRecording,
  writeAnnotations,
  writeRecording,
} from '../../../../src/lib/signal/wfdb/index.js';
import { FIXTURES, folderOf, SAMPLES } from './fixtures.js';

function recordingOf(limit: number, frames: number, leads: number): fc.Arbitrary<Recording> {
  const sample = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -limit, max: limit }) }, fc.constant(MISSING));
  const lead = fc.constantFrom(1, 2, 3).chain((spf) =>
    fc.record({
      name: fc.constantFrom('I', 'MLII', 'lead V1'),
      rate: fc.constant(128 * spf),
      gain: fc.constantFrom(200, -1000, 0.5),
      baseline: fc.integer({ min: -2000, max: 2000 }),
      calibrated: fc.constant(true),
      samples: fc.array(sample, { minLength: frames * spf, maxLength: frames * spf }).map((s) => Int32Array.from(s)),
    }),
  );
  return fc.record({
    name: fc.constant('rec-1'),
    rate: fc.constant(128),
    leads: fc.array(lead, { minLength: leads, maxLength: leads }),
    start: fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    warnings: fc.constant([]),
  });
}

describe('writeRecording', () => {
  it.each([
    [16, 2 ** 15 - 1],
    [24, 2 ** 23 - 1],
    [32, 2 ** 31 - 1],
  ])('format %d: what is read is what was written', async (_, limit) => {
    const folder = await folderOf({});
    await fc.assert(
      fc.asyncProperty(recordingOf(limit, 7, 3), async (recording) => {
        await writeRecording(folder, recording);
        expect(await readRecording(`${folder}/rec-1`)).toEqual(recording);
      }),
      { numRuns: 60 },
    );
  });

  it('writes format 16 with the checksums that the original has', async () => {
    const folder = await folderOf({});
    await writeRecording(folder, { ...(await readRecording(`${SAMPLES}mitdb-202-af`)), name: 'copy' });
    expect(await readFile(`${folder}/copy.hea`, 'latin1')).toBe(
      'copy 2 360 172800\ncopy.dat 16 200(1024)/mV 11 1024 1050 -8938 0 MLII\ncopy.dat 16 200(1024)/mV 11 1024 1032 17550 0 V1\n',
    );
  });

  it('an uncalibrated lead stays one', async () => {
    const folder = await folderOf({});
    const lead = { name: 'I', rate: 250, gain: 200, baseline: 3, calibrated: false, samples: Int32Array.of(1, 2) };
    await writeRecording(folder, { name: 'u', rate: 250, leads: [lead], warnings: [] });
    expect((await readRecording(`${folder}/u`)).leads).toEqual([lead]);
  });

  it.each(['../x', '', 'a b', 'a/b'])('refuses the name %j', async (name) => {
    const write = writeRecording('/nowhere', { name, rate: 250, leads: [], warnings: [] });
    await expect(write).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });

  it('leaves what was there as it was where it cannot be finished, and nothing half', async () => {
    const folder = await folderOf({ 'u.dat': 'old' });
    await mkdir(`${folder}/u.hea.partial`);
    const lead = { name: 'I', rate: 250, gain: 200, baseline: 3, calibrated: true, samples: Int32Array.of(1, 2) };
    const written = writeRecording(folder, { name: 'u', rate: 250, leads: [lead], warnings: [] });
    await expect(written).rejects.toThrow('EISDIR');
    expect(await readFile(`${folder}/u.dat`, 'utf8')).toBe('old');
    await expect(readFile(`${folder}/u.dat.partial`)).rejects.toThrow('ENOENT');
  });

  it('refuses leads that share no frame', async () => {
    const lead = { name: 'I', gain: 200, baseline: 0, calibrated: true, samples: new Int32Array(4) };
    const leads = [
      { ...lead, rate: 250 },
      { ...lead, rate: 500 },
    ];
    await expect(writeRecording('/nowhere', { name: 'r', rate: 250, leads, warnings: [] })).rejects.toThrow(
      'different duration',
    );
    await expect(writeRecording('/nowhere', { name: 'r', rate: 200, leads, warnings: [] })).rejects.toThrow(
      'no multiple',
    );
  });
});

const annotation: fc.Arbitrary<Annotation> = fc.record({
  sample: fc.oneof(fc.nat(3000), fc.nat(1e9)),
  symbol: fc.constantFrom('N', 'V', '+', '~', '|', '[15]', '[49]'),
  subtype: fc.integer({ min: -128, max: 127 }),
  channel: fc.nat(255),
  number: fc.integer({ min: -128, max: 127 }),
  aux: fc.constantFrom('', '(AFIB', '(N', 'x'.repeat(255)),
});

describe('annotations', () => {
  it('what is read is what was written', () => {
    fc.assert(
      fc.property(fc.array(annotation, { maxLength: 20 }), (list) => {
        const ordered = list.toSorted((a, b) => a.sample - b.sample);
        expect(parseAnnotations(encodeAnnotations(ordered), 'x').annotations).toEqual(ordered);
      }),
    );
  });

  it('encodes like the independent writer does', async () => {
    const folder = await folderOf({});
    await writeAnnotations(folder, 'real', await readAnnotations(`${FIXTURES}real`));
    expect(await readFile(`${folder}/real.atr`)).toEqual(await readFile(`${FIXTURES}real.atr`));
  });

  it('converts the ticks of a resolution of their own by the record', async () => {
    const note = { sample: 0, symbol: '"', subtype: 0, channel: 0, number: 0, aux: '## time resolution: 1000' };
    const beat = { ...note, sample: 500, symbol: 'N', aux: '' };
    const folder = await folderOf({ 'r.hea': 'r 0 250 1000\n', 'r.atr': encodeAnnotations([note, beat]) });
    expect(await readAnnotations(`${folder}/r`)).toEqual([{ ...beat, sample: 125 }]);
  });

  it.each([
    [{ symbol: '?!' }, 'mnemonic is unknown'],
    [{ sample: -1 }, 'out of order'],
    [{ aux: 'x'.repeat(256) }, 'longer than 255'],
    [{ channel: 256 }, 'does not fit'],
  ])('refuses %o', (change, problem) => {
    const plain = { sample: 1, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' };
    expect(() => encodeAnnotations([{ ...plain, ...change }])).toThrow(problem);
  });

  it('every code has one mnemonic', () => {
    for (let code = 1; code <= 49; code++) expect(codeOf(symbolOf(code))).toBe(code);
  });
});
