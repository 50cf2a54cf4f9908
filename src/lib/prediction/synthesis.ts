/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. A candidate that invents or loses a beat that stands alone is refused
 * whatever the bounds.
 */
import { chooseRung, limitsFor, type CommonLimits, type TaskErrors } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import type { Inference } from '../tasks/inference.js';
import type { OwnTasks } from '../tasks/own/own-tasks.js';
import { peaksError } from '../tasks/peaks.js';
import { addedCrossEntropy } from '../tasks/rhythm.js';
import { keepsBeats } from './beats-kept.js';
import { CandidateDecoder } from './candidate-decoder.js';
import { CandidateSearch } from './candidate-search.js';
import { keepOwnBounds } from './own-bounds.js';
import { byGain, ReconstructionBound } from './reconstruction-bound.js';
import { rhythmLimit } from './rhythm-limit.js';
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
  readonly search: CandidateSearch<RungCandidate>;
  readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  /** The tasks on the original: class probabilities of the context, and the distance map of the window. */
  original: { rhythm: Float32Array; map?: Float32Array } | undefined;
  /** Error of the context if this window went losslessly; unknown until a candidate's is too large. */
  spent: number | undefined;
  /** The best candidate so far, with its errors and what the decoder makes of it. */
  kept: { readonly candidate: RungCandidate; readonly sent: Float32Array } | undefined;
}

/** A trial, and what its next candidate decodes to. */
interface Asked {
  readonly trial: Trial;
  readonly sent: Float32Array;
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
      const before = this.#history.before(window.stream, window.start);
      const candidates = byGain(window.candidates);
      const search = new CandidateSearch(candidates, placeToBegin(candidates, before.rung));
      const spent = before.windows.every((past) => past.sent === past.original) ? 0 : undefined;
      return { window, search, before: before.windows, original: undefined, spent, kept: undefined };
    });
    for (let open = trials; open.length > 0;) {
      open = open.filter(({ search }) => search.next !== undefined);
      if (open.length > 0) await this.#probe(open);
    }
    for (const { window, kept } of trials) {
      const sent = kept?.sent ?? window.millivolts;
      this.#history.add(window.stream, window.start, { original: window.millivolts, sent, rung: kept?.candidate.rung });
    }
    return trials;
  }

  /** Decodes the next candidate of each trial, and runs the tasks on those that keep the bound on PRDN. */
  async #probe(trials: readonly Trial[]): Promise<void> {
    const decoded = await this.#decoder.decode(trials.map(({ window, search }) => [window, search.next!]));
    const readable = trials.flatMap((trial, i) =>
      this.#reconstruction.keeps(trial.window, decoded[i]!) ? [{ trial, sent: decoded[i]!.sent }] : [],
    );
    const errors = await keepOwnBounds(readable, await this.#errors(readable), this.#options);
    trials.forEach((trial) => {
      const place = readable.findIndex((own) => own.trial === trial);
      const candidate = trial.search.next!;
      const predicted = errors[place];
      trial.search.tell(predicted !== undefined);
      if (predicted === undefined) return;
      const measured = { ...candidate, predicted, code: { ...candidate.code, predicted } };
      trial.kept = { candidate: measured, sent: readable[place]!.sent };
    });
  }

  /**
   * Errors of what would be sent; undefined where a bound is broken. Originals that were not asked about yet share the
   * runs of the networks, which cost little more for twice the rows; what breaks the rhythm's bound is not shown to RPnet.
   */
  async #errors(asked: readonly Asked[]): Promise<(TaskErrors | undefined)[]> {
    const { inference } = this.#options;
    if (asked.length === 0) return [];
    const added = await this.#added(asked);
    const limits = await this.#rhythmLimits(asked, added);
    const open = asked.filter((_, i) => added[i]! <= limits[i]!);
    const fresh = open.flatMap(({ trial }) => (trial.original!.map === undefined ? [trial] : []));
    const maps = await inference.peaks([
      ...fresh.map(({ window }) => window.millivolts),
      ...open.map(({ sent }) => sent),
    ]);
    fresh.forEach((trial, i) => {
      trial.original!.map = maps[i]!;
    });
    return asked.map((own, i) => {
      const place = open.indexOf(own);
      if (place < 0) return undefined;
      const before = own.trial.original!.map!;
      const map = maps[fresh.length + place]!;
      const errors = { rhythm: added[i]!, peaks: peaksError(before, map) };
      const { bounds, tau } = limitsFor(own.trial.window, this.#options);
      // The rhythm was judged above, by what its own limit is.
      const others = { ...bounds, rhythm: Infinity };
      const kept = chooseRung([{ ...own.trial.search.next!, predicted: errors }], others, tau);
      return keepsBeats(before, map) ? kept?.predicted : undefined;
    });
  }

  /** Added cross-entropy of each context with what would be sent, nats. */
  async #added(asked: readonly Asked[]): Promise<number[]> {
    const fresh = asked.flatMap(({ trial }) => (trial.original === undefined ? [trial] : []));
    const rhythms = await this.#options.inference.rhythm([
      ...fresh.map(({ before, window }) => joined([...before.map(({ original }) => original), window.millivolts])),
      ...asked.map(({ trial, sent }) => contextOf(trial, sent)),
    ]);
    fresh.forEach((trial, i) => {
      trial.original = { rhythm: rhythms[i]! };
    });
    return asked.map(({ trial }, i) => addedCrossEntropy(trial.original!.rhythm, rhythms[fresh.length + i]!));
  }

  /** What the added cross-entropy of each may reach. What is spent already is asked about where that decides. */
  async #rhythmLimits(asked: readonly Asked[], added: readonly number[]): Promise<number[]> {
    const limitOf = ({ trial }: Asked, spent: number): number => {
      const { bounds, tau } = limitsFor(trial.window, this.#options);
      return rhythmLimit({ bound: bounds.rhythm, tau, windows: trial.before.length + 1, spent });
    };
    const unsure = asked.filter(
      (own, i) => own.trial.spent === undefined && added[i]! > limitOf(own, 0) && added[i]! <= limitOf(own, Infinity),
    );
    const losslessly = await this.#options.inference.rhythm(
      unsure.map(({ trial }) => contextOf(trial, trial.window.millivolts)),
    );
    unsure.forEach(({ trial }, i) => {
      trial.spent = addedCrossEntropy(trial.original!.rhythm, losslessly[i]!);
    });
    return asked.map((own) => limitOf(own, own.trial.spent ?? 0));
  }
}

/** The windows before as they went, and the newest as it would. */
function contextOf({ before }: Trial, newest: Float32Array): Float32Array {
  return joined([...before.map(({ sent }) => sent), newest]);
}

/** Where the last window ended; where its rung has become too coarse, at the coarsest that has not. */
function placeToBegin(candidates: readonly RungCandidate[], last: number | undefined): number | undefined {
  if (last === undefined) return undefined;
  return Math.max(0, candidates.findIndex(({ rung }) => rung === last)); // prettier-ignore
}
