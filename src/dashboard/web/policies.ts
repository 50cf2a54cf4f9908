/** Asks the server about policies. Each answer is a value, or an error in words. */
import type { PoliciesReport, PolicyCheck, PolicyEntry, PolicyPreview, PolicyToPut } from '../policy/protocol.js';
import { TEXT } from './text.js';

/** `isUnsure`: it is unknown whether the request was carried out. */
export type Answer<T> = { readonly value: T } | { readonly error: string; readonly isUnsure: boolean };

export const readPolicies = (): Promise<Answer<PoliciesReport>> => ask('/api/policies');
export const checkPolicy = (text: string): Promise<Answer<PolicyCheck>> => ask('/api/policies/check', { text });
/** `signal` cancels it, on the server too. */
export const previewPolicy = (text: string, signal: AbortSignal): Promise<Answer<PolicyPreview>> =>
  ask('/api/policies/preview', { text }, signal);
export const putPolicy = (change: PolicyToPut): Promise<Answer<PolicyEntry>> => ask('/api/policies', change);

async function ask<T>(path: string, body?: object, signal: AbortSignal | null = null): Promise<Answer<T>> {
  try {
    const answer = await fetch(
      path,
      body === undefined
        ? { signal }
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal },
    );
    const json: unknown = await answer.json();
    if (answer.ok) return { value: json as T };
    const { error = `status ${answer.status}` } = json as { error?: string };
    return { error, isUnsure: answer.status >= 500 };
  } catch {
    return { error: TEXT.noAnswer, isUnsure: true };
  }
}

/** Returns a policy with its scope as text for the editor, as `dynamic-deep policy get` writes it. */
export function textOf({ scope, policy }: Pick<PolicyEntry, 'scope' | 'policy'>): string {
  return JSON.stringify({ scope, ...policy }, null, 2);
}

/** Lists the differences between two policies of a scope: path, value before, value after. */
export function differences(before: unknown, after: unknown, path = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differences(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  // JSON.stringify returns undefined for an absent value, whatever its type says.
  const [a, b] = [before, after].map((value) => JSON.stringify(value) as string | undefined);
  return a === b ? [] : [TEXT.policy.changed(path, a ?? TEXT.compression.none, b ?? TEXT.compression.none)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
