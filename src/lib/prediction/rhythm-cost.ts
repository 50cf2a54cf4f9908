/** What errors of the rhythm are worth in bytes, so that no window spends a bound for a byte or two: docs/choosing.md. */
import { WINDOWS_PER_RECORD } from '../signal/grid.js';
import { addedCrossEntropy, decisionsLost, tempered } from '../tasks/rhythm.js';

/** Bytes for all of the limit in a whole record; half of it costs a quarter: what is left matters where little is left. */
const ADDED_BYTES = 100;
/** Bytes for a share of decisions lost in a whole record that is the limit's number: 10 bytes for 1% at a limit of 0.1 nats. */
const LOST_BYTES = 100;
/** Bytes for an error in doubt of a tenth of the limit; by its square too. */
const DOUBT_BYTES = 100;
const DOUBT_SHARE = 0.1;
/** Further temperature at which a clear decision is one in doubt. */
const DOUBT_TEMPERATURE = 4;

/** What compression adds to the classifier's answers to a context, means over its steps. */
export interface RhythmErrors {
  /** Added cross-entropy, nats. */
  readonly added: number;
  /** Share of right decisions that the changed ones are expected to cost. */
  readonly lost: number;
  /** Added cross-entropy, nats, were the decisions in doubt: windows to come may put them there. 0 where none is to come. */
  readonly inDoubt: number;
}

/** The classifier's answer [steps x 4] to the original of a context, and what an answer to what would be sent adds to it. */
export class RhythmReference {
  readonly #probabilities: Float32Array;
  readonly #inDoubt: Float32Array | undefined;

  /** @param windows of the context, the newest included */
  constructor(probabilities: Float32Array, windows: number) {
    this.#probabilities = probabilities;
    if (windows < WINDOWS_PER_RECORD) this.#inDoubt = tempered(probabilities, DOUBT_TEMPERATURE);
  }

  /** What the classifier's answer to what would be sent adds. */
  errorsOf(sent: Float32Array): RhythmErrors {
    const added = addedCrossEntropy(this.#probabilities, sent);
    const lost = decisionsLost(this.#probabilities, sent);
    if (this.#inDoubt === undefined) return { added, lost, inDoubt: 0 };
    return { added, lost, inDoubt: addedCrossEntropy(this.#inDoubt, tempered(sent, DOUBT_TEMPERATURE)) };
  }
}

/**
 * The errors' worth in bytes; no number where an error is none, or the limit is 0.
 *
 * @param limit nats that the added cross-entropy may reach: tau times the bound
 * @param windows of the context, the newest included: errors are means over them, and a record has five
 */
export function rhythmCost({ added, lost, inDoubt }: RhythmErrors, limit: number, windows: number): number {
  const bytes =
    ADDED_BYTES * (added / limit) ** 2 +
    LOST_BYTES * (lost / limit) +
    DOUBT_BYTES * (inDoubt / (DOUBT_SHARE * limit)) ** 2;
  return (bytes * windows) / WINDOWS_PER_RECORD;
}
