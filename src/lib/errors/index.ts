import { ERRORS, type ErrorCode } from './catalogue.js';

export { ERRORS, type ErrorCode };

/** An expected failure: a stable code, one sentence for a person, and whether a retry can help. */
export class DynamicDeepError extends Error {
  override readonly name = 'DynamicDeepError';
  readonly code: ErrorCode;
  readonly canRetry: boolean;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.canRetry = ERRORS[code].canRetry;
  }

  /** What to do about it, from the catalogue. */
  get help(): string {
    return ERRORS[this.code].help;
  }
}

/** Returns the message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
