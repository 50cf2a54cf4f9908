import { expect, it } from 'vitest';
import { SignalRing } from '../../src/dashboard/signal-ring.js';

const window = (epoch: number, sequence: number) => ({
  epoch,
  sequence,
  endAt: epoch + 1000 * (sequence + 1),
  frame: Buffer.alloc(0),
});
const held = (ring: SignalRing): number[][] => ring.windows.map(({ epoch, sequence }) => [epoch, sequence]);

it('keeps windows in the order of epoch and sequence, each once', () => {
  const ring = new SignalRing(60_000);
  for (const sequence of [0, 2, 1]) expect(ring.add(window(0, sequence))).toBe(true);
  expect(ring.add(window(10_000, 0))).toBe(true);
  expect(ring.add(window(0, 3))).toBe(true);
  expect(ring.add(window(0, 1))).toBe(false);
  expect(held(ring)).toEqual([[0, 0], [0, 1], [0, 2], [0, 3], [10_000, 0]]); // prettier-ignore
});

it('drops what ended longer ago than it is to keep', () => {
  const ring = new SignalRing(3_000);
  for (let sequence = 0; sequence < 10; sequence++) ring.add(window(0, sequence));
  expect(held(ring).map(([, sequence]) => sequence)).toEqual([6, 7, 8, 9]);
});
