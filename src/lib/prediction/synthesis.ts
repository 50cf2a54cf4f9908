/**
 * The synthesis predictor: the edge decodes its own candidates, as speech codecs do, and runs the tasks on the original and on
 * what would be sent. The error is measured over the window's context: the window and those before it as they were sent, up to
 * a record in all. At a record's last window it is the record's own error. Of the candidates that keep the bounds, the cheapest
 * is sent. Its cost is its bytes plus what its errors of the rhythm are worth. Candidates are tried from the largest gain on
 * until the next one's bytes alone cost more. None is skipped, since errors do not fall steadily from rung to rung. A candidate
 * that invents or loses an isolated beat is refused whatever the bounds.
 */
import { keepsBounds, limitsFor, type CommonLimits, type TaskErrors } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import type { Inference } from '../tasks/inference.js';
import type { OwnTasks } from '../tasks/own/own-tasks.js';
import { peaksError } from '../tasks/peaks.js';
import { keepsBeats } from './beats-kept.js';
import { CandidateDecoder } from './candidate-decoder.js';
import { keepOwnBounds } from './own-bounds.js';
import { byGain, ReconstructionBound } from './reconstruction-bound.js';
import { rhythmCost, RhythmReference, type RhythmErrors } from './rhythm-cost.js';
import { joined, SentHistory } from './sent-history.js';

export interface SynthesisOptions extends CommonLimits {
  readonly ladder: Ladder;
  /** Runs the decoder's networks: `DecoderNetworks.decode`, or a worker that calls it. */
  readonly decode: Parameters<typeof runLossy>[1];
  readonly inference: Inference;
  /** Tasks of one's own that bounds may name. */
  readonly ownTasks?: OwnTasks;
}

interface Trial {
  readonly window: WindowCandidates;
  /** Candidates not tried yet, the largest gain first. */
  readonly candidates: RungCandidate[];
  readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  /** Results of the tasks on the original: the classifier's on the context, and the distance map of the window. */
  original: { readonly rhythm: RhythmReference; map?: Float32Array } | undefined;
  /** Cheapest candidate so far that keeps the bounds: with its measured errors, what it decodes to, and its cost in bytes. */
  kept: { readonly candidate: RungCandidate; readonly sent: Float32Array; readonly cost: number } | undefined;
}

/** A trial, the candidate being tried, and what it decodes to. */
interface Asked {
  readonly trial: Trial;
  readonly candidate: RungCandidate;
  readonly sent: Float32Array;
}

/** A candidate that keeps the rhythm's bound and costs less than the cheapest so far of its trial. */
interface Priced extends Asked {
  readonly rhythm: number;
  readonly cost: number;
}

export class SynthesisPredictor {
  readonly #options: SynthesisOptions;
  readonly #decoder: CandidateDecoder;
  readonly #reconstruction: ReconstructionBound;
  readonly #history = new SentHistory();

  constructor(options: SynthesisOptions) {
    this.#options = options;
    this.#decoder = new CandidateDecoder(options.ladder, options.decode);
    this.#reconstruction = new ReconstructionBound(this.#decoder, options);
  }

  /**
   * Returns the candidate that each window takes, its errors measured, or undefined if it goes losslessly. Windows of a stream
   * come in order.
   */
  async choose(windows: readonly WindowCandidates[]): Promise<(RungCandidate | undefined)[]> {
    const chosen = new Map<WindowCandidates, RungCandidate | undefined>();
    const readable = await this.#reconstruction.narrow(windows);
    let waiting = readable;
    while (waiting.length > 0) {
      const round = new Map(waiting.toReversed().map((window) => [window.stream, window]));
      const first = waiting.filter((window) => round.get(window.stream) === window);
      for (const { window, kept } of await this.#round(first)) chosen.set(window, kept?.candidate);
      waiting = waiting.filter((window) => !chosen.has(window));
    }
    return readable.map((window) => chosen.get(window));
  }

  /** Chooses for one window of each stream. */
  async #round(windows: readonly WindowCandidates[]): Promise<Trial[]> {
    const trials = windows.map((window): Trial => {
      const before = this.#history.before(window);
      return { window, candidates: byGain(window.candidates), before, original: undefined, kept: undefined };
    });
    const isOpen = ({ candidates: [next], kept }: Trial): boolean =>
      next !== undefined && (kept === undefined || bytesOf(next) < kept.cost);
    for (let open = trials.filter(isOpen); open.length > 0; open = open.filter(isOpen)) await this.#probe(open);
    for (const { window, kept } of trials) {
      const sent = kept?.sent ?? window.millivolts;
      this.#history.add(window, { original: window.millivolts, sent });
    }
    return trials;
  }

