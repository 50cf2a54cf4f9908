import { DynamicDeepError } from '../errors/index.js';
import { MISSING, type Lead } from './types.js';

const INT16 = 32_768;

/**
 * Checks that the windows of a lead can be coded. A lead with values beyond the 16 bits of the lossless rung is refused as a
 * whole rather than clipped.
 *
 * @param record named in the message
 * @throws DynamicDeepError RECORD_UNSUPPORTED
 */
export function checkCodable(record: string, { name, samples, rate }: Lead): void {
  if (!(rate >= 50 && rate <= 10_000)) {
    throw new DynamicDeepError(
      'RECORD_UNSUPPORTED',
      `${record}: lead ${name} has ${rate} samples a second, not 50 to 10,000`,
    );
  }
  if (samples.some((v) => v !== MISSING && (v < -INT16 || v >= INT16))) {
    throw new DynamicDeepError('RECORD_UNSUPPORTED', `${record}: lead ${name} has samples beyond 16 bits`);
  }
}
