/**
 * The dense predictor relies on the prediction that came with each candidate. Candidates that decode to a PRDN above the bound
 * are left out, so the edge runs the decoder, but no task network.
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

  /** Returns the candidate that each window takes, or undefined if it goes losslessly. */
  async choose(windows: readonly WindowCandidates[]): Promise<(RungCandidate | undefined)[]> {
    const predicted = windows.map((window) => {
      const { bounds, tau } = limitsFor(window, this.#options);
      return {
        ...window,
        // No prediction covers tasks of one's own: bounds on them rule out every candidate.
        candidates:
          bounds.tasks === undefined ? window.candidates.filter((own) => keepsBounds(own.predicted, bounds, tau)) : [],
      };
    });
    // The candidate with the largest gain left of each kind has been decoded and keeps the bound on PRDN.
    return (await this.#reconstruction.narrow(predicted)).map(({ candidates }) => byGain(candidates)[0]);
  }
}
