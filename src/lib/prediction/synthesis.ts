/**
 * The synthesis predictor: the edge decodes its own candidate, as speech codecs do, and runs the tasks on the original and
 * on what would be sent. The error is that of the window's context, up to a record of the windows before it as they went:
 * at a record's last window it is the record's own. A candidate that invents or loses a beat that stands alone is refused
 * whatever the bounds.
 */
import { chooseRung, type TaskErrors } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import { isLossy, readSegment, runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import { STEPS_PER_MILLIVOLT } from '../codec/window-scale.js';
import { DynamicDeepError } from '../errors/index.js';
import { WINDOW } from '../signal/grid.js';
import type { Inference } from '../tasks/inference.js';
import { peaksError } from '../tasks/peaks.js';
import { addedCrossEntropy } from '../tasks/rhythm.js';
import { keepsBeats } from './beats-kept.js';
import { CandidateSearch } from './candidate-search.js';
import { joined, SentHistory } from './sent-history.js';

export interface SynthesisOptions {
  readonly ladder: Ladder;
  readonly bounds: TaskErrors;
  /** Share of a bound that the error may reach. */
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

/** What the tasks make of a signal. */
interface Answers {
  /** Class probabilities of the context, and the distance map of the window. */
  readonly rhythm: Float32Array;
  readonly map: Float32Array;
}

interface Trial {
  readonly window: WindowCandidates;
  readonly search: CandidateSearch<RungCandidate>;
  readonly before: readonly { readonly original: Float32Array; readonly sent: Float32Array }[];
  /** The tasks on the original. */
  original: Answers | undefined;
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
    const trials = windows.map((window): Trial => {
      const before = this.#history.before(window.stream, window.start);
      const byBytes = [...window.candidates].sort((a, b) => b.gain - a.gain);
      const from = byBytes.findIndex(({ rung }) => rung === before.rung);
      const search = new CandidateSearch(byBytes, from < 0 ? undefined : from);
      return { window, search, before: before.windows, original: undefined, kept: undefined };
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
    const sent = await this.#decode(trials);
    const errors = await this.#errors(trials, sent);
    trials.forEach((trial, i) => {
      const candidate = trial.search.next!;
      const predicted = errors[i];
      trial.search.tell(predicted !== undefined);
      if (predicted === undefined) return;
      trial.kept = { candidate: { ...candidate, predicted, code: { ...candidate.code, predicted } }, sent: sent[i]! };
    });
  }

  /**
   * Errors of what would be sent; undefined where a bound is broken. Originals that were not asked about yet share the
   * runs of the networks, which cost little more for twice the rows; what breaks the rhythm's bound is not shown to RPnet.
   */
  async #errors(trials: readonly Trial[], sent: readonly Float32Array[]): Promise<(TaskErrors | undefined)[]> {
    const { inference, bounds, tau } = this.#options;
    const fresh = trials.filter(({ original }) => original === undefined);
    const rhythms = await inference.rhythm([
      ...fresh.map(({ before, window }) => joined([...before.map(({ original }) => original), window.millivolts])),
      ...trials.map(({ before }, i) => joined([...before.map((past) => past.sent), sent[i]!])),
    ]);
    const added = trials.map(({ original }, i) =>
      addedCrossEntropy(original?.rhythm ?? rhythms[fresh.indexOf(trials[i]!)]!, rhythms[fresh.length + i]!),
    );
    const open = trials.filter((_, i) => added[i]! <= tau * bounds.rhythm);
    const maps = await inference.peaks([
      ...fresh.map(({ window }) => window.millivolts),
      ...open.map((trial) => sent[trials.indexOf(trial)]!),
    ]);
    fresh.forEach((trial, i) => {
      trial.original = { rhythm: rhythms[i]!, map: maps[i]! };
    });
    return trials.map((trial, i) => {
      const place = open.indexOf(trial);
      if (place < 0) return undefined;
      const { map: own } = trial.original!;
      const map = maps[fresh.length + place]!;
      const errors = { rhythm: added[i]!, peaks: peaksError(own, map) };
      const kept = chooseRung([{ ...trial.search.next!, predicted: errors }], bounds, tau);
      return keepsBeats(own, map) ? kept?.predicted : undefined;
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
