import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { readRecording, writeRecording } from '../../../src/lib/signal/wfdb/index.js';
import { evaluateRhythm, type RhythmEvaluation } from '../../../src/training/evaluation/rhythm.js';
import { MODELS } from '../../models.js';

const RATE = 300;
/** Labels of samples/README.md. */
const LABELS = { A04040: 'N', A00282: 'A', A02370: 'O', A01938: '~' };

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'evaluate-rhythm-'));

async function write(folder: string, name: string, seconds: number): Promise<void> {
  const [lead] = (await readRecording(join(SHIPPED_SAMPLES, 'A04040'))).leads;
  const source = lead!.samples;
  const samples = Int32Array.from({ length: seconds * RATE }, (_, i) => source[i % source.length]!);
  await writeRecording(folder, { name, rate: RATE, leads: [{ ...lead!, samples }], warnings: [] });
}

function evaluate(records: string, labels: string, json = join(records, 'scores.json')): Promise<RhythmEvaluation> {
  return evaluateRhythm({ records, labels, models: MODELS, json });
}

async function labelled(folder: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, 'labels.csv');
  await writeFile(path, lines.join('\n'));
  return path;
}

const KEYS = [
  ...['records', 'stepAccuracy', 'f1MeanNAO', 'perClass', 'confusion', 'ece'],
  ...['f1Micro', 'precisionMicro', 'recallMicro', 'ci95'],
];

describe('evaluate rhythm on samples and on records of 0.5 to 61 s', () => {
  let folder = '';
  let scores: RhythmEvaluation;

  beforeAll(async () => {
    folder = await newFolder();
    for (const name of Object.keys(LABELS)) {
      for (const file of [`${name}.hea`, `${name}.mat`])
        await copyFile(join(SHIPPED_SAMPLES, file), join(folder, file));
    }
    for (const [name, seconds] of [['long', 61], ['short', 9], ['tiny', 0.5]] as const) await write(folder, name, seconds); // prettier-ignore
    const lines = Object.entries(LABELS).map(([name, label]) => `${name},${label}`);
    scores = await evaluate(folder, await labelled(folder, [...lines, 'long,N', 'short,N', 'tiny,N', 'absent,O']));
  }, 60_000);

  it('writes the keys that programs read, the same for the live protocol, and no NaN', async () => {
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as Record<string, unknown>;
    expect(written).toEqual(scores);
    expect(Object.keys(written).sort()).toEqual([...KEYS, 'causal', 'model', 'warnings', 'leftOut'].sort());
    expect(Object.keys(written['causal'] as object).sort()).toEqual([...KEYS].sort());
  });

  it('scores records of a step or more; the live protocol those of 14 steps', () => {
    expect(scores.records).toBe(6);
    expect(scores.causal.records).toBe(5);
    const reason = '150 samples at 300 Hz without a gap, not 256';
    expect(scores.leftOut).toEqual([{ name: 'tiny', reason }]);
  });

  it('knows the samples apart', () => {
    expect(scores.stepAccuracy).toBeGreaterThan(0.7);
    expect(scores.confusion[0]![0]).toBe(3);
    expect(scores.confusion[1]![1]).toBe(1);
  });
});

