/** Reads the policies to certify from files, each with one policy document or a list of them. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { certifiablePolicy, ownBounds, type PolicyRule } from '../../lib/certification/policy.js';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';

/** Alpha of the shipped policy. */
const DEFAULT_ALPHA = 0.01;

export interface PolicyToCertify extends PolicyRule {
  readonly alpha: number;
}

const fileSchema = z.preprocess(
  (own): unknown => (Array.isArray(own) ? (own as unknown[]) : [own]),
  z.array(certifiablePolicy).min(1),
);

/**
 * @param alpha replaces the policies' own alpha
 * @param known names of the codec's rungs and of the loaded custom tasks
 * @throws DynamicDeepError CONFIG_INVALID if a file is not a policy or a list of them, if two policies are the same, or if one
 * names an unknown rung or a task that is not loaded
 */
export async function readPolicies(
  paths: readonly string[],
  alpha: number | undefined,
  known: { readonly rungs: readonly string[]; readonly tasks: readonly string[] },
): Promise<PolicyToCertify[]> {
  const found = new Map<string, PolicyToCertify>();
  for (const path of paths) {
    const parsed = fileSchema.safeParse(await readJson(path));
    if (!parsed.success) {
      throw new DynamicDeepError('CONFIG_INVALID', `--policy ${path} is no policy: ${z.prettifyError(parsed.error)}`);
    }
    for (const { bounds, weights, rungs, alpha: own } of parsed.data) {
      const unknown = rungs?.find((name) => !known.rungs.includes(name));
      if (unknown !== undefined) {
        throw new DynamicDeepError(
          'CONFIG_INVALID',
          `--policy ${path} allows ${unknown}; the codec has ${known.rungs.join(', ')}`,
        );
      }
      const missing = Object.keys(ownBounds(bounds)).find((name) => !known.tasks.includes(name));
      if (missing !== undefined) {
        throw new DynamicDeepError(
          'CONFIG_INVALID',
          `--policy ${path} bounds the task ${missing}, which is not loaded: --tasks names its folder`,
        );
      }
      const policy = { bounds, weights, rungs, alpha: alpha ?? own ?? DEFAULT_ALPHA };
      const key = JSON.stringify(policy);
      if (found.has(key)) throw new DynamicDeepError('CONFIG_INVALID', `--policy ${path}: one policy is given twice`);
      found.set(key, policy);
    }
  }
  return [...found.values()];
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new DynamicDeepError('CONFIG_INVALID', `--policy ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
