import { expect, it } from 'vitest';
import { violationInterval, type Cluster } from '../../../src/lib/audit/interval.js';
import { seededRandom } from '../../../src/lib/signal/random.js';

const clusters = (streams: number, records: number, violated: (stream: number) => number): Cluster[] =>
  Array.from({ length: streams }, (_, i) => ({ records, violated: violated(i) }));

it('is the interval of Wilson where each stream has one record', () => {
  // 10 of 100: (0.0552, 0.1744), the worked value of Wilson's score interval.
  const [low, high] = violationInterval(clusters(100, 1, (i) => (i < 10 ? 1 : 0))) ?? [];
  expect([low, high]).toEqual([expect.closeTo(0.0552, 3), expect.closeTo(0.1744, 3)]);
});

it('counts a stream once where how alike its records are cannot be seen', () => {
  const once = violationInterval(clusters(50, 1, () => 0));
  expect(violationInterval(clusters(50, 40, () => 0))).toEqual(once);
  expect(once).toEqual([0, expect.closeTo(0.0713, 3)]);
  // One ward's only stream: 100 records say what one says.
  expect(violationInterval([{ records: 100, violated: 1 }])?.[1]).toBeGreaterThan(0.7);
  expect(violationInterval([])).toBeNull();
});

it('is wider by the design effect where violations are of few streams', () => {
  const [spreadLow, spreadHigh] = violationInterval(clusters(40, 10, (i) => (i < 20 ? 1 : 0))) ?? [0, 0];
  const [alikeLow, alikeHigh] = violationInterval(clusters(40, 10, (i) => (i < 2 ? 10 : 0))) ?? [0, 0];
  expect(alikeHigh - alikeLow).toBeGreaterThan(2.5 * (spreadHigh - spreadLow));
});

/** Share of intervals that hold the true rate; `alike` of the streams' records are all as the stream's first. */
function coverage(streams: number, each: number, rate: number, alike: number, widened: boolean): number {
  const random = seededRandom(5);
  const rounds = 2000;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const own = Array.from({ length: streams }, () => {
      const all = random.uniform() < alike;
      const first = random.uniform() < rate;
      let violated = first ? 1 : 0;
      for (let i = 1; i < each; i++) if (all ? first : random.uniform() < rate) violated++;
      return { records: each, violated };
    });
    const total = own.reduce((sum, { violated }) => sum + violated, 0);
    // Taken for independent: as many streams of one record each.
    const naive = clusters(streams * each, 1, (i) => (i < total ? 1 : 0));
    const [low, high] = violationInterval(widened ? own : naive) ?? [0, 1];
    if (low <= rate && rate <= high) held++;
  }
  return held / rounds;
}

it('holds the true rate in 92% of days at least, also where half of the beds are all or nothing; the plain one does not', () => {
  expect(coverage(200, 3, 0.01, 0, true)).toBeGreaterThan(0.94);
  expect(coverage(200, 3, 0.01, 0.5, true)).toBeGreaterThan(0.915);
  expect(coverage(200, 12, 0.03, 0.5, true)).toBeGreaterThan(0.915);
  expect(coverage(200, 12, 0.03, 0.5, false)).toBeLessThan(0.7);
});
