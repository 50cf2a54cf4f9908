/**
 * The dense predictor: the word that came with each candidate is taken. What decodes to more than the bound on PRDN is
 * left out, so that the decoder runs at the edge, but no network of a task.
 */
import { keepsBounds, limitsFor, type CommonLimits } from '../codec/choose.js';
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
  readonly #reconstruction: ReconstructionBound;

  constructor(options: DenseOptions) {
    this.#options = options;
    this.#reconstruction = new ReconstructionBound(new CandidateDecoder(options.ladder, options.decode), options);
  }

  /** The candidate that each window takes; undefined: losslessly. */
  async choose(windows: readonly WindowCandidates[]): Promise<(RungCandidate | undefined)[]> {
    const predicted = windows.map((window) => {
      const { bounds, tau } = limitsFor(window, this.#options);
      return {
        ...window,
        // It has no word on tasks of one's own.
        candidates: bounds.tasks === undefined ? window.candidates.filter((own) => keepsBounds(own.predicted, bounds, tau)) : [], // prettier-ignore
      };
    });
    // The largest gain that is left of its kind was seen to keep the bound on PRDN.
    return (await this.#reconstruction.narrow(predicted)).map(({ candidates }) => byGain(candidates)[0]);
  }
}
