/** Scopes say whom a policy covers, in one form for files, flags and the topic. */
import { z } from 'zod';

/** `default`, `ward:NAME` or `stream:ID`. */
export const SCOPE = /^(?:default|ward:[\w.-]{1,64}|stream:[\w.-]{1,80})$/;
export const scopeSchema = z.string().regex(SCOPE, 'is none of default, ward:NAME and stream:ID');

/** What decides which policies cover a stream. */
export interface Covered {
  readonly stream: string;
  /** The ward that its edge was given; null: none. */
  readonly ward: string | null;
}

/** Scopes that cover a stream, in order: the first that has a policy holds. */
export function scopesOf({ stream, ward }: Covered): string[] {
  return [`stream:${stream}`, ...(ward === null ? [] : [`ward:${ward}`]), 'default'];
}
