/** Describes the flags of a window in words. */
import { TEXT } from './text.js';

/** Bits of `flags`, as in the schema of ecg.segments. */
const FLAG = { LEAD_OFF: 4, SATURATED: 8, NOISY: 16, MISSING: 32, CONSTANT: 64, DECODE_FAILED: 128 } as const;

/** Returns the words for the worst flag. */
export function qualityOf(flags: number): string {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  if (has(FLAG.DECODE_FAILED)) return TEXT.quality.failed;
  if (has(FLAG.LEAD_OFF)) return TEXT.quality.leadOff;
  if (has(FLAG.CONSTANT)) return TEXT.quality.constant;
  if (has(FLAG.SATURATED)) return TEXT.quality.saturated;
  if (has(FLAG.NOISY)) return TEXT.quality.noisy;
  if (has(FLAG.MISSING)) return TEXT.quality.missing;
  return TEXT.quality.good;
}
