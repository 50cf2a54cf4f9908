/** Paper: 25 mm/s and 10 mm/mV, by the CSS millimetre. */
export const PX_PER_MM = 96 / 25.4;
export const MM_PER_S = 25;
/** CSS pixels a device millisecond. */
export const PX_PER_MS = (MM_PER_S * PX_PER_MM) / 1000;
/** mm/mV, the usual one first; the next is taken where the signal would leave the canvas. */
export const AMPLITUDES = [10, 5, 2.5] as const;
