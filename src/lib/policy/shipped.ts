/** The policy that ships with the program. It is in force only if someone has set it. */
import { readFile } from 'node:fs/promises';
import { SHIPPED_POLICY } from '../runtime/paths.js';
import { parsePolicy, type ScopedPolicy } from './policy.js';

/** @param scope in place of `default` */
export async function readShippedPolicy(scope?: string): Promise<ScopedPolicy> {
  return parsePolicy(
    await readFile(SHIPPED_POLICY, 'utf8'),
    'the shipped policy',
    scope === undefined ? {} : { scope },
  );
}
