import { expect, it } from 'vitest';
import { groupsAge } from '../../../src/dashboard/web/views/groups-age.js';

it('says how old is what the broker said, and where it does not answer', () => {
  expect(groupsAge({ groupsAt: null }, 100_000)).toBe('The broker has not answered yet.');
  expect(groupsAge({ groupsAt: 96_000 }, 100_000)).toBe('As the broker said 4 s ago.');
  expect(groupsAge({ groupsAt: 10_000 }, 100_000)).toBe('The broker does not answer: this is 90 s old.');
});
