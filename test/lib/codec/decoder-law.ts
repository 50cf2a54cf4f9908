import { DynamicDeepError } from '../../../src/lib/errors/index.js';

/** What a decoder of any bytes owes: a value that `check` accepts, or PAYLOAD_CORRUPT and nothing else. */
export function decodesOrRefuses<T>(decode: () => T, check: (value: T) => void): void {
  let value: T;
  try {
    value = decode();
  } catch (error) {
    if (error instanceof DynamicDeepError && error.code === 'PAYLOAD_CORRUPT') return;
    throw error;
  }
  check(value);
}
