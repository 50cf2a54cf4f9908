import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../../src/lib/certification/policy.js';
import type { Played } from '../../../src/training/calibration/play.js';
import { PolicySequence } from '../../../src/training/calibration/sequence.js';

const policy: PolicyRule = {
  bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: null },
  weights: { rhythm: 1, peaks: 1 },
  rungs: null,
};
const record = (rhythm: number, payloadBytes = 100): Played => ({
  rhythm,
  peaks: 0,
  reconstruction: 0,
  nativeBytes: 17_920,
  payloadBytes,
});
const [kept, broken] = [record(0.2), record(0.3)];
/** At most one violation of 473 is forgiven. */
const level = { n: 473, alpha: 0.01, delta: 0.05 };

function run(rows: readonly (readonly Played[])[]): PolicySequence {
  const sequence = new PolicySequence(policy, [0.4, 0.6, 0.8], level);
  for (let i = 0; i < level.n; i++) {
    // As calibrate does: the records are measured by the taus that are left.
    sequence.add((rows[i] ?? [kept, kept, kept]).slice(0, sequence.taus.length));
  }
  return sequence;
}

describe('the sequence of a policy', () => {
  it('certifies the last tau before the first that fails', () => {
    const all = run([[kept, broken, broken], [kept, kept, broken], [kept, kept, broken]]); // prettier-ignore
    const { certified, tests } = all.finish();
    expect(tests.map(({ tau, k, rejected }) => [tau, k, rejected])).toEqual([[0.4, 0, true], [0.6, 1, true], [0.8, 3, false]]); // prettier-ignore
    expect(certified).toMatchObject({ tau: 0.6, k: 1, payloadGainTotal: 179.2 });
  });

  it('measures no further behind a tau that cannot be certified any more, and that one to the end', () => {
    const sequence = run([[kept, broken, kept], [kept, broken, kept], [kept, broken, kept]]); // prettier-ignore
    expect(sequence.taus).toEqual([0.4, 0.6]);
    const { certified, tests } = sequence.finish();
    expect(tests.map(({ tau, k }) => [tau, k])).toEqual([[0.4, 0], [0.6, 3]]); // prettier-ignore
    expect(certified?.tau).toBe(0.4);
  });

  it('certifies none where the most conservative tau fails, however good the others are', () => {
    const sequence = run([[broken, kept, kept], [broken, kept, kept]]); // prettier-ignore
    const { certified, tests } = sequence.finish();
    expect([certified, tests.length]).toEqual([undefined, 1]);
    expect(sequence.taus).toEqual([0.4]);
  });
});
