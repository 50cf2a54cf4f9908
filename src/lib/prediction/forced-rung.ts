/** One rung for every whole window, instead of a predictor that chooses. */
import type { Ladder, Rung } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { WindowEncoderOptions } from '../codec/window-encoder.js';
import type { Inference } from '../tasks/inference.js';
import { keepsBeats, keepsSilence } from './beats-kept.js';
import { CandidateDecoder } from './candidate-decoder.js';

const NO_BOUNDS = { rhythm: Infinity, peaks: Infinity };

/**
 * Options that make every whole window take one lossy rung, even windows that the edge would send losslessly. A window still
 * goes losslessly if the rung would invent or lose an isolated beat, make a clear beat of noise, or decode to values that are
 * not finite.
 */
export function forcedRung(
  rung: Rung,
  codec: { readonly ladder: Ladder; readonly decode: Parameters<typeof runLossy>[1] },
  inference: Pick<Inference, 'peaks'>,
): Omit<WindowEncoderOptions, 'encode'> {
  const ladder = ladderOf(rung, codec.ladder);
  const decoder = new CandidateDecoder(ladder, codec.decode);
  return {
    ladder,
    bounds: NO_BOUNDS,
    everyCandidate: true,
    choose: async (windows) => {
      const asked = windows.flatMap((window) => window.candidates.map((candidate) => [window, candidate] as const));
      const decoded = await decoder.decode(asked);
      const maps = await inference.peaks([
        ...asked.map(([{ millivolts }]) => millivolts),
        ...decoded.map(({ sent }) => sent),
      ]);
      const isKept = (i: number): boolean => {
        const [original, sent] = [maps[i]!, maps[asked.length + i]!];
        return decoded[i]!.sent.every(Number.isFinite) && keepsBeats(original, sent) && keepsSilence(original, sent);
      };
      const kept = new Set(asked.flatMap(([, own], i) => (isKept(i) ? [own] : [])));
      return windows.map(({ candidates }) => candidates.find((own) => kept.has(own)));
    },
  };
}

/** Returns a ladder of this rung alone. A rung is identified by its place, so all other places hold the lossless one. */
function ladderOf(rung: Rung, ladder: Ladder): Ladder {
  const rungs = ladder.rungs.map((_, index) => (index === rung.index ? rung : { ...ladder.lossless, index }));
  return { ...ladder, rungs };
}
