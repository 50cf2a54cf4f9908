/** Limits a record's length relative to what its segments carry, since missing samples take no bytes in a file. */

/** Missing samples that any record may have: 13 hours of a lead at 360 Hz. */
const MISSING_ANYWAY = 2 ** 24;
const MISSING_PER_SAMPLE = 63;

/** Returns the most samples, missing ones included, that all leads of a record may have if its segments carry `carried`. */
export function mostSamples(carried: number): number {
  return MISSING_ANYWAY + (1 + MISSING_PER_SAMPLE) * carried;
}
