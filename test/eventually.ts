import { vi } from 'vitest';

/** What `check` gives once it throws no more, within 30 s: vitest's own limit of 1 s is too short for a slow machine. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, 30_000);
}
