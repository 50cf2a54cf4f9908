/** The rule that each record of a stream is sent by: one policy from its first piece to its last. */
import type { ChoiceLimits } from '../lib/codec/choose.js';
import type { Policy, PolicyInForce } from '../lib/policy/index.js';
import { RECORD } from '../lib/signal/grid.js';
import { isAudited } from './audits.js';

export interface RecordRule {
  /** 0 if no policy covers the stream. */
  readonly policyVersion: number;
  /** Null if the record is sent losslessly. */
  readonly limits: ChoiceLimits | null;
  readonly audited: boolean;
  /** The tasks run on the originals in the audits; the policy then audits every record. */
  readonly tasksOnOriginal: boolean;
}

export interface RecordRulesOptions {
  /** The policy that covers a stream now. */
  readonly policyOf: (stream: string) => PolicyInForce | undefined;
  /** Null if this edge cannot keep the policy. */
  readonly limitsOf: (policy: Policy) => ChoiceLimits | null;
  readonly auditSeed: number;
}

const NO_POLICY: RecordRule = { policyVersion: 0, limits: null, audited: false, tasksOnOriginal: false };

export class RecordRules {
  readonly #options: RecordRulesOptions;
  /** Rule of the record that each stream is in, by stream. */
  readonly #current = new Map<string, { readonly epoch: number; readonly record: number; readonly rule: RecordRule }>();

  constructor(options: RecordRulesOptions) {
    this.#options = options;
  }

  /** Returns the rule of the record that contains model sample `start`. A stream's pieces must be asked for in order. */
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
