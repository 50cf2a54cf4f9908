import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Measured } from '../../../src/training/calibration/measured.js';
import type { Way } from '../../../src/training/calibration/play.js';
import type { EcgRecord } from '../../../src/training/evaluation/compression/records.js';
import { codedRecord } from '../evaluation/compression/fakes.js';

const { record } = codedRecord([]);
const other: EcgRecord = { ...record, original: { ...record.original, samples: new Int16Array(8960).fill(1) } };
const way = (rhythm: number, tau: number, rungs: string[] | null = null): Way => ({
  policy: {
    bounds: { rhythm, peaks: 0.1, reconstruction: null, weightedSum: null },
    weights: { rhythm: 1, peaks: 1 },
    rungs,
  },
  tau,
});
const played = { rhythm: 0.1, peaks: 0.2, reconstruction: 3, nativeBytes: 17_920, payloadBytes: 99 };
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'measured-'));

it('what was measured is found again by content, policy and tau', async () => {
  const to = await folder();
  const first = await Measured.open(to, { models: 'a' });
  await first.add([[record, way(0.5, 1), played]]);
  await first.add([[record, way(0.5, 0.8), { ...played, rhythm: Number.NaN }]]);
  const again = await Measured.open(to, { models: 'a' });
  expect(again.of(record, way(0.5, 1))).toEqual(played);
  // An error that is no number stays one.
  expect(again.of(record, way(0.5, 0.8))).toEqual({ ...played, rhythm: Number.NaN });
  for (const own of [way(0.5, 0.9), way(0.4, 1), way(0.5, 1, ['fine'])]) expect(again.of(record, own)).toBeUndefined();
  // A record of the same name with other samples is another record, and other models are another calibration.
  expect(again.of(other, way(0.5, 1))).toBeUndefined();
  expect((await Measured.open(to, { models: 'b' })).of(record, way(0.5, 1))).toBeUndefined();
});

it('a line that was cut short is forgotten, and what follows it is whole; a file of anything else is refused', async () => {
  const to = await folder();
  const first = await Measured.open(to, {});
  await first.add([[record, way(0.5, 1), played]]);
  const path = join(to, (await readdir(to))[0]!);
  await writeFile(path, '{"record":"fak', { flag: 'a' });
  const again = await Measured.open(to, {});
  await again.add([[other, way(0.5, 1), played]]);
  const third = await Measured.open(to, {});
  expect([third.of(record, way(0.5, 1)), third.of(other, way(0.5, 1))]).toEqual([played, played]);
  await writeFile(path, 'anything else\n');
  await expect(Measured.open(to, {})).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
});
