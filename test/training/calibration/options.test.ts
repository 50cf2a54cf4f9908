import { expect, it } from 'vitest';
import { resolveOptions } from '../../../src/lib/runtime/resolve-options.js';
import { calibrationOptions } from '../../../src/training/calibration/options.js';

const mistakesOf = (delta: string) =>
  resolveOptions(calibrationOptions, new Map(Object.entries({ records: 'a', policy: 'b', json: 'c', delta })), {})
    .mistakes;

it('calibrate takes no delta of which an edge would not take the certificates', () => {
  expect(mistakesOf('0.05')).toEqual([]);
  expect(mistakesOf('0.9')).toEqual([expect.stringContaining("is '0.9'; allowed: a number above 0 and at most 0.05")]);
  expect(mistakesOf('0.051')).toHaveLength(1);
  expect(mistakesOf('0')).toHaveLength(1);
});
