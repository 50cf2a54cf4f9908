import { expect, it } from 'vitest';
import { EventLog } from '../../src/dashboard/event-log.js';
import type { PageEvent } from '../../src/dashboard/protocol.js';

const event = (n: number): PageEvent => ({ kind: 'rhythm', stream: 's', device: 'd', epoch: 0, start: n, labels: [] });
const starts = (entries: readonly { json: string }[]): number[] =>
  entries.map(({ json }) => (JSON.parse(json) as { start: number }).start);

it('gives what follows a number, in order, and no more than asked for', () => {
  const log = new EventLog(10);
  for (let n = 1; n <= 6; n++) log.add(event(n));
  expect(log.newest).toBe(6);
  expect(starts(log.after(2, 100))).toEqual([3, 4, 5, 6]);
  expect(starts(log.after(2, 2))).toEqual([3, 4]);
  expect(log.after(6, 100)).toEqual([]);
});

it('reaches back as far as it holds, and never ahead of itself', () => {
  const log = new EventLog(4);
  expect(log.reaches(0)).toBe(true);
  expect(log.reaches(1)).toBe(false);
  for (let n = 1; n <= 9; n++) log.add(event(n));
  expect(log.reaches(4)).toBe(false);
  expect(log.reaches(5)).toBe(true);
  expect(starts(log.after(5, 100))).toEqual([6, 7, 8, 9]);
  expect(log.reaches(10)).toBe(false);
});
