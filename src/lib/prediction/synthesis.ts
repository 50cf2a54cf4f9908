/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. A candidate that puts a beat into a silence of the original is refused
 * whatever the bounds: it would hide asystole, or make a slow heart look faster.
 */
import { chooseRung, type Bounds } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import { DynamicDeepError } from '../errors/index.js';
import type { Inference } from '../tasks/inference.js';
import { peaksError, pickPeaks } from '../tasks/peaks.js';
import { addedCrossEntropy } from '../tasks/rhythm.js';
import { CandidateDecoder, type DecodedCandidate } from './candidate-decoder.js';
import { CandidateSearch } from './candidate-search.js';
import { byGain, ReconstructionBound } from './reconstruction-bound.js';
import { joined, SentHistory } from './sent-history.js';

export interface SynthesisOptions {
  readonly ladder: Ladder;
  readonly bounds: Bounds;
  /** Share of a task's bound that the error may reach; PRDN is known exactly, and may reach its own. */
  readonly tau: number;
  /** Runs the decoder's networks: `DecoderNetworks.decode`, or a worker that calls it. */
  readonly decode: Parameters<typeof runLossy>[1];
  readonly inference: Inference;
}

/** Throws MODEL_INVALID where the codec was never measured with the predictor. `models` is named in the message. */
export function requireSynthesisTau({ synthesisTau }: Pick<Ladder, 'synthesisTau'>, models: string): number {
  if (synthesisTau !== undefined) return synthesisTau;
  throw new DynamicDeepError(
    'MODEL_INVALID',
    `the codec of ${models} was never measured with the synthesis predictor: take --predictor dense`,
  );
}

/** A beat so far from every beat of the original stands in a silence: 0.6 s at 300 Hz. */
const SILENCE = 180;

interface Trial {
  readonly window: WindowCandidates;
  readonly search: CandidateSearch<RungCandidate>;
  readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  /** The tasks on the original. */
  readonly rhythm: Float32Array;
  readonly map: Float32Array;
  readonly beats: readonly number[];
  /** The best candidate so far, with its errors and what the decoder makes of it. */
  kept: { readonly candidate: RungCandidate; readonly sent: Float32Array } | undefined;
}

const NOTHING = new Float32Array();

export class SynthesisPredictor {
  readonly #options: SynthesisOptions;
  readonly #decoder: CandidateDecoder;
  readonly #reconstruction: ReconstructionBound;
  readonly #history = new SentHistory();

  constructor(options: SynthesisOptions) {
    this.#options = options;
    this.#decoder = new CandidateDecoder(options.ladder, options.decode);
    this.#reconstruction = new ReconstructionBound(this.#decoder, options.bounds.reconstruction);
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
    const trials = await this.#begin(windows);
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

  /** Runs the tasks on the originals, where there is a candidate to compare them with. */
  async #begin(windows: readonly WindowCandidates[]): Promise<Trial[]> {
    const { inference } = this.#options;
    const begun = windows.map((window) => ({
      ...{ window, past: this.#history.before(window.stream, window.start) },
      candidates: byGain(window.candidates),
    }));
    const open = begun.filter(({ candidates }) => candidates.length > 0);
    const contexts = open.map(({ window, past }) =>
      joined([...past.windows.map(({ original }) => original), window.millivolts]),
    );
    const rhythms = (await inference.rhythm(contexts))[Symbol.iterator]();
    const maps = (await inference.peaks(open.map(({ window }) => window.millivolts)))[Symbol.iterator]();
    return begun.map(({ window, past, candidates }): Trial => {
      const asks = candidates.length > 0;
      const [rhythm, map] = asks ? [rhythms.next().value!, maps.next().value!] : [NOTHING, NOTHING];
      const search = new CandidateSearch(candidates, placeToBegin(candidates, past.rung));
      return { window, search, before: past.windows, rhythm, map, beats: pickPeaks(map), kept: undefined };
    });
  }

  /** Decodes the next candidate of each trial, and runs the tasks on those that keep the bound on PRDN. */
  async #probe(trials: readonly Trial[]): Promise<void> {
    const decoded = await this.#decoder.decode(trials.map(({ window, search }) => [window, search.next!]));
    const readable = trials.flatMap((trial, i) => {
      const own = decoded[i]!;
      if (this.#reconstruction.keeps(own)) return [{ trial, own }];
      trial.search.tell(false);
      return [];
    });
    if (readable.length > 0) await this.#ask(readable);
  }

  /** Runs the tasks on the next candidate of each trial. */
  async #ask(asked: readonly { readonly trial: Trial; readonly own: DecodedCandidate }[]): Promise<void> {
    const { inference, bounds, tau } = this.#options;
    const rhythms = await inference.rhythm(
      asked.map(({ trial, own }) => joined([...trial.before.map((past) => past.sent), own.sent])),
    );
    const maps = await inference.peaks(asked.map(({ own }) => own.sent));
    asked.forEach(({ trial, own: { sent } }, i) => {
      const candidate = trial.search.next!;
      const predicted = {
        rhythm: addedCrossEntropy(trial.rhythm, rhythms[i]!),
        peaks: peaksError(trial.map, maps[i]!),
      };
      const measured = { ...candidate, predicted, code: { ...candidate.code, predicted } };
      const keepsSilence = pickPeaks(maps[i]!).every((beat) =>
        trial.beats.some((own) => Math.abs(own - beat) < SILENCE),
      );
      const keeps = keepsSilence && chooseRung([measured], bounds, tau) !== undefined;
      trial.search.tell(keeps);
      if (keeps) trial.kept = { candidate: measured, sent };
    });
  }
}

/** Where the last window ended; where its rung has become too coarse, at the coarsest that has not. */
function placeToBegin(candidates: readonly RungCandidate[], last: number | undefined): number | undefined {
  if (last === undefined) return undefined;
  return Math.max(0, candidates.findIndex(({ rung }) => rung === last)); // prettier-ignore
}
