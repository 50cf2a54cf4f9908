/**
 * A second opinion before a window closes early for its rhythm. It uses the network by which the tasks find beats and the rates
 * that alarms use. The edge's own watch is cheap, and wrongly takes a few windows in a hundred for silent or extreme.
 */
import type { HasteOpinion, HasteQuestion, SeenRate } from '../signal/haste.js';
import { MODEL_RATE, modelIndex } from '../signal/grid.js';
import { resample } from '../signal/resample.js';
import type { Lead } from '../signal/types.js';
import { toMillivolts } from '../signal/units.js';
import { SILENT_SECONDS } from '../signal/urgency.js';
import { ADULT_LIMITS, type AlarmLimits } from './alarms/limits.js';
import { RATE_BEATS, ratesOf } from './alarms/rates.js';
import { BeatHeights, beatsAmong } from './beat-heights.js';
import { GUARD } from './beat-tracker.js';
import type { Inference } from './inference.js';
import { pickPeaks } from './peaks.js';

/**
 * Beats per minute. The tasks see more of the past and may place a beat slightly elsewhere: a rate counts as `near` up to this
 * far from its limit, and as `shown` only if it is clearly beyond.
 */
const NEAR = { fast: 10, slow: 5 };
const CLEAR = { fast: 2, slow: 1 };

export type SecondOpinion = (
  question: HasteQuestion,
  lead: Pick<Lead, 'rate' | 'gain' | 'baseline'>,
  limits?: Pick<AlarmLimits, 'extremeTachycardia' | 'extremeBradycardia' | 'delays'>,
) => Promise<HasteOpinion>;

/**
 * Asks RPnet, as `peaks` runs it, whether the newest signal of a lead shows no beat for 4.4 s, or a rate near or beyond the
 * limits of extreme rates (adult limits by default). If such an alarm has an on delay, its rate is never `shown`.
 */
export function secondOpinionOf(peaks: Inference['peaks']): SecondOpinion {
  return async ({ samples, first }, { rate, gain, baseline }, limits = ADULT_LIMITS) => {
    const outFirst = modelIndex(first, rate);
    const outCount = modelIndex(first + samples.length, rate) - outFirst;
    const native = toMillivolts({ samples, gain, baseline });
    const millivolts = resample(native, { rate, first, outRate: MODEL_RATE, outFirst, outCount });
    const [map = new Float32Array()] = await peaks([millivolts]);
    const final = outCount - GUARD;
    const beats = beatsAmong({ map, millivolts }, pickPeaks(map), new BeatHeights()).filter((at) => at < final);
    const ms = (at: number): number => (1000 * at) / MODEL_RATE;
    const { fast = 0, slow = Infinity } = ratesOf(beats.slice(-RATE_BEATS).map(ms), ms(final));
    const { extremeTachycardia, extremeBradycardia, delays } = limits;
    return {
      silent: outCount - (beats.at(-1) ?? 0) >= SILENT_SECONDS * MODEL_RATE,
      fast: seenRate(fast - extremeTachycardia, NEAR.fast, CLEAR.fast, delays['extreme-tachycardia']),
      slow: seenRate(extremeBradycardia - slow, NEAR.slow, CLEAR.slow, delays['extreme-bradycardia']),
    };
  };
}

function seenRate(
  beyond: number,
  near: number,
  clear: number,
  { onSeconds }: { readonly onSeconds: number },
): SeenRate {
  if (beyond <= -near) return undefined;
  return beyond > clear && onSeconds === 0 ? 'shown' : 'near';
}
