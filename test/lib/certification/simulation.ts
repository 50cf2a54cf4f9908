/** Calibrations of populations whose true rates are known: what share of them certifies a tau that breaks the promise. */
import {
  fixedSequence,
  lastRejected,
  mostViolations,
  type TestLevel,
} from '../../../src/lib/certification/fixed-sequence.js';
import { seededRandom, type Random } from '../../../src/lib/signal/random.js';

/** True rates by tau, from the most conservative one on. */
export type Rates = readonly number[];
/** Violations by tau among n records that were drawn. */
type Draw = (rates: Rates, n: number, random: Random) => number[];

/** What breaks the policy at a tau breaks it at every larger one. */
export const nested: Draw = (rates, n, random) => {
  const counts = rates.map(() => 0);
  for (let i = 0; i < n; i++) {
    const u = random.uniform();
    rates.forEach((rate, t) => {
      if (u < rate) counts[t]!++;
    });
  }
  return counts;
};

/** Each tau has its own bad luck: the hardest case for whoever looks at several. */
export const unrelated: Draw = (rates, n, random) =>
  rates.map((rate) => {
    let count = 0;
    // Steps from one violation to the next.
    for (let at = 0; (at += Math.ceil(Math.log(1 - random.uniform()) / Math.log1p(-rate)) || 1) <= n;) count++;
    return count;
  });

/** The place of the tau that is certified; undefined: none. `draw` gives further records of the population. */
export type Procedure = (
  counts: readonly number[],
  level: TestLevel,
  draw: () => readonly number[],
) => number | undefined;

const rejects = (k: number, level: TestLevel): boolean => k <= mostViolations(level);

export const learnThenTest: Procedure = (counts, level) => {
  const test = lastRejected(fixedSequence(counts.map((k, tau) => ({ tau, k })), level)); // prettier-ignore
  return test?.tau;
};

/** One tau, chosen on other records, tested once. */
export const chosenElsewhere: Procedure = (counts, level, draw) => {
  const tau = fewest(draw());
  return rejects(counts[tau]!, level) ? tau : undefined;
};

/** Broken: the largest tau that passes, whatever failed before it. */
export const bestOfGrid: Procedure = (counts, level) => {
  const place = counts.findLastIndex((k) => rejects(k, level));
  return place < 0 ? undefined : place;
};

/** Broken: one tau is tested, but on the records on which it was chosen. */
export const chosenOnTheSame: Procedure = (counts, level) => {
  const tau = fewest(counts);
  return rejects(counts[tau]!, level) ? tau : undefined;
};

/** Broken: the rate that was seen is taken for the true one. */
export const noConfidence: Procedure = (counts, { n, alpha }) => {
  const place = counts.findLastIndex((k) => k / n <= alpha);
  return place < 0 ? undefined : place;
};

/** Broken: the normal approximation, where a handful of violations is no normal variable. */
export const normalApproximation: Procedure = (counts, { n, alpha }) => {
  const z95 = 1.645;
  const failed = counts.findIndex((k) => {
    const rate = k / n;
    return rate + z95 * Math.sqrt((rate * (1 - rate)) / n) > alpha;
  });
  const place = (failed < 0 ? counts.length : failed) - 1;
  return place < 0 ? undefined : place;
};

/** Broken: five windows of a record are taken for five independent records. */
export const windowsAsRecords: Procedure = (counts, { n, ...rest }) => learnThenTest(counts.map((k) => 5 * k), { n: 5 * n, ...rest }, () => counts); // prettier-ignore

function fewest(counts: readonly number[]): number {
  return counts.lastIndexOf(Math.min(...counts));
}

export interface Population extends TestLevel {
  readonly rates: Rates;
  readonly draw: Draw;
  readonly calibrations: number;
  readonly seed: number;
}

/** Share of calibrations that certify a tau whose true rate is above alpha, and share that certify any. */
export function simulate(procedure: Procedure, { rates, draw, calibrations, seed, ...level }: Population) {
  const random = seededRandom(seed);
  let [broken, certified] = [0, 0];
  for (let i = 0; i < calibrations; i++) {
    const tau = procedure(draw(rates, level.n, random), level, () => draw(rates, level.n, random));
    if (tau === undefined) continue;
    certified++;
    if (rates[tau]! > level.alpha) broken++;
  }
  return { broken: broken / calibrations, certified: certified / calibrations };
}

/** Largest share that chance explains where the true one is delta: three standard errors. */
export function allowed({ delta, calibrations }: Pick<Population, 'delta' | 'calibrations'>): number {
  return delta + 3 * Math.sqrt((delta * (1 - delta)) / calibrations);
}
