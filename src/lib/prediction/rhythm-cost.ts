/** Prices errors of the rhythm in bytes, so that no window spends a bound to save a byte or two: docs/choosing.md. */
import { WINDOWS_PER_RECORD } from '../signal/grid.js';
import { addedCrossEntropy, decisionsLost, tempered } from '../tasks/rhythm.js';

/**
 * Bytes that an added cross-entropy of the whole limit costs over a whole record. Half of it costs a quarter: what is left of
 * the limit matters when little is left.
 */
const ADDED_BYTES = 100;
/**
 * Bytes that a share of lost decisions equal in number to the limit costs over a whole record: 10 bytes for 1% at a limit of
 * 0.1 nats.
 */
const LOST_BYTES = 100;
/** Bytes that an error in doubt of a tenth of the limit costs; this cost grows with the square too. */
const DOUBT_BYTES = 100;
const DOUBT_SHARE = 0.1;
/** Additional temperature that turns a clear decision into one in doubt. */
const DOUBT_TEMPERATURE = 4;

/** Errors that compression adds to the classifier's answers on a context: means over its steps. */
export interface RhythmErrors {
  /** Added cross-entropy, nats. */
  readonly added: number;
  /** Expected share of right decisions lost, through decisions that changed. */
  readonly lost: number;
  /** Added cross-entropy if the decisions were in doubt, as later windows may make them, in nats; 0 if no window is to come. */
  readonly inDoubt: number;
}

/**
 * Holds the classifier's answer [steps x 4] on the original of a context, and measures the errors of its answers on what would
 * be sent.
 */
export class RhythmReference {
  readonly #probabilities: Float32Array;
  readonly #inDoubt: Float32Array | undefined;

  /** @param windows number of windows in the context, including the newest */
  constructor(probabilities: Float32Array, windows: number) {
    this.#probabilities = probabilities;
    if (windows < WINDOWS_PER_RECORD) this.#inDoubt = tempered(probabilities, DOUBT_TEMPERATURE);
  }

  /** Returns the errors of the classifier's answer on what would be sent. */
  errorsOf(sent: Float32Array): RhythmErrors {
    const added = addedCrossEntropy(this.#probabilities, sent);
    const lost = decisionsLost(this.#probabilities, sent);
    if (this.#inDoubt === undefined) return { added, lost, inDoubt: 0 };
    return { added, lost, inDoubt: addedCrossEntropy(this.#inDoubt, tempered(sent, DOUBT_TEMPERATURE)) };
  }
}

/**
 * Returns the cost of the errors in bytes. It is not finite if an error is NaN or the limit is 0.
 *
 * @param limit nats that the added cross-entropy may reach: tau times the bound
 * @param windows number of windows in the context, including the newest: errors are means over them, and a record has five
 */
export function rhythmCost({ added, lost, inDoubt }: RhythmErrors, limit: number, windows: number): number {
  const bytes =
    ADDED_BYTES * (added / limit) ** 2 +
    LOST_BYTES * (lost / limit) +
    DOUBT_BYTES * (inDoubt / (DOUBT_SHARE * limit)) ** 2;
  return (bytes * windows) / WINDOWS_PER_RECORD;
}
