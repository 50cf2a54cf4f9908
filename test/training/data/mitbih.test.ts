import { expect, it } from 'vitest';
import { MISSING } from '../../../src/lib/signal/types.js';
import { writeRecording } from '../../../src/lib/signal/wfdb/index.js';
import { loadNoise } from '../../../src/training/data/mitbih.js';
import { temporaryFolder } from '../../lib/model/tiny.js';

/** A record at 300 Hz of one lead, missing at `gap`. */
async function noise(samples: number, gap?: number): Promise<Float32Array[]> {
  const folder = await temporaryFolder();
  const values = Int32Array.from({ length: samples }, (_, i) => (i === gap ? MISSING : i % 7));
  const lead = { name: 'I', rate: 300, gain: 200, baseline: 0, calibrated: true, samples: values };
  await writeRecording(folder, { name: 'bw', rate: 300, leads: [lead], warnings: [] });
  return loadNoise(folder, 'bw');
}

it('noise is read up to its first gap, and refused where a row would not fit', async () => {
  expect((await noise(9000)).map(({ length }) => length)).toEqual([9000]);
  expect((await noise(9000, 8960)).map(({ length }) => length)).toEqual([8960]);
  const refused = { code: 'DATA_INVALID', message: expect.stringMatching(/^bw of .*: I has \d+ samples/) as string };
  for (const short of [() => noise(8959), () => noise(9000, 0), () => noise(9000, 5000)]) {
    await expect(short()).rejects.toMatchObject(refused);
  }
});
