import { expect, it } from 'vitest';
import tf from '../../src/lib/model/tf.js';
import { buildNetworks, decode, encode, listNetworks } from '../../src/training/compressor.js';
import { fineTune, WEIGHTS } from '../../src/training/compressor-phases.js';
import { millivoltsOf } from '../../src/training/data/cinc.js';
import { temporaryFolder, weightsOf } from '../lib/model/tiny.js';
import { beatRecords, easyTasks } from './paper-material.js';
import { cutWindows, normalisedTensors } from '../../src/training/windows.js';

const records = beatRecords(4);
const settings = { records, tasks: easyTasks, weights: WEIGHTS, against: 'label', steps: 5, seed: 1, from: {}, watched: [] } as const; // prettier-ignore

it('phase 2 trains every network, heads in turn, and a finished run is not trained again', async () => {
  const work = await temporaryFolder();
  const networks = buildNetworks();
  const before = Object.values(listNetworks(networks)).map(weightsOf);
  await fineTune(networks, { ...settings, work });
  const after = Object.values(listNetworks(networks)).map(weightsOf);
  after.forEach((own, i) => {
    expect(own).not.toEqual(before[i]);
  });
  const again = buildNetworks();
  await fineTune(again, { ...settings, work });
  expect(Object.values(listNetworks(again)).map(weightsOf)).toEqual(after);
  const others = { ...easyTasks, hashes: { ...easyTasks.hashes, rhythm: 'another' } };
  for (const other of [{ against: 'original' }, { tasks: others }] as const) {
    await expect(fineTune(again, { ...settings, ...other, work })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
    });
  }
}, 120_000);

it('latents are whole and bounded outside training, and noisy in it', () => {
  tf.tidy(() => {
    const networks = buildNetworks();
    const { x } = normalisedTensors(cutWindows(millivoltsOf(records[0]!)));
    for (const head of [16, 32, 64] as const) {
      const values = encode(networks, x, false)[head].dataSync();
      expect(values.every((v) => Number.isInteger(v) && Math.abs(v) <= 16)).toBe(true);
      expect(encode(networks, x, true)[head].dataSync().every(Number.isInteger)).toBe(false);
      expect(decode(networks, encode(networks, x, false)[head], head, false).shape).toEqual([5, 1, 1792, 1]);
    }
  });
});
