import { DynamicDeepError } from '../errors/index.js';

/** Why a message is invalid: stable, counted, and written to the dead-letter topic as its reason. */
export const WIRE_REASONS = [
  'VALUE_NULL',
  'VALUE_SHORT',
  'MAGIC_WRONG',
  'SCHEMA_UNKNOWN',
  'SCHEMA_INCOMPATIBLE',
  'AVRO_TRUNCATED',
  'AVRO_TRAILING',
  'AVRO_MALFORMED',
  'VALUE_INVALID',
  'CRC_MISMATCH',
] as const;

export type WireReason = (typeof WIRE_REASONS)[number];

/** A MESSAGE_INVALID that says which of `WIRE_REASONS` it was. */
export class WireError extends DynamicDeepError {
  readonly reason: WireReason;

  constructor(reason: WireReason, message: string, options?: ErrorOptions) {
    super('MESSAGE_INVALID', message, options);
    this.reason = reason;
  }
}
