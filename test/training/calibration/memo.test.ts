import { expect, it } from 'vitest';
import { remembered } from '../../../src/training/calibration/memo.js';

it('asks the networks about each input once, and answers in order', async () => {
  const asked: string[] = [];
  const sums = (name: string) => (rows: readonly Float32Array[]) => {
    asked.push(`${name} ${rows.map((row) => row.join('+')).join(' ')}`);
    return Promise.resolve(rows.map((row) => Float32Array.of(row.reduce((a, b) => a + b, 0))));
  };
  const { inference, decode } = remembered({ rhythm: sums('rhythm'), peaks: sums('peaks') }, (rung, latents, n) => {
    asked.push(`rung ${rung} ${latents.join('+')}`);
    return Promise.resolve(Float32Array.from({ length: 2 * n }, (_, i) => rung * latents[3 * Math.floor(i / 2)]! + (i % 2)));
  }); // prettier-ignore
  const [a, b, c] = [Float32Array.of(1, 2), Float32Array.of(3, 4), Float32Array.of(5, 6)];
  expect(await inference.rhythm([a, b, a.slice()])).toEqual([3, 7, 3].map((sum) => Float32Array.of(sum)));
  expect(await inference.rhythm([c, b])).toEqual([11, 7].map((sum) => Float32Array.of(sum)));
  expect(await inference.peaks([b])).toEqual([Float32Array.of(7)]);
  expect(await decode(2, Int8Array.of(1, 0, 0, 4, 0, 0, 1, 0, 0), 3)).toEqual(Float32Array.of(2, 3, 8, 9, 2, 3));
  expect(await decode(2, Int8Array.of(4, 0, 0), 1)).toEqual(Float32Array.of(8, 9));
  // Another rung decodes the same latents to something else.
  expect(await decode(3, Int8Array.of(4, 0, 0), 1)).toEqual(Float32Array.of(12, 13));
  expect(asked).toEqual(['rhythm 1+2 3+4', 'rhythm 5+6', 'peaks 3+4', 'rung 2 1+0+0+4+0+0', 'rung 3 4+0+0']);
});
