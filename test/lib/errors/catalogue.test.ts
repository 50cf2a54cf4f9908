import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { DynamicDeepError, ERRORS, messageOf, type ErrorCode } from '../../../src/lib/errors/index.js';

const codes = Object.keys(ERRORS) as ErrorCode[];

it('is the same as docs/errors.md, in both directions', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(?<code>[A-Z_]+)`/gm)].map((match) => match.groups?.['code']);
  expect(documented).toEqual(codes);
  for (const code of codes) expect(page).toContain(ERRORS[code].help);
});

it.each(codes)('%s carries its help and whether to retry', (code) => {
  const error = new DynamicDeepError(code, 'what happened', { cause: 'why' });
  expect(error).toMatchObject({ name: 'DynamicDeepError', code, message: 'what happened', cause: 'why' });
  expect([error.help, error.canRetry]).toEqual([ERRORS[code].help, ERRORS[code].canRetry]);
  expect(error.help).toMatch(/\.$/);
});

it('takes the message of anything thrown', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined)]).toEqual(['a', 'b', 'undefined']);
});
