/** Scale of ECG paper: 25 mm/s and 10 mm/mV, in CSS millimetres. */
export const PX_PER_MM = 96 / 25.4;
export const MM_PER_S = 25;
/** CSS pixels per device millisecond. */
export const PX_PER_MS = (MM_PER_S * PX_PER_MM) / 1000;
/** Amplitudes in mm/mV, the usual one first; the next is used if the signal would leave the canvas. */
export const AMPLITUDES = [10, 5, 2.5] as const;
