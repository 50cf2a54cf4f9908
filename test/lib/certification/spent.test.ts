import { expect, it } from 'vitest';
import { spentDelta } from '../../../src/lib/certification/spent.js';
import { certificate } from './certificates.js';

it('is the sum of delta by each predictor, that of refused policies and of replaced tests too', () => {
  const refused = { ...certificate({ k: 50 }), tau: null };
  const again = certificate({ replaced: [0.002, 0.003].map((delta) => ({ tau: 0.5, n: 900, k: 0, delta })) });
  const dense = certificate({ predictor: 'dense', delta: 0.05 });
  expect(spentDelta([certificate(), refused, dense])).toEqual({ synthesis: 0.02, dense: 0.05 });
  expect(spentDelta([again])).toEqual({ synthesis: 0.015 });
  expect(spentDelta([])).toEqual({});
});

it('has no last bits of an addition, and no trials on records that were seen', () => {
  const eight = [0.00124, 0.0063, 0.0063, 0.00124, 0.0063, 0.00124, 0.00124, 0.00124];
  const trial = certificate({ seen: 3, delta: 0.04, replaced: [{ tau: 1, n: 900, k: 0, delta: 0.01 }] });
  expect(spentDelta([...eight.map((delta) => certificate({ delta })), trial])).toEqual({ synthesis: 0.0251 });
});