  /** Decodes the next candidate of each trial, and runs the tasks on those that keep the bound on PRDN. */
  async #probe(trials: readonly Trial[]): Promise<void> {
    const asked = trials.map((trial) => ({ trial, candidate: trial.candidates.shift()! }));
    const decoded = await this.#decoder.decode(asked.map(({ trial, candidate }) => [trial.window, candidate]));
    const readable = asked.flatMap((own, i) =>
      this.#reconstruction.keeps(own.trial.window, decoded[i]!) ? [{ ...own, sent: decoded[i]!.sent }] : [],
    );
    const priced = this.#price(readable, await this.#rhythms(readable));
    const errors = await keepOwnBounds(priced, await this.#errors(priced), this.#options);
    priced.forEach(({ trial, candidate, sent, cost }, i) => {
      const predicted = errors[i];
      if (predicted === undefined) return;
      trial.kept = { candidate: { ...candidate, predicted, code: { ...candidate.code, predicted } }, sent, cost };
    });
  }

  /** Returns the candidates that keep the rhythm's bound and cost less than the cheapest so far of their trials. */
  #price(asked: readonly Asked[], rhythms: readonly RhythmErrors[]): Priced[] {
    return asked.flatMap((own, i) => {
      const { window, before, kept } = own.trial;
      const { bounds, tau } = limitsFor(window, this.#options);
      const limit = tau * bounds.rhythm;
      const cost = bytesOf(own.candidate) + rhythmCost(rhythms[i]!, limit, before.length + 1);
      const rhythm = rhythms[i]!.added;
      return rhythm <= limit && cost < (kept?.cost ?? Infinity) ? [{ ...own, rhythm, cost }] : [];
    });
  }

  /**
   * Returns all errors of the priced candidates; RPnet runs on no others. Undefined if another bound is broken or a beat is not
   * kept. Originals that RPnet has not seen yet share its run.
   */
  async #errors(asked: readonly Priced[]): Promise<(TaskErrors | undefined)[]> {
    const fresh = asked.flatMap(({ trial }) => (trial.original!.map === undefined ? [trial] : []));
    const maps = await this.#options.inference.peaks([
      ...fresh.map(({ window }) => window.millivolts),
      ...asked.map(({ sent }) => sent),
    ]);
    fresh.forEach((trial, i) => {
      trial.original!.map = maps[i]!;
    });
    return asked.map(({ trial, rhythm }, i) => {
      const [before, after] = [trial.original!.map!, maps[fresh.length + i]!];
      const { bounds, tau } = limitsFor(trial.window, this.#options);
      const predicted = { rhythm, peaks: peaksError(before, after) };
      return keepsBounds(predicted, bounds, tau) && keepsBeats(before, after) ? predicted : undefined;
    });
  }

  /** Returns the classifier's errors on each context as it would be sent. Originals that it has not seen yet share its run. */
  async #rhythms(asked: readonly Asked[]): Promise<RhythmErrors[]> {
    const fresh = asked.flatMap(({ trial }) => (trial.original === undefined ? [trial] : []));
    const rhythms = await this.#options.inference.rhythm([
      ...fresh.map(({ before, window }) => joined([...before.map(({ original }) => original), window.millivolts])),
      ...asked.map(({ trial, sent }) => contextOf(trial, sent)),
    ]);
    fresh.forEach((trial, i) => {
      trial.original = { rhythm: new RhythmReference(rhythms[i]!, trial.before.length + 1) };
    });
    return asked.map(({ trial }, i) => trial.original!.rhythm.errorsOf(rhythms[fresh.length + i]!));
  }
}

const bytesOf = ({ gain }: RungCandidate): number => 1 / gain;

/** Joins the windows before, as they were sent, and the newest as it would be sent. */
function contextOf({ before }: Trial, newest: Float32Array): Float32Array {
  return joined([...before.map(({ sent }) => sent), newest]);
}
