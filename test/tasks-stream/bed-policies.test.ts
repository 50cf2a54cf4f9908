import { describe, expect, it } from 'vitest';
import { PolicyLog } from '../../src/lib/policy/index.js';
import { ADULT_LIMITS } from '../../src/lib/tasks/alarms/limits.js';
import { BedPolicies } from '../../src/tasks-stream/bed-policies.js';
import { changeOf, policyOf } from '../lib/policy/policies.js';

const high = (tachycardia: number) => policyOf({ alarms: { tachycardia } });

function beds() {
  const log = new PolicyLog();
  const policies = new BedPolicies(log);
  const set = (...change: Parameters<typeof changeOf>): void => {
    log.take(changeOf(...change));
    policies.forget();
  };
  return { policies, set, highOf: (bed: string) => policies.limitsOf(bed).tachycardia };
}

describe('the alarm limits of a bed', () => {
  it('are customary ones without a policy, and follow its leads: their own before the ward before the default', () => {
    const { policies, set, highOf } = beds();
    policies.declare('a.1', { device: 'a', ward: 'icu' });
    policies.declare('a.2', { device: 'a', ward: 'icu' });
    policies.declare('b.1', { device: 'b', ward: null });
    expect([policies.covers('a'), policies.limitsOf('a')]).toEqual([false, ADULT_LIMITS]);
    set(1, { policy: high(121) });
    expect(['a', 'b', 'not yet declared'].map(highOf)).toEqual([121, 121, 121]);
    set(2, { scope: 'ward:icu', policy: high(122) });
    expect(['a', 'b'].map(highOf)).toEqual([122, 121]);
    set(3, { scope: 'stream:a.2', policy: high(123) });
    set(4, { scope: 'ward:icu', policy: high(124) });
    expect(highOf('a')).toBe(123);
    set(5, { scope: 'stream:a.1', policy: high(125) });
    expect(highOf('a')).toBe(125);
    set(6, { scope: 'stream:a.1', policy: null });
    policies.declare('a.2', null);
    expect(highOf('a')).toBe(124);
  });
});

it('the bounds of a version are those it had when it was in force', () => {
  const { policies, set } = beds();
  set(1, { policy: policyOf({ bounds: { rhythm: 0.5, peaks: 0.2, reconstruction: 20, weightedSum: 0.6 } }) });
  set(2);
  expect(policies.boundsOf(1)).toEqual({ rhythm: 0.5, peaks: 0.2, reconstruction: 20, weightedSum: { weights: { rhythm: 1, peaks: 1 }, bound: 0.6 } }); // prettier-ignore
  expect(policies.boundsOf(2)).toEqual({ rhythm: 0.25, peaks: 0.1 });
  expect([policies.boundsOf(0), policies.boundsOf(3)]).toEqual([undefined, undefined]);
});
