import { describe, expect, it } from 'vitest';
import { boundsOfPolicy, certifiablePolicy, violates } from '../../../src/lib/certification/policy.js';

const policy = certifiablePolicy.parse({ bounds: { rhythm: 0.25, peaks: 0.1 } });
const bounded = (more: object) => ({ ...policy, bounds: { ...policy.bounds, ...more } });
const errors = { rhythm: 0.25, peaks: 0.1, reconstruction: 30 };

describe('the joint event', () => {
  it('is any bound exceeded, and not one that is just met', () => {
    expect(violates(errors, policy)).toBe(false);
    expect(violates({ ...errors, rhythm: 0.2501 }, policy)).toBe(true);
    expect(violates({ ...errors, peaks: 0.1001 }, policy)).toBe(true);
    expect(violates(errors, bounded({ reconstruction: 30 }))).toBe(false);
    expect(violates(errors, bounded({ reconstruction: 29 }))).toBe(true);
  });

  it('counts the weighted sum as a task of its own', () => {
    const own = { ...bounded({ weightedSum: 0.6 }), weights: { rhythm: 2, peaks: 1 } };
    expect(violates(errors, own)).toBe(false);
    expect(violates(errors, { ...own, weights: { rhythm: 2, peaks: 1.1 } })).toBe(true);
    // And what chooses keeps it, in calibration as at the edge.
    expect(boundsOfPolicy(own).weightedSum).toEqual({ weights: own.weights, bound: 0.6 });
    expect(boundsOfPolicy(policy)).not.toHaveProperty('weightedSum');
  });

  it('is an error that is no number, for every bound that counts', () => {
    for (const task of ['rhythm', 'peaks'] as const) {
      for (const value of [Number.NaN, Infinity]) expect(violates({ ...errors, [task]: value }, policy)).toBe(true);
    }
    expect(violates({ ...errors, reconstruction: Number.NaN }, bounded({ reconstruction: 30 }))).toBe(true);
    expect(violates({ ...errors, reconstruction: Number.NaN }, policy)).toBe(false);
  });
});

it('a policy document is taken with all that it has beside, and what is left out is free', () => {
  const document = {
    scope: 'default',
    bounds: { rhythm: 0.75, peaks: 0.1, reconstruction: 20 },
    alpha: 0.02,
    auditShare: 0.001,
    alarms: {},
    tasksOn: 'decoded',
  };
  expect(certifiablePolicy.parse(document)).toMatchObject({
    bounds: { rhythm: 0.75, peaks: 0.1, reconstruction: 20, weightedSum: null },
    weights: { rhythm: 1, peaks: 1 },
    rungs: null,
    alpha: 0.02,
  });
  expect(certifiablePolicy.safeParse({ bounds: { rhythm: 0.75 } }).success).toBe(false);
  expect(certifiablePolicy.safeParse({ bounds: { rhythm: 0, peaks: 0.1 } }).success).toBe(false);
  expect(certifiablePolicy.safeParse({ bounds: { rhythm: 1, peaks: 1, prdn: 3 } }).success).toBe(false);
});
