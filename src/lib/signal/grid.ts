/**
 * The fixed grid of an epoch. Models run at 300 Hz; a window is 1,792 samples (7 classifier steps of 256), a record
 * 8,960 samples (5 windows, 35 steps, 29.87 s). All indices count from the first sample of the epoch.
 */
export const MODEL_RATE = 300;
export const STEP = 256;
export const WINDOW = 1792;
export const RECORD = 8960;
export const STEPS_PER_WINDOW = WINDOW / STEP;
export const WINDOWS_PER_RECORD = RECORD / WINDOW;
export const STEPS_PER_RECORD = RECORD / STEP;

/** First native sample that belongs to model sample `index` or later: ceil(index * rate / 300). */
export function nativeIndex(index: number, rate: number): number {
  // 1e-9 tells 1792 * 360 / 300 = 2150.4 from a whole number that floating point missed by an ulp. Adding 0 turns the -0 that
  // this gives at the start into 0.
  return Math.ceil((index * rate) / MODEL_RATE - 1e-9) + 0;
}

/** First model sample at or after native sample `index`: ceil(index * 300 / rate). */
export function modelIndex(index: number, rate: number): number {
  return Math.ceil((index * MODEL_RATE) / rate - 1e-9) + 0;
}
