import { describe, expect, it } from 'vitest';
import { findCertificate, type Demand } from '../../../src/lib/certification/match.js';
import { boundsOfPolicy, policyOfBounds, violates } from '../../../src/lib/certification/policy.js';
import { certificate, HASHES } from './certificates.js';

const bounds = { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: null };
const [first, second] = ['d'.repeat(64), 'e'.repeat(64)];
const own = (bound: number, hash = first) =>
  certificate({ bounds: { ...bounds, tasks: { pvc: bound } }, models: { ...HASHES, tasks: { pvc: hash } } });
const demand = (tasks?: Record<string, number>, loaded: Record<string, string> = { pvc: first }): Demand => ({
  bounds: { ...bounds, ...(tasks && { tasks }) },
  weights: { rhythm: 1, peaks: 1 },
  rungs: null,
  alpha: 0.01,
  predictor: 'synthesis',
  models: { ...HASHES, tasks: loaded },
  lossyRungs: ['fine'],
});

describe('a certificate that bounds a task of one’s own', () => {
  it('stands behind the same bound and looser ones, of the very same task', () => {
    expect(findCertificate([own(0.1)], demand({ pvc: 0.1 })).certificate).toBeDefined();
    expect(findCertificate([own(0.1)], demand({ pvc: 0.2 })).certificate).toBeDefined();
    expect(findCertificate([own(0.1)], demand({ pvc: 0.05 })).reason).toContain('bounds');
    expect(findCertificate([own(0.1, second)], demand({ pvc: 0.1 })).reason).toContain('version of a task');
  });

  it('is needed: one that never asked the task does not stand behind its bound', () => {
    expect(findCertificate([certificate()], demand({ pvc: 0.1 })).reason).toContain('bounds');
    expect(findCertificate([certificate()], demand()).certificate).toBeDefined();
  });

  it('stands behind a policy without the task only where the task is loaded: the edge keeps all that was certified', () => {
    expect(findCertificate([own(0.1)], demand()).certificate).toBeDefined();
    expect(findCertificate([own(0.1)], demand(undefined, {})).reason).toContain('version of a task');
  });

  it('is not looked for where the task is not loaded: the reason names it', () => {
    expect(findCertificate([own(0.1)], demand({ pvc: 0.1 }, {})).reason).toBe('the task pvc is not loaded');
  });
});

describe('the joint event', () => {
  const policy = { bounds: { ...bounds, tasks: { pvc: 0.1 } }, weights: { rhythm: 1, peaks: 1 } };
  const errors = { rhythm: 0, peaks: 0, reconstruction: 0 };

  it('has the task’s error in it; one that is unknown or not finite breaks the policy', () => {
    expect(violates({ ...errors, tasks: { pvc: 0.1 } }, policy)).toBe(false);
    expect(violates({ ...errors, tasks: { pvc: 0.11 } }, policy)).toBe(true);
    expect(violates({ ...errors, tasks: { pvc: Number.NaN } }, policy)).toBe(true);
    expect(violates(errors, policy)).toBe(true);
    expect(violates({ ...errors, tasks: { pvc: 9 } }, { ...policy, bounds })).toBe(false);
  });

  it('is the same in the form that predictors take', () => {
    const limits = boundsOfPolicy(policy);
    expect(limits.tasks).toEqual({ pvc: 0.1 });
    expect(policyOfBounds(limits).bounds.tasks).toEqual({ pvc: 0.1 });
    const without = boundsOfPolicy({ ...policy, bounds });
    expect(without).not.toHaveProperty('tasks');
    expect(policyOfBounds(without).bounds).not.toHaveProperty('tasks');
  });
});
