/** The shipped predictors, run in this process. */
import type { Bounds } from '../codec/choose.js';
import type { WindowEncoderOptions } from '../codec/window-encoder.js';
import { DensePredictor } from '../prediction/dense.js';
import { SynthesisPredictor } from '../prediction/synthesis.js';
import type { Inference } from '../tasks/inference.js';
import type { OwnTasks } from '../tasks/own/own-tasks.js';
import type { OfflineCodec } from './codec.js';

/** The dense predictor at `tau`, for the streams of one recording. */
export function denseChoice(
  { ladder, decode }: Pick<OfflineCodec, 'ladder' | 'decode'>,
  { bounds, tau }: { readonly bounds: Bounds; readonly tau: number },
): Pick<WindowEncoderOptions, 'choose'> {
  const dense = new DensePredictor({ ladder, bounds, tau, decode });
  return { choose: (windows) => dense.choose(windows) };
}

/** The synthesis predictor at `tau`, for the streams of one recording. */
export function synthesisChoice(
  { ladder, decode }: Pick<OfflineCodec, 'ladder' | 'decode'>,
  own: {
    readonly inference: Inference;
    /** Tasks of one's own that the bounds may name. */
    readonly ownTasks?: OwnTasks;
    readonly bounds: Bounds;
    readonly tau: number;
  },
): Pick<WindowEncoderOptions, 'choose'> {
  const synthesis = new SynthesisPredictor({ ladder, decode, ...own });
  return { choose: (windows) => synthesis.choose(windows) };
}
