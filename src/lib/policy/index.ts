export { limitsOf, shortfallsOf } from './limits.js';
export { checkPolicy, parsePolicy, type Policy, type ScopedPolicy } from './policy.js';
export { type PolicyInForce, PolicyLog, type PolicyVersion } from './policy-log.js';
export { openPolicyTable, type PolicyRefusal, type PolicyTable } from './policy-table.js';
export { SCOPE, scopesOf } from './scope.js';
export { type PolicyToSet, setPolicy } from './set-policy.js';
export { readShippedPolicy } from './shipped.js';
