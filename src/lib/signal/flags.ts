/**
 * Bits of `flags` in a segment and in the window decoded from it. LEAD_OFF is set by the device's own flag or by a signal at a
 * rail. A line that is CONSTANT to the LSB without LEAD_OFF may also be asystole. DECODE_FAILED marks a window without samples.
 * TASKS_ON_ORIGINAL: the tasks of the record run on its lossless twins; the decoded windows are for storage and audits.
 * CLOCK_STEPPED: the epoch begins because the device's clock was set, judging by the times of its packets.
 */
export const FLAG = {
  AUDITED: 1,
  LAST: 2,
  LEAD_OFF: 4,
  SATURATED: 8,
  NOISY: 16,
  MISSING: 32,
  CONSTANT: 64,
  DECODE_FAILED: 128,
  TASKS_ON_ORIGINAL: 256,
  CLOCK_STEPPED: 512,
} as const;
