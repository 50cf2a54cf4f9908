/** Policies and changes for tests. */
import { randomUUID } from 'node:crypto';
import { parsePolicy, type Policy } from '../../../src/lib/policy/index.js';
import type { PolicyChange } from '../../../src/lib/wire/index.js';

export const MINIMAL = {
  scope: 'default',
  bounds: { rhythm: 0.25, peaks: 0.1 },
  alpha: 0.01,
  auditShare: 0.001,
  alarms: {},
};

export function policyOf(over: object = {}): Policy {
  return parsePolicy(JSON.stringify({ ...MINIMAL, ...over }), 'test').policy;
}

export function changeOf(version: number, over: Partial<PolicyChange> = {}): PolicyChange {
  const by = { author: 'physician-2', at: Date.UTC(2026, 0, 2) + version };
  return { id: randomUUID(), version, scope: 'default', ...by, policy: policyOf(), ...over };
}
