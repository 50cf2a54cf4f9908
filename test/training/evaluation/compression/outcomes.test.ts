import { expect, it } from 'vitest';
import { WINDOW } from '../../../../src/lib/signal/grid.js';
import { Outcomes } from '../../../../src/training/evaluation/compression/outcomes.js';
import { codedRecord, sameInference, sent } from './fakes.js';

it('a constant line that was not kept has no relative error; one that was kept has none lost', async () => {
  const off = sent('off', (window) => ({
    stretch: {
      start: window * WINDOW,
      length: WINDOW,
      rate: 300,
      firstIndex: window * WINDOW,
      gain: 200,
      baseline: 0,
      samples: new Int16Array(WINDOW).fill(1),
    },
  }));
  const exact = sent('exact', () => ({ lossless: true }));
  const coded = codedRecord([off, exact]);
  const outcomes = new Outcomes(sameInference);
  await outcomes.measure([
    [coded, off],
    [coded, exact],
  ]);
  expect(outcomes.of(coded, off)).toMatchObject({ relative: null, prdn: Infinity });
  expect(outcomes.of(coded, exact)).toMatchObject({ relative: 0, prdn: 0 });
});
