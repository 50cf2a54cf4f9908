/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. Of the candidates that keep the bounds the one goes that costs least: its
 * bytes and what its errors of the rhythm are worth. They are asked about from the largest gain on, since errors do not fall
 * from rung to rung, until the bytes alone cost more. A candidate that invents or loses a beat that stands alone is refused
 * whatever the bounds.
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
  /** Those that bounds may name. */
  readonly ownTasks?: OwnTasks;
}

interface Trial {
  readonly window: WindowCandidates;
  /** Those not asked about yet, the largest gain first. */
  readonly candidates: RungCandidate[];
  readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  /** The tasks on the original: the classifier on the context, and the distance map of the window. */
  original: { readonly rhythm: RhythmReference; map?: Float32Array } | undefined;
  /** The cheapest candidate yet that keeps the bounds, with its errors, what the decoder makes of it, and its cost in bytes. */
  kept: { readonly candidate: RungCandidate; readonly sent: Float32Array; readonly cost: number } | undefined;
}

/** A trial, the candidate it asks about, and what that decodes to. */
interface Asked {
  readonly trial: Trial;
  readonly candidate: RungCandidate;
  readonly sent: Float32Array;
}

/** One that keeps the rhythm's bound, and costs less than what the trial has. */
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

  /** The candidate that each window takes, its errors measured; undefined: losslessly. Windows of a stream come in order. */
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

  /** One window of each stream. */
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

  /** Decodes the next candidate of each trial, and runs the tasks on what keeps the bound on PRDN. */
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

  /** Those that keep the rhythm's bound and cost less than what their trials have. */
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
   * All errors of what has a price: RPnet is shown nothing else. Undefined where another bound is broken, or a beat not kept.
   * Originals that RPnet has not seen yet share its run.
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

  /** The classifier's errors on each context with what would be sent. Originals that it has not heard yet share its run. */
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

/** The windows before as they went, and the newest as it would. */
function contextOf({ before }: Trial, newest: Float32Array): Float32Array {
  return joined([...before.map(({ sent }) => sent), newest]);
}
