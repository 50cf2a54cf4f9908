/**
 * The policies on ecg.policy, built change by change in the order of its one partition. Every reader reaches the same view: the
 * order of the log decides between changes that were made at the same time.
 */
import type { PolicyChange } from '../wire/index.js';
import { mistakesOf, policySchema, type Policy } from './policy.js';
import { scopeSchema, scopesOf, type Covered } from './scope.js';

/** A change that is in force, or was. */
export interface PolicyVersion extends Omit<PolicyChange, 'policy'> {
  /** Null: the scope has no policy of its own from here on. */
  readonly policy: Policy | null;
}

/** A version with a policy. */
export type PolicyInForce = PolicyVersion & { readonly policy: Policy };

/** `late`: another change took the version first; its writer notices that. `invalid`: not a valid policy, whoever wrote it. */
export interface Refusal {
  readonly reason: 'late' | 'invalid';
  readonly mistakes: readonly string[];
}

export class PolicyLog {
  readonly #versions = new Map<number, PolicyVersion>();
  readonly #newest = new Map<string, PolicyVersion>();
  #version = 0;

  /** Takes the next change of the log. A refused change leaves everything as it was. */
  take(change: PolicyChange): PolicyVersion | Refusal {
    const scope = scopeSchema.safeParse(change.scope);
    const policy = policySchema.nullable().safeParse(change.policy);
    const mistakes = [
      ...(scope.success ? [] : [`scope: ${change.scope.slice(0, 100)} ${scope.error.issues[0]?.message ?? ''}`]),
      ...(policy.success ? [] : mistakesOf(policy.error)),
      ...(change.version >= 1 ? [] : [`version: is ${change.version}; allowed: from 1`]),
    ];
    if (mistakes.length > 0 || !policy.success) return { reason: 'invalid', mistakes };
    if (change.version <= this.#version) {
      return { reason: 'late', mistakes: [`version: is ${change.version}; the newest is ${this.#version}`] };
    }
    const version = { ...change, policy: policy.data };
    this.#version = change.version;
    this.#versions.set(change.version, version);
    this.#newest.set(change.scope, version);
    return version;
  }

  /** The newest version; 0 if there is none. */
  get newest(): number {
    return this.#version;
  }

  /** The newest change of a scope. */
  current(scope: string): PolicyVersion | undefined {
    return this.#newest.get(scope);
  }

  /** The change that took this version. */
  version(version: number): PolicyVersion | undefined {
    return this.#versions.get(version);
  }

  /** The policy that covers a stream; undefined: the stream is to be sent losslessly. */
  covering(stream: Covered): PolicyInForce | undefined {
    return scopesOf(stream)
      .map((scope) => this.#newest.get(scope))
      .find(isInForce);
  }

  /** Policies in force, sorted by scope. */
  inForce(): PolicyInForce[] {
    return [...this.#newest.values()].filter(isInForce).sort((a, b) => (a.scope < b.scope ? -1 : 1));
  }

  /** Every version, the oldest first. */
  history(): PolicyVersion[] {
    return [...this.#versions.values()];
  }
}

function isInForce(version: PolicyVersion | undefined): version is PolicyInForce {
  return version !== undefined && version.policy !== null;
}
