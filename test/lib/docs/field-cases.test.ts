import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/field-cases.md', root), 'utf8');
const rows = page.split('\n').flatMap((line) => {
  const [, test, title] = /^\|[^|]+\| `([^`]+)` +\| (.+?) +\|$/.exec(line) ?? [];
  return test === undefined || title === undefined ? [] : [[test, title] as const];
});

it('docs/field-cases.md has a test in each row', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('|') && !/^\| (case|-)/.test(line));
  expect(rows).toHaveLength(lines.length);
});

it.each(rows)('%s has a test "%s"', (test, title) => {
  expect(readFileSync(new URL(test, root), 'utf8')).toContain(title);
});
