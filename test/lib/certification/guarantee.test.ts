import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/lib/signal/random.js';
import {
  allowed,
  bestOfGrid,
  chosenElsewhere,
  chosenOnTheSame,
  learnThenTest,
  nested,
  noConfidence,
  normalApproximation,
  simulate,
  unrelated,
  windowsAsRecords,
  type Population,
} from './simulation.js';

/** Rates a hair above alpha from the second tau on: every certificate but the first is a broken promise. */
const JUST_ABOVE = [0.001, ...new Array<number>(11).fill(0.0101)];
const hard: Population = {
  n: 900,
  alpha: 0.01,
  delta: 0.05,
  rates: JUST_ABOVE,
  draw: unrelated,
  calibrations: 4000,
  seed: 7,
};

describe('the guarantee of learn-then-test', () => {
  it('holds in the hardest case', () => {
    expect(simulate(learnThenTest, hard).broken).toBeLessThan(allowed(hard));
    expect(simulate(learnThenTest, { ...hard, draw: nested, calibrations: 1000 }).broken).toBeLessThan(allowed(hard));
  });

  it('is used up, not merely kept: at 299 records the first tau above alpha passes in 5% of calibrations', () => {
    const tight = { ...hard, n: 299, rates: [0.010001], calibrations: 8000 };
    const { broken } = simulate(learnThenTest, tight);
    expect(broken).toBeLessThan(allowed(tight));
    expect(broken).toBeGreaterThan(0.04);
  });

  it('holds whatever the rates, also where they fall again', () => {
    const random = seededRandom(3);
    for (let world = 0; world < 30; world++) {
      const rates = Array.from({ length: 8 }, () => 0.025 * random.uniform() ** 2);
      const own = { ...hard, rates, draw: world % 2 === 0 ? unrelated : nested, calibrations: 400, seed: world };
      expect(simulate(learnThenTest, own).broken, `world ${world}`).toBeLessThan(allowed(own));
    }
  });

  it('does not forbid what is good: a tau far below alpha is certified nearly always', () => {
    expect(simulate(learnThenTest, { ...hard, rates: [0.0005, 0.001], calibrations: 1000 }).certified).toBeGreaterThan(0.95);
  }); // prettier-ignore

  it('holds for all certificates of a run together where delta is divided by their number, and not where it is not', () => {
    const policies = 5;
    const anyBroken = (delta: number): number => {
      const calibrations = 4000;
      let some = 0;
      const random = seededRandom(11);
      for (let i = 0; i < calibrations; i++) {
        const broken = Array.from({ length: policies }, () => {
          const tau = learnThenTest(unrelated(JUST_ABOVE, 900, random), { n: 900, alpha: 0.01, delta }, () => []);
          return tau !== undefined && JUST_ABOVE[tau]! > 0.01;
        });
        if (broken.some(Boolean)) some++;
      }
      return some / calibrations;
    };
    expect(anyBroken(0.05 / policies)).toBeLessThan(allowed(hard));
    expect(anyBroken(0.05)).toBeGreaterThan(allowed(hard));
  });
});

describe('a broken procedure is caught by the same simulation', () => {
  it.each([
    ['the largest tau that passes, without the sequence', bestOfGrid],
    ['no confidence at all', noConfidence],
    ['the normal approximation', normalApproximation],
    ['windows as the unit', windowsAsRecords],
  ])('%s', (_, procedure) => {
    expect(simulate(procedure, hard).broken).toBeGreaterThan(allowed(hard));
  });

  it('a tau chosen on the records that test it, while one chosen on others passes', () => {
    const other = { ...hard, rates: JUST_ABOVE.slice(1) };
    expect(simulate(chosenElsewhere, other).broken).toBeLessThan(allowed(other));
    expect(simulate(chosenOnTheSame, other).broken).toBeGreaterThan(allowed(other));
  });
});
