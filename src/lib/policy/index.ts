export { parsePolicy, type Policy, type ScopedPolicy } from './policy.js';
export { type PolicyInForce, PolicyLog, type PolicyVersion } from './policy-log.js';
export { openPolicyTable, type PolicyRefusal, type PolicyTable } from './policy-table.js';
export { SCOPE } from './scope.js';
export { setPolicy } from './set-policy.js';
export { readShippedPolicy } from './shipped.js';
