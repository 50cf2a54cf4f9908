/** Outcomes of the tasks on records as really sent: the whole-record protocol on exactly their 35 steps. */
import { joinNative, joinStretches } from '../../../lib/signal/model-rate.js';
import type { Inference } from '../../../lib/tasks/inference.js';
import { peaksError, pickPeaks } from '../../../lib/tasks/peaks.js';
import { prdn } from '../../../lib/tasks/reconstruction.js';
import { addedCrossEntropy, crossEntropy } from '../../../lib/tasks/rhythm.js';
import { comparePeaks, type PeakOutcome } from '../peak-scores.js';
import type { CodedRecord } from './coded-record.js';
import type { Sent } from './parts.js';

export interface Outcome {
  /** Class probabilities [35 x 4] on the decoded signal; `original` holds those on the original signal. */
  readonly probabilities: Float32Array;
  readonly original: Float32Array;
  /** Added cross-entropy, nats. */
  readonly rhythm: number;
  /** Cross-entropy against the record's label, nats: the paper's error. */
  readonly crossEntropy: number;
  /** Loss between the distance maps of original and decoded signal. */
  readonly peaks: number;
  /** Peaks on the decoded signal against those on the original. */
  readonly beats: PeakOutcome;
  /** Percent at the native rate: `prd` with the mean left in, `prdn` with it removed, `relative` as in the paper. */
  readonly prd: number;
  readonly prdn: number;
  /** Null if the original is constant and was not kept exactly. */
  readonly relative: number | null;
}

interface Reference {
  readonly probabilities: Float32Array;
  readonly map: Float32Array;
  readonly native: Float32Array;
  readonly outcomes: Map<string, Outcome>;
}

/** Runs the tasks once for each way in which a record was sent; ways that decode to the same samples share a run. */
export class Outcomes {
  readonly #inference: Inference;
  readonly #references = new WeakMap<CodedRecord, Reference>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Returns the outcome of a way that `measure` was called with before; throws an Error for any other. */
  of(coded: CodedRecord, sent: Sent): Outcome {
    const outcome = this.#references.get(coded)?.outcomes.get(keyOf(sent));
    if (outcome === undefined) throw new Error(`the outcome of ${coded.record.name} was never measured`);
    return outcome;
  }

  /** Measures the ways that are not known yet, in as few runs of the networks as possible. */
  async measure(ways: readonly (readonly [coded: CodedRecord, sent: Sent])[]): Promise<void> {
    await this.#measureOriginals([...new Set(ways.map(([coded]) => coded))]);
    const open = new Map<string, { coded: CodedRecord; sent: Sent; reference: Reference; key: string }>();
    for (const [coded, sent] of ways) {
      const reference = this.#references.get(coded)!;
      const key = keyOf(sent);
      if (!reference.outcomes.has(key)) open.set(`${coded.record.name} ${key}`, { coded, sent, reference, key });
    }
    const todo = [...open.values()];
    const signals = todo.map(({ sent }) => joinStretches(sent.map(({ stretch }) => stretch)));
    const [probabilities, maps] = [await this.#inference.rhythm(signals), await this.#inference.peaks(signals)];
    todo.forEach(({ coded, sent, reference, key }, i) => {
      const native = joinNative(
        sent.map(({ stretch }) => stretch),
        coded.record.lead.rate,
      );
      const decoded = { probabilities: probabilities[i]!, map: maps[i]!, native };
      reference.outcomes.set(key, compare(coded.record.label, reference, decoded));
    });
  }

  async #measureOriginals(records: readonly CodedRecord[]): Promise<void> {
    const fresh = records.filter((coded) => !this.#references.has(coded));
    const signals = fresh.map(({ record }) => joinStretches([record.original]));
    const [probabilities, maps] = [await this.#inference.rhythm(signals), await this.#inference.peaks(signals)];
    fresh.forEach((coded, i) => {
      const { original, label, lead } = coded.record;
      const reference = {
        probabilities: probabilities[i]!,
        map: maps[i]!,
        native: joinNative([original], lead.rate),
        outcomes: new Map<string, Outcome>(),
      };
      // A lossless way adds no error. It is not run, since networks may answer equal rows of a batch a last bit apart.
      reference.outcomes.set(EXACT, compare(label, reference, reference));
      this.#references.set(coded, reference);
    });
  }
}

const EXACT = 'exact';

/** Returns a key; ways with the same key decode to the same samples. */
function keyOf(sent: Sent): string {
  if (sent.every(({ lossless }) => lossless)) return EXACT;
  return sent.map(({ name, lossless }) => (lossless ? EXACT : name)).join(' ');
}

type Signal = Pick<Reference, 'probabilities' | 'map' | 'native'>;

function compare(label: number, original: Signal, decoded: Signal): Outcome {
  return {
    probabilities: decoded.probabilities,
    original: original.probabilities,
    rhythm: addedCrossEntropy(original.probabilities, decoded.probabilities),
    crossEntropy: crossEntropy(decoded.probabilities, label),
    peaks: peaksError(original.map, decoded.map),
    beats: comparePeaks(pickPeaks(original.map), pickPeaks(decoded.map)),
    prd: prd(original.native, decoded.native),
    prdn: prdn(original.native, decoded.native),
    relative: relativeError(original.native, decoded.native),
  };
}

/** Returns the percentage root-mean-square difference in millivolts with the mean left in. */
function prd(original: Float32Array, decoded: Float32Array): number {
  let error = 0;
  let energy = 0;
  original.forEach((v, i) => {
    error += (v - decoded[i]!) ** 2;
    energy += v ** 2;
  });
  return error === 0 ? 0 : 100 * Math.sqrt(error / energy);
}

/**
 * Returns the paper's relative error in percent, eq. (1): |x - y| / x. The paper scales signals to 0..1, so single quotients
 * divide by samples near 0 and their mean is meaningless. Sums are divided here instead: 100 sum |x - y| / sum (x - min x).
 * Null for a constant line that was not kept exactly, where the divisor is 0.
 */
function relativeError(original: Float32Array, decoded: Float32Array): number | null {
  const lowest = original.reduce((low, v) => Math.min(low, v), Infinity);
  let error = 0;
  let size = 0;
  original.forEach((v, i) => {
    error += Math.abs(v - decoded[i]!);
    size += v - lowest;
  });
  if (error === 0) return 0;
  return size === 0 ? null : (100 * error) / size;
}
