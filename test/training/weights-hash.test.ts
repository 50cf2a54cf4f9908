import { expect, it } from 'vitest';
import { weightsHash } from '../../src/training/weights-hash.js';
import { tinyNetwork } from '../lib/model/tiny.js';

it('is that of the weights alone, of every network', () => {
  const [a, b, c] = [tinyNetwork(), tinyNetwork(), tinyNetwork()];
  const first = weightsHash({ a, b });
  expect(weightsHash({ a, b: c })).not.toBe(first);
  c.setWeights(b.getWeights());
  expect(weightsHash({ a, b: c })).toBe(first);
});
