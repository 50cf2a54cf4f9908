/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. A candidate that puts a beat into a silence of the original is refused
 * whatever the bounds: it would hide asystole, or make a slow heart look faster.
 */
import { chooseRung, type TaskBounds } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import { isLossy, readSegment, runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import { STEPS_PER_MILLIVOLT } from '../codec/window-scale.js';
import { DynamicDeepError } from '../errors/index.js';
import { WINDOW } from '../signal/grid.js';
import type { Inference } from '../tasks/inference.js';
import { peaksError, pickPeaks } from '../tasks/peaks.js';
import { addedCrossEntropy } from '../tasks/rhythm.js';
import { CandidateSearch } from './candidate-search.js';
import { joined, SentHistory } from './sent-history.js';

export interface SynthesisOptions {
  readonly ladder: Ladder;
  /** Of the windows that have no limits of their own, and the share of a bound that the error may reach. */
  readonly bounds?: TaskBounds;
  readonly tau?: number;
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

export class SynthesisPredictor {
  readonly #options: SynthesisOptions;
  readonly #history = new SentHistory();

  constructor(options: SynthesisOptions) {
    this.#options = options;
  }

  /** The candidate that each window takes, its errors measured; undefined: losslessly. Windows of a stream come in order. */
  async choose(windows: readonly WindowCandidates[]): Promise<(RungCandidate | undefined)[]> {
    const chosen = new Map<WindowCandidates, RungCandidate | undefined>();
    let waiting = windows;
    while (waiting.length > 0) {
      const round = new Map(waiting.toReversed().map((window) => [window.stream, window]));
      const first = waiting.filter((window) => round.get(window.stream) === window);
      for (const { window, kept } of await this.#round(first)) chosen.set(window, kept?.candidate);
      waiting = waiting.filter((window) => !chosen.has(window));
    }
    return windows.map((window) => chosen.get(window));
  }

  /** One window of each stream. */
  async #round(windows: readonly WindowCandidates[]): Promise<Trial[]> {
    const { inference } = this.#options;
    const befores = windows.map(({ stream, start }) => this.#history.before(stream, start));
    const contexts = windows.map(({ millivolts }, i) =>
      joined([...befores[i]!.windows.map(({ original }) => original), millivolts]),
    );
    const rhythms = await inference.rhythm(contexts);
    const maps = await inference.peaks(windows.map(({ millivolts }) => millivolts));
    const trials = windows.map((window, i): Trial => {
      const byBytes = [...window.candidates].sort((a, b) => b.gain - a.gain);
      const from = byBytes.findIndex(({ rung }) => rung === befores[i]!.rung);
      const search = new CandidateSearch(byBytes, from < 0 ? undefined : from);
      return {
        window,
        search,
        before: befores[i]!.windows,
        rhythm: rhythms[i]!,
        map: maps[i]!,
        beats: pickPeaks(maps[i]!),
        kept: undefined,
      };
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

  /** Decodes the next candidate of each trial and runs the tasks on it. */
  async #probe(trials: readonly Trial[]): Promise<void> {
    const { inference } = this.#options;
    const sent = await this.#decode(trials);
    const rhythms = await inference.rhythm(
      trials.map(({ before }, i) => joined([...before.map((past) => past.sent), sent[i]!])),
    );
    const maps = await inference.peaks(sent);
    trials.forEach((trial, i) => {
      const candidate = trial.search.next!;
      const predicted = {
        rhythm: addedCrossEntropy(trial.rhythm, rhythms[i]!),
        peaks: peaksError(trial.map, maps[i]!),
      };
      const measured = { ...candidate, predicted, code: { ...candidate.code, predicted } };
      const keepsSilence = pickPeaks(maps[i]!).every((beat) =>
        trial.beats.some((own) => Math.abs(own - beat) < SILENCE),
      );
      const { bounds, tau } = trial.window.limits ?? this.#options;
      const isKept = bounds && tau !== undefined && chooseRung([measured], bounds, tau) !== undefined;
      const keeps = keepsSilence && isKept === true;
      trial.search.tell(keeps);
      if (keeps) trial.kept = { candidate: measured, sent: sent[i]! };
    });
  }

  /** Millivolts of each trial's next candidate, from its very bytes. */
  async #decode(trials: readonly Trial[]): Promise<Float32Array[]> {
    const { ladder, decode } = this.#options;
    const read = trials.map(({ window: { start, lead }, search }) => {
      const { rung, code } = search.next!;
      return readSegment(ladder, { rung, start, length: WINDOW, payload: code.payload }, lead);
    });
    const lossy = await runLossy(read.filter(isLossy), decode);
    let next = 0;
    return read.map((own) => {
      const decoded = isLossy(own) ? lossy[next++]! : own;
      // Not finite: NaN keeps no bound.
      if (decoded instanceof Error) return new Float32Array(WINDOW).fill(Number.NaN);
      return Float32Array.from(decoded.samples, (v) => v / STEPS_PER_MILLIVOLT);
    });
  }
}
