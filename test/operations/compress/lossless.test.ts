import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { temporaryFolder } from '../../lib/model/tiny.js';
import { lead, recordOf, runCompress, runDecompress } from './records.js';

const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url));
const folder = await temporaryFolder();
const lossless = { rung: 'lossless' } as const;

async function through(records: readonly string[], name: string, own: Parameters<typeof runCompress>[2] = {}) {
  const file = join(folder, `${name}.avro`);
  const { summary } = await runCompress(records, file, { ...lossless, leads: 'all', ...own });
  await runDecompress(file, join(folder, name), { models: '/nowhere' });
  return { summary, file, out: join(folder, name) };
}

describe('losslessly compressed records', () => {
  it('come back bit by bit: gaps, several leads, rates and units, odd rates, without any model', async () => {
    const gaps: [number, number][] = [[0, 40], [1234, 1300], [2500, 4000], [4001, 4002]]; // prettier-ignore
    const foreign = { name: 'ABP', gain: 12.5, baseline: -400, calibrated: false, foreignUnit: 'mmHg' };
    const recordings = [
      { name: 'gaps', leads: [lead(250, 30, { rails: { low: -2048, high: 2047 } }, gaps), lead(250, 30, { name: 'V5', gain: -1000 })], start: new Date('2011-02-03T04:05:06.789Z') },
      { name: 'odd', leads: [lead(257.123, 31, {}, [[3000, 3100]])] },
      { name: 'frames', rate: 125, leads: [lead(500, 20), lead(125, 20, foreign), lead(250, 20, { name: 'V1', calibrated: false, gain: 200 }, [[0, 5000]])] },
      { name: 'short', leads: [lead(1000, 0.3)] },
    ]; // prettier-ignore
    const paths = await Promise.all(recordings.map((recording) => recordOf(join(folder, 'in'), recording)));
    const { summary, out } = await through(paths, 'all');
    for (const [i, { name }] of recordings.entries()) {
      expect(await readRecording(join(out, name))).toEqual(await readRecording(paths[i]!));
    }
    expect(summary).toMatchObject({
      records: 4,
      rung: 'lossless',
      predictor: null,
      losslessWindows: summary.segments - summary.losslessPieces,
    });
    expect(summary.leads.map(({ prdn, samples, missing }) => [prdn, samples + missing])).toEqual(
      recordings.flatMap(({ leads }) => leads.map(({ samples }) => [0, samples.length])),
    ); // prettier-ignore
  });

  it('of real recordings come back, and the summary counts their bytes', async () => {
    const paths = ['A00282', 'mitdb-228-pvc'].map((name) => join(SAMPLES, name));
    const { summary, file, out } = await through(paths, 'real');
    for (const path of paths) {
      const [before, after] = [await readRecording(path), await readRecording(join(out, nameOf(path)))];
      expect(after.leads).toEqual(before.leads);
      expect([after.rate, after.start]).toEqual([before.rate, before.start]);
    }
    const { length } = await readFile(file);
    expect(summary.fileBytes).toBe(length);
    expect(summary.nativeBytes).toBe(2 * summary.leads.reduce((sum, { samples }) => sum + samples, 0));
    expect(summary.payloadGainTotal).toBeCloseTo(summary.nativeBytes / summary.payloadBytes, 9);
    expect(summary.fileGainTotal).toBeCloseTo(summary.nativeBytes / length, 9);
    expect(summary.payloadGainTotal).toBeGreaterThan(4);
    expect(summary.rungShares['lossless']).toBe(1);
  });

  it('keep no comment of the source', async () => {
    const path = await recordOf(join(folder, 'in'), { name: 'named', leads: [lead(300, 8)] });
    await writeFile(`${path}.hea`, `# Erika Mustermann 1961-08-12\n${await readFile(`${path}.hea`, 'utf8')}# Erika\n`);
    const { file, out } = await through([path], 'nameless');
    expect((await readFile(file, 'latin1')).includes('Erika')).toBe(false);
    expect((await readFile(join(out, 'named.hea'), 'latin1')).includes('#')).toBe(false);
  });
});

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}
