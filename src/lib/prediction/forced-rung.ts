/** One rung for every whole window, instead of a predictor that chooses. */
import type { Ladder, Rung } from '../codec/ladder.js';
import type { runLossy } from '../codec/window-decoder.js';
import type { WindowEncoderOptions } from '../codec/window-encoder.js';
import type { Inference } from '../tasks/inference.js';
import { keepsBeats, keepsSilence } from './beats-kept.js';
import { CandidateDecoder } from './candidate-decoder.js';

const NO_BOUNDS = { rhythm: Infinity, peaks: Infinity };

/**
 * A lossy rung that every whole window takes, also those that the edge would send losslessly; but not one in which it would
 * invent a beat, or lose one, that stands alone, make a clear one of noise, or decode to what is not finite: that window
 * goes losslessly.
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

/** A ladder of this rung alone. Its places stand for the rungs, so that the other places hold the lossless one. */
function ladderOf(rung: Rung, ladder: Ladder): Ladder {
  const rungs = ladder.rungs.map((_, index) => (index === rung.index ? rung : { ...ladder.lossless, index }));
  return { ...ladder, rungs };
}
