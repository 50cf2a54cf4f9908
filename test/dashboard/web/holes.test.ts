import { expect, it } from 'vitest';
import { holesOf } from '../../../src/dashboard/web/wave/holes.js';
import type { Wave } from '../../../src/dashboard/web/wave/wave.js';

const wave = (startAt: number, endAt: number): Wave => ({ startAt, endAt }) as Wave;
const shape = (waves: readonly Wave[], from: number, to: number): unknown =>
  holesOf(waves, from, to).map((hole) => [hole.from, hole.to, hole.words]);

it('has no hole where windows follow each other over the whole strip', () => {
  expect(shape([wave(-1_000, 5_000), wave(5_000, 11_000), wave(11_005, 20_000)], 0, 15_000)).toEqual([]);
});

it('names what lies between windows by its length, and says that nothing is held at the ends', () => {
  const waves = [wave(-9_000, -3_000), wave(2_000, 8_000), wave(14_000, 18_000)];
  const held = 'no signal is held here';
  expect(shape(waves, 0, 20_000)).toEqual([
    [0, 2_000, held],
    [8_000, 14_000, 'gap of 6.0 s'],
    [18_000, 20_000, held],
  ]);
  expect(shape([], 0, 20_000)).toEqual([[0, 20_000, held]]);
});
