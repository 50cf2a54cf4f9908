/** Who chooses rungs in this process: a predictor as it ships, or the one rung that was asked for. */
import type { Bounds } from '../codec/choose.js';
import { hasLatents, type Ladder, type Rung } from '../codec/ladder.js';
import type { WindowEncoderOptions } from '../codec/window-encoder.js';
import { DensePredictor } from '../prediction/dense.js';
import { SynthesisPredictor } from '../prediction/synthesis.js';
import type { Inference } from '../tasks/inference.js';
import type { OwnTasks } from '../tasks/own/own-tasks.js';
import type { OfflineCodec } from './codec.js';

/** The dense predictor of `tau`, for the streams of one recording. */
export function denseChoice(
  { ladder, decode }: Pick<OfflineCodec, 'ladder' | 'decode'>,
  { bounds, tau }: { readonly bounds: Bounds; readonly tau: number },
): Pick<WindowEncoderOptions, 'choose'> {
  const dense = new DensePredictor({ ladder, bounds, tau, decode });
  return { choose: (windows) => dense.choose(windows) };
}

/** The synthesis predictor of `tau`, for the streams of one recording. */
export function synthesisChoice(
  { ladder, decode }: Pick<OfflineCodec, 'ladder' | 'decode'>,
  own: {
    readonly inference: Inference;
    /** Those that the bounds may name. */
    readonly ownTasks?: OwnTasks;
    readonly bounds: Bounds;
    readonly tau: number;
  },
): Pick<WindowEncoderOptions, 'choose'> {
  const synthesis = new SynthesisPredictor({ ladder, decode, ...own });
  return { choose: (windows) => synthesis.choose(windows) };
}

/** Every rung admits every scale, and no predicted error is too large. */
const ALL_SCALES = [0, 127] as const;
const NO_BOUNDS = { rhythm: Infinity, peaks: Infinity };

/** A lossy rung that every whole window takes, also those that the edge would send losslessly. */
export function forcedChoice(codec: Pick<OfflineCodec, 'ladder' | 'encode'>, rung: Rung): WindowEncoderOptions {
  return {
    ladder: forcedLadder(codec.ladder, rung),
    bounds: NO_BOUNDS,
    encode: hasLatents(rung) ? codec.encode : () => Promise.resolve(new Map()),
    choose: (windows) => Promise.resolve(windows.map(({ candidates }) => candidates[0])),
  };
}

/** A ladder of this rung alone. Its places stand for the rungs, so that the other places hold the lossless one. */
export function forcedLadder(ladder: Ladder, rung: Rung): Ladder {
  const rungs = ladder.rungs.map((_, index) => (index === rung.index ? rung : { ...ladder.lossless, index }));
  return { ...ladder, rungs, scaleRange: ALL_SCALES, tau: 1 };
}
