/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. Candidates are asked about from the largest gain on, since the error does
 * not fall from rung to rung: where a fine one fails a coarser one often passes. A candidate that invents or loses a beat
 * that stands alone is refused whatever the bounds.
 */
import { chooseRung, limitsFor, type CommonLimits, type TaskErrors } from '../codec/choose.js';
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
import { isWithin, RhythmReference, rhythmLimits, type RhythmErrors } from './rhythm-limit.js';
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
  /** Errors of the context if this window went losslessly; unknown until a candidate's are too large. */
  spent: RhythmErrors | undefined;
  /** The first candidate that keeps the bounds, with its errors and what the decoder makes of it. */
  kept: { readonly candidate: RungCandidate; readonly sent: Float32Array } | undefined;
}

/** A trial, the candidate it asks about, and what that decodes to. */
interface Asked {
  readonly trial: Trial;
  readonly candidate: RungCandidate;
  readonly sent: Float32Array;
}

/** Spent where every window before went losslessly; and what gives the largest limits there are. */
const NOTHING: RhythmErrors = { added: 0, inDoubt: 0 };
const ANYTHING: RhythmErrors = { added: Infinity, inDoubt: Infinity };

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
      const spent = before.every((past) => past.sent === past.original) ? NOTHING : undefined;
      return { window, candidates: byGain(window.candidates), before, original: undefined, spent, kept: undefined };
    });
    const isOpen = ({ candidates, kept }: Trial): boolean => kept === undefined && candidates.length > 0;
    for (let open = trials.filter(isOpen); open.length > 0; open = open.filter(isOpen)) await this.#probe(open);
    for (const { window, kept } of trials) {
      const sent = kept?.sent ?? window.millivolts;
      this.#history.add(window.stream, window.start, { original: window.millivolts, sent });
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
    const errors = await keepOwnBounds(readable, await this.#errors(readable), this.#options);
    readable.forEach(({ trial, candidate, sent }, i) => {
      const predicted = errors[i];
      if (predicted === undefined) return;
      trial.kept = { candidate: { ...candidate, predicted, code: { ...candidate.code, predicted } }, sent };
    });
  }

  /**
   * Errors of what would be sent; undefined where a bound is broken. Originals that were not asked about yet share the
   * runs of the networks, which cost little more for twice the rows; what breaks the rhythm's bound is not shown to RPnet.
   */
  async #errors(asked: readonly Asked[]): Promise<(TaskErrors | undefined)[]> {
    const { inference } = this.#options;
    if (asked.length === 0) return [];
    const rhythms = await this.#rhythms(asked);
    const limits = await this.#rhythmLimits(asked, rhythms);
    const open = asked.filter((_, i) => isWithin(rhythms[i]!, limits[i]!));
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
      const errors = { rhythm: rhythms[i]!.added, peaks: peaksError(before, map) };
      const { bounds, tau } = limitsFor(own.trial.window, this.#options);
      // The rhythm was judged above, by what its own limit is.
      const others = { ...bounds, rhythm: Infinity };
      const kept = chooseRung([{ ...own.candidate, predicted: errors }], others, tau);
      return keepsBeats(before, map) ? kept?.predicted : undefined;
    });
  }

  /** The classifier's errors on each context with what would be sent. */
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

  /** What the errors of each may reach. What is spent already is asked about where that decides. */
  async #rhythmLimits(asked: readonly Asked[], rhythms: readonly RhythmErrors[]): Promise<RhythmErrors[]> {
    const limitsOf = ({ trial }: Asked, spent: RhythmErrors): RhythmErrors => {
      const { bounds, tau } = limitsFor(trial.window, this.#options);
      return rhythmLimits({ bound: bounds.rhythm, tau, windows: trial.before.length + 1, spent });
    };
    const unsure = asked.filter((own, i) => {
      if (own.trial.spent !== undefined || isWithin(rhythms[i]!, limitsOf(own, NOTHING))) return false;
      return isWithin(rhythms[i]!, limitsOf(own, ANYTHING));
    });
    const losslessly = await this.#options.inference.rhythm(
      unsure.map(({ trial }) => contextOf(trial, trial.window.millivolts)),
    );
    unsure.forEach(({ trial }, i) => {
      trial.spent = trial.original!.rhythm.errorsOf(losslessly[i]!);
    });
    return asked.map((own) => limitsOf(own, own.trial.spent ?? NOTHING));
  }
}

/** The windows before as they went, and the newest as it would. */
function contextOf({ before }: Trial, newest: Float32Array): Float32Array {
  return joined([...before.map(({ sent }) => sent), newest]);
}
