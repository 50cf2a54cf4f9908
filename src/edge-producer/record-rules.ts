/** What each record of each stream goes by: one policy from its first piece to its last. */
import type { ChoiceLimits } from '../lib/codec/choose.js';
import type { Policy, PolicyInForce } from '../lib/policy/index.js';
import { RECORD } from '../lib/signal/grid.js';
import { isAudited } from './audits.js';

export interface RecordRule {
  /** 0: no policy covers the stream. */
  readonly policyVersion: number;
  /** Null: losslessly. */
  readonly limits: ChoiceLimits | null;
  readonly audited: boolean;
  /** The tasks run on the audits: all records have one then. */
  readonly tasksOnOriginal: boolean;
}

export interface RecordRulesOptions {
  /** The policy that covers a stream now. */
  readonly policyOf: (stream: string) => PolicyInForce | undefined;
  /** Null: this edge cannot keep the policy. */
  readonly limitsOf: (policy: Policy) => ChoiceLimits | null;
  readonly auditSeed: number;
}

const NO_POLICY: RecordRule = { policyVersion: 0, limits: null, audited: false, tasksOnOriginal: false };

export class RecordRules {
  readonly #options: RecordRulesOptions;
  /** Of the record that each stream is in. */
  readonly #current = new Map<string, { readonly epoch: number; readonly record: number; readonly rule: RecordRule }>();

  constructor(options: RecordRulesOptions) {
    this.#options = options;
  }

  /** The rule of the record that model sample `start` belongs to. Pieces of a stream are asked for in order. */
  of(stream: string, epoch: number, start: number): RecordRule {
    const record = Math.floor(start / RECORD);
    const known = this.#current.get(stream);
    if (known?.epoch === epoch && known.record === record) return known.rule;
    const rule = this.#draw(stream, epoch, start);
    this.#current.set(stream, { epoch, record, rule });
    return rule;
  }

  #draw(stream: string, epoch: number, start: number): RecordRule {
    const { policyOf, limitsOf, auditSeed } = this.#options;
    const found = policyOf(stream);
    if (found === undefined) return NO_POLICY;
    const draw = { share: found.policy.auditShare, seed: auditSeed };
    return {
      policyVersion: found.version,
      limits: limitsOf(found.policy),
      audited: isAudited(draw, stream, epoch, start),
      tasksOnOriginal: found.policy.tasksOn === 'originals',
    };
  }
}
