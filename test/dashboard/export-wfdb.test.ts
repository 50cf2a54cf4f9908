import { expect, it } from 'vitest';
import { exportWfdb } from '../../src/dashboard/export-wfdb.js';
import { SAMPLES } from '../lib/wire/samples.js';

const window = SAMPLES['ecg.signals'];
const from = window.epoch + (1000 * window.firstIndex) / window.rate;

it.each([true, false])('says whether millivolts are known: %s', async (calibrated) => {
  const files = await exportWfdb('strip', [window], { from, to: from + 1000 }, calibrated);
  const [, gain] = /^strip\.dat \d+ ([\d.]+)\(/m.exec(files?.header.toString() ?? '') ?? [];
  expect(Number(gain)).toBe(calibrated ? window.gain : 0);
});