describe('evaluate rhythm', () => {
  it('warns of a record that was cut off, on stderr and in the JSON, and scores what is there', async () => {
    const folder = await newFolder();
    await copyFile(join(SHIPPED_SAMPLES, 'A04040.hea'), join(folder, 'A04040.hea'));
    const signal = await readFile(join(SHIPPED_SAMPLES, 'A04040.mat'));
    await writeFile(join(folder, 'A04040.mat'), signal.subarray(0, -2000));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { records, warnings } = await evaluate(folder, await labelled(folder, ['A04040,N']));
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    const text = 'A04040.mat: expected 18024 bytes (9000 frames), got 16024 (8000 whole frames)';
    expect({ records, warnings }).toEqual({ records: 1, warnings: [{ record: 'A04040', text }] });
    expect(lines).toContain(`evaluate rhythm: A04040: ${text}\n`);
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as RhythmEvaluation;
    expect(written.warnings).toEqual(warnings);
  });

  it('leaves out records that are missing or damaged, names them, and scores the others', async () => {
    const folder = await newFolder();
    for (const name of ['bad', 'missing', 'good']) await write(folder, name, 9);
    await writeFile(join(folder, 'bad.hea'), 'bad one 300\n');
    await rm(join(folder, 'missing.dat'));
    const labels = await labelled(folder, ['bad,N', 'missing,A', 'good,N']);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { records, leftOut } = await evaluate(folder, labels);
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    expect(records).toBe(1);
    expect(leftOut.map(({ name }) => name)).toEqual(['bad', 'missing']);
    expect(leftOut[1]!.reason).toContain('missing.dat does not exist');
    for (const { name, reason } of leftOut)
      expect(lines).toContain(`evaluate rhythm: ${name} is left out: ${reason}\n`);
    const written = JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as RhythmEvaluation;
    expect(written.leftOut).toEqual(leftOut);
    await rm(join(folder, 'good.dat'));
    await expect(evaluate(folder, labels)).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });

  it('has null for the live protocol where no record is long enough', async () => {
    const folder = await newFolder();
    await write(folder, 'short', 9);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { causal } = await evaluate(folder, await labelled(folder, ['short,N']));
    const lines = stderr.mock.calls.map(([line]) => String(line)).join('');
    stderr.mockRestore();
    expect(causal).toMatchObject({ records: 0, stepAccuracy: null, f1MeanNAO: null, ece: null, f1Micro: null });
    expect(lines).toContain('1 of 1 records are too short for the live protocol');
  });

  /** A record of 20 s with holes of so many samples at so many seconds. */
  async function writeHoled(folder: string, name: string, ...holes: [seconds: number, samples: number][]) {
    await write(folder, name, 20);
    const { leads } = await readRecording(join(folder, name));
    const samples = leads[0]!.samples.slice();
    for (const [at, count] of holes) samples.fill(MISSING, at * RATE, at * RATE + count);
    await writeRecording(folder, { name, rate: RATE, leads: [{ ...leads[0]!, samples }], warnings: [] });
  }

  it('scores the longest stretch without a gap of a record, and warns of the rest', async () => {
    const folder = await newFolder();
    await writeHoled(folder, 'gap', [10, RATE]);
    await writeHoled(folder, 'later', [1, 13], [2, RATE]);
    const { records, warnings } = await evaluate(folder, await labelled(folder, ['gap,N', 'later,N']));
    expect(records).toBe(2);
    expect(warnings).toEqual([
      { record: 'gap', text: 'scored from 0.0 to 10.0 of 20.0 s, its longest stretch without a gap' },
      { record: 'later', text: 'scored from 3.0 to 20.0 of 20.0 s, its longest stretch without a gap' },
    ]);
  });

  it('scores a record whose first sample is missing, and bridges holes of up to 40 ms with a warning', async () => {
    const folder = await newFolder();
    await write(folder, 'whole', 20);
    await writeHoled(folder, 'first', [0, 1]);
    await writeHoled(folder, 'holes', [5, 1], [10, 12]);
    const scores = await evaluate(folder, await labelled(folder, ['whole,N', 'first,N', 'holes,N']));
    expect([scores.records, scores.causal.records, scores.leftOut]).toEqual([3, 3, []]);
    expect(scores.confusion[0]!.reduce((sum, n) => sum + n, 0)).toBe(3);
    const text = 'missing samples in holes of up to 40 ms are bridged: 13; the live stream has no label across one';
    expect(scores.warnings).toEqual([{ record: 'holes', text }]);
  });

  it('says how many records have no label, on stderr and in the JSON', async () => {
    const folder = await newFolder();
    for (const name of ['a', 'b', 'c']) await write(folder, name, 9);
    const labels = await labelled(folder, ['b,N']);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { records, warnings } = await evaluate(folder, labels);
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    const text = `not scored for want of a label in ${labels}: 2 of 3 records`;
    expect({ records, warnings }).toEqual({ records: 1, warnings: [{ record: 'a', text }] });
    expect(lines).toContain(`evaluate rhythm: a: ${text}\n`);
  });

  it('leaves out a record whose leads are no voltage, and takes the first lead that is one', async () => {
    const folder = await newFolder();
    await write(folder, 'ecg', 9);
    const { leads } = await readRecording(join(folder, 'ecg'));
    const breath = { ...leads[0]!, name: 'RESP', calibrated: false, foreignUnit: 'l' };
    await writeRecording(folder, { name: 'mixed', rate: RATE, leads: [breath, ...leads], warnings: [] });
    await writeRecording(folder, { name: 'resp', rate: RATE, leads: [breath], warnings: [] });
    const { records, leftOut, warnings } = await evaluate(folder, await labelled(folder, ['mixed,N', 'resp,N']));
    expect(records).toBe(1);
    expect(leftOut).toEqual([{ name: 'resp', reason: 'resp: lead RESP is in l, which is no voltage' }]);
    expect(warnings[1]).toEqual({ record: 'mixed', text: `lead ${leads[0]!.name} is scored, the first that is a voltage` }); // prettier-ignore
  });

  it('reads names with blanks around them, says which labels have no record, and refuses two labels of one', async () => {
    const folder = await newFolder();
    await write(folder, 'short', 9);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { records } = await evaluate(folder, await labelled(folder, [' short , N', 'short,N', 'absent,O']));
    const lines = stderr.mock.calls.map(([line]) => String(line)).join('');
    stderr.mockRestore();
    expect(records).toBe(1);
    expect(lines).toContain(`1 of 2 labels name no record of ${folder}, such as absent`);
    const twice = evaluate(folder, await labelled(folder, ['short,N', 'short,A']));
    await expect(twice).rejects.toThrow('line 2: short is A, but N before');
  });

  it('refuses missing folders and labels, unknown labels, and a folder without records', async () => {
    const folder = await newFolder();
    const refused = { code: 'DATA_INVALID' };
    const labels = await labelled(folder, ['short,N']);
    await expect(evaluate(folder, labels)).rejects.toMatchObject(refused);
    await expect(evaluate(join(folder, 'missing'), labels, '/dev/null')).rejects.toMatchObject(refused);
    await write(folder, 'short', 9);
    await expect(evaluate(folder, join(folder, 'missing.csv'))).rejects.toMatchObject(refused);
    await expect(evaluate(folder, await labelled(folder, ['short,AF']))).rejects.toThrow("label 'AF' of short");
    await expect(evaluate(folder, await labelled(folder, ['other,N']))).rejects.toMatchObject(refused);
  });

  it('reads labels behind a byte order mark; refuses a heading and lines without a label, by their place', async () => {
    const folder = await newFolder();
    await write(folder, 'short', 9);
    const { records, leftOut } = await evaluate(folder, await labelled(folder, ['\uFEFFshort,N', '', ' ']));
    expect({ records, leftOut }).toEqual({ records: 1, leftOut: [] });
    const heading = evaluate(folder, await labelled(folder, ['name,label', 'short,N']));
    await expect(heading).rejects.toThrow("labels.csv, line 1: label 'label' of name is none of N, A, O, ~");
    const bare = { code: 'DATA_INVALID', message: expect.stringContaining("line 2: 'short;N' is not name,label") as string }; // prettier-ignore
    await expect(evaluate(folder, await labelled(folder, ['short,N', 'short;N']))).rejects.toMatchObject(bare);
  });

  it('refuses records that hold no step', async () => {
    const folder = await newFolder();
    await write(folder, 'tiny', 0.5);
    await expect(evaluate(folder, await labelled(folder, ['tiny,N']))).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });

  it('refuses a file that cannot be written', async () => {
    const folder = await newFolder();
    await write(folder, 'short', 9);
    const run = evaluate(folder, await labelled(folder, ['short,N']), join(folder, 'missing', 'scores.json'));
    await expect(run).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
