/** How much longer a record may be than what its segments carry. Samples that are missing cost a file nothing. */

/** 13 hours of a lead at 360 Hz. */
const MISSING_ANYWAY = 2 ** 24;
const MISSING_PER_SAMPLE = 63;

/** Most samples, missing ones counted, of all leads of a record whose segments carry so many. */
export function mostSamples(carried: number): number {
  return MISSING_ANYWAY + (1 + MISSING_PER_SAMPLE) * carried;
}
