import { expect, it } from 'vitest';
import { tileLead } from '../../src/dashboard/tile-lead.js';

const leads = (closed: Readonly<Record<string, number | undefined>>) =>
  new Map(
    Object.entries(closed).map(([name, closedAt]) => [
      name,
      { newest: closedAt === undefined ? undefined : { closedAt } },
    ]),
  );

it('is the first by name that goes on, whichever sent last', () => {
  expect(tileLead(leads({ 'a.2': 106_000, 'a.1': 100_000 }))).toBe('a.1');
  expect(tileLead(leads({ 'a.1': 100_000, 'a.2': 115_000, 'a.3': 115_000 }))).toBe('a.1');
});

it('is another where the first has stopped, or never sent', () => {
  expect(tileLead(leads({ 'a.1': 100_000, 'a.2': 115_001, 'a.3': 121_000 }))).toBe('a.2');
  expect(tileLead(leads({ 'a.1': undefined, 'a.2': 5 }))).toBe('a.2');
});

it('is the first by name where nothing was sent, and none without leads', () => {
  expect(tileLead(leads({ 'a.2': undefined, 'a.1': undefined }))).toBe('a.1');
  expect(tileLead(leads({}))).toBeUndefined();
});
