/**
 * tfjs-node 4.22 calls two functions of `util` that Node removed in version 23. Import this file before it, for its effect
 * alone. The functions are replaced in older versions of Node too: some of them print a deprecation warning at the first call.
 */
import util from 'node:util';

Object.assign(util, {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
});
