import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeIndex, RECORD, WINDOW } from '../../../../src/lib/signal/grid.js';
import { MISSING } from '../../../../src/lib/signal/types.js';
import { writeRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { loadRecords } from '../../../../src/training/evaluation/compression/records.js';
import { RecordNotes } from '../../../../src/training/evaluation/record-notes.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'compression-records-'));

async function write(to: string, name: string, rate: number, samples: Int32Array): Promise<void> {
  const lead = { name: 'I', rate, gain: 200, baseline: 0, calibrated: true, samples };
  await writeRecording(to, { name, rate, leads: [lead], warnings: [] });
}
const ramp = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i % 400) - 200);

describe('the records of a folder', () => {
  it('are the first 8,960 samples, with what resampling takes around a window', async () => {
    const to = await folder();
    await write(to, 'native', 300, ramp(RECORD + 500));
    await write(to, 'other', 360, ramp(12_000));
    await writeFile(join(to, 'labels.csv'), 'native,N\nother,~\nabsent,A\n');
    const { records, leftOut } = await loadRecords(to, join(to, 'labels.csv'));
    expect(leftOut).toEqual([]);
    expect(records.map(({ name, label }) => [name, label])).toEqual([
      ['native', 0],
      ['other', 3],
    ]);
    const [native, other] = records;
    expect(native!.original.samples).toEqual(Int16Array.from(ramp(RECORD)));
    expect(native!.windows.map(({ piece }) => [piece.firstIndex, piece.count, piece.samples.length])).toEqual(
      [0, 1, 2, 3, 4].map((window) => [window * WINDOW, WINDOW, WINDOW]),
    );
    expect(other!.original.samples).toHaveLength(nativeIndex(RECORD, 360));
    const { piece } = other!.windows[4]!;
    expect(piece.firstIndex + piece.count).toBe(nativeIndex(RECORD, 360));
    // The samples behind the record are there for its last window.
    expect(piece.closing).toBeGreaterThan(nativeIndex(RECORD, 360));
    expect(piece.samples).toEqual(ramp(12_000).subarray(piece.samplesFirst, piece.closing));
  });

  it('leave out what is too short, has a gap, or does not fit 16 bits, and say why', async () => {
    const to = await folder();
    const gap = ramp(RECORD);
    gap[5000] = MISSING;
    await write(to, 'whole', 300, ramp(RECORD));
    await write(to, 'short', 300, ramp(RECORD - 1));
    await write(to, 'gap', 300, gap);
    await writeFile(join(to, 'labels.csv'), 'whole,N\nshort,N\ngap,N\n');
    const { records, leftOut } = await loadRecords(to, join(to, 'labels.csv'));
    expect(records.map(({ name }) => name)).toEqual(['whole']);
    expect(leftOut).toEqual([
      { name: 'short', reason: '8959 samples at 300 Hz before its end or first gap, not 8960' },
      { name: 'gap', reason: '5000 samples at 300 Hz before its end or first gap, not 8960' },
    ]);
  });

  it('leave out what lies beyond the 16 bits of a decoder, where no lossy rung carries it', async () => {
    const to = await folder();
    const far = async (name: string, millivolts: number): Promise<void> => {
      const lead = { name: 'I', rate: 300, gain: 200, baseline: -200 * millivolts, calibrated: true };
      await writeRecording(to, { name, rate: 300, leads: [{ ...lead, samples: ramp(RECORD) }], warnings: [] });
    };
    await far('near', -163);
    await far('beyond', 165);
    const odd = { name: 'I', rate: 300, gain: 0.1, baseline: 0, calibrated: true };
    const samples = new Int32Array(RECORD).fill(32_000, 2 * WINDOW);
    await writeRecording(to, { name: 'odd', rate: 300, leads: [{ ...odd, samples }], warnings: [] });
    await writeFile(join(to, 'labels.csv'), 'near,N\nbeyond,N\nodd,N\n');
    const { records, leftOut } = await loadRecords(to, join(to, 'labels.csv'));
    expect(records.map(({ name }) => name)).toEqual(['near']);
    const reason = (second: number): string =>
      `the window at ${second} s lies beyond 163.84 mV, which no lossy rung carries`;
    expect(leftOut).toEqual([
      { name: 'beyond', reason: reason(0) },
      { name: 'odd', reason: reason((2 * WINDOW) / 300) },
    ]);
  });

  it('leave out what is missing or damaged where somebody is told of it; otherwise that is an error', async () => {
    const to = await folder();
    for (const name of ['whole', 'bad', 'missing']) await write(to, name, 300, ramp(RECORD));
    await writeFile(join(to, 'bad.hea'), 'bad one 300\n');
    await rm(join(to, 'missing.dat'));
    await writeFile(join(to, 'labels.csv'), 'bad,N\nwhole,N\nmissing,N\n');
    const notes = new RecordNotes('test');
    const { records, leftOut } = await loadRecords(to, join(to, 'labels.csv'), { notes });
    expect(records.map(({ name }) => name)).toEqual(['whole']);
    expect(leftOut.map(({ name }) => name)).toEqual(['bad', 'missing']);
    expect(leftOut[1]!.reason).toContain('missing.dat does not exist');
    expect(notes.leftOut).toEqual(leftOut);
    await expect(loadRecords(to, join(to, 'labels.csv'))).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });

  it('are of the first lead that is a voltage, and left out where none is', async () => {
    const to = await folder();
    const ecg = { name: 'I', rate: 300, gain: 200, baseline: 0, calibrated: true, samples: ramp(RECORD) };
    const pressure = { ...ecg, name: 'ABP', calibrated: false, foreignUnit: 'mmHg', samples: ramp(RECORD).fill(7) };
    await writeRecording(to, { name: 'mixed', rate: 300, leads: [pressure, ecg], warnings: [] });
    await writeRecording(to, { name: 'pressure', rate: 300, leads: [pressure], warnings: [] });
    await writeFile(join(to, 'labels.csv'), 'mixed,N\npressure,N\n');
    const notes = new RecordNotes('test');
    const { records, leftOut } = await loadRecords(to, join(to, 'labels.csv'), { notes });
    expect(records.map(({ lead }) => lead.name)).toEqual(['I']);
    expect(records[0]!.original.samples).toEqual(Int16Array.from(ramp(RECORD)));
    expect(leftOut).toEqual([{ name: 'pressure', reason: 'lead ABP is in mmHg, which is no voltage' }]);
    expect(notes.warnings[0]).toEqual({ record: 'mixed', text: 'lead I is scored, the first that is a voltage' });
  });

  it('are refused where there are none, or no labels', async () => {
    const to = await folder();
    const refused = { code: 'DATA_INVALID' };
    await write(to, 'short', 300, ramp(400));
    await writeFile(join(to, 'labels.csv'), 'short,N\n');
    await expect(loadRecords(to, join(to, 'labels.csv'))).rejects.toThrow('short: 400 samples at 300 Hz');
    await expect(loadRecords(to, join(to, 'none.csv'))).rejects.toMatchObject(refused);
    await expect(loadRecords(await folder(), join(to, 'labels.csv'))).rejects.toMatchObject(refused);
    await expect(loadRecords(join(to, 'absent'), join(to, 'labels.csv'))).rejects.toMatchObject(refused);
  });
});
