/**
 * The dense predictor: the word that came with each candidate is taken. What decodes to more than the bound on PRDN is
 * left out, so that the decoder runs at the edge, but no network of a task.
 */
import { chooseRung, limitsFor, type CommonLimits } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import { CandidateDecoder } from './candidate-decoder.js';
import { byGain, ReconstructionBound } from './reconstruction-bound.js';

export interface DenseOptions extends CommonLimits {
  readonly ladder: Ladder;
  /** Runs the decoder's networks: `DecoderNetworks.decode`, or a worker that calls it. */
  readonly decode: Parameters<typeof runLossy>[1];
}

export class DensePredictor {
  readonly #options: DenseOptions;
  readonly #decoder: CandidateDecoder;
  readonly #reconstruction: ReconstructionBound;

  constructor(options: DenseOptions) {
    this.#options = options;
    this.#decoder = new CandidateDecoder(options.ladder, options.decode);
    this.#reconstruction = new ReconstructionBound(this.#decoder, options);
  }

  /** The candidate that each window takes; undefined: losslessly. */
  async choose(windows: readonly WindowCandidates[]): Promise<(RungCandidate | undefined)[]> {
    const predicted = windows.map((window) => {
      const { bounds, tau } = limitsFor(window, this.#options);
      return {
        ...window,
        candidates: window.candidates.filter((own) => chooseRung([own], bounds, tau) !== undefined),
      };
    });
    const trials = (await this.#reconstruction.narrow(predicted)).map((window) => ({
      window,
      left: byGain(window.candidates),
    }));
    const isBounded = ({ window }: { window: WindowCandidates }): boolean =>
      limitsFor(window, this.#options).bounds.reconstruction < Infinity;
    for (let open = trials.filter(isBounded); open.length > 0;) {
      open = open.filter(({ left }) => left.length > 0);
      const decoded = await this.#decoder.decode(open.map(({ window, left }) => [window, left[0]!]));
      open = open.filter((_, i) => !this.#reconstruction.keeps(open[i]!.window, decoded[i]!));
      for (const { left } of open) left.shift();
    }
    return trials.map(({ left }) => left[0]);
  }
}
