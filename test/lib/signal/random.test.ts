import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/lib/signal/random.js';

const draws = (seed: number, n: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => random.uniform());
};

describe('seeded random numbers', () => {
  it('are the ones of mulberry32', () => {
    expect(draws(1, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('are the same for the same seed and lie in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const first = draws(seed, 20);
        expect(draws(seed, 20)).toEqual(first);
        expect(first.every((v) => v >= 0 && v < 1)).toBe(true);
        expect(new Set(first).size).toBeGreaterThan(15);
      }),
    );
  });

  it('shuffle keeps every item', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const sorted = (list: number[]): number[] => [...list].sort((a, b) => a - b);
        expect(sorted(seededRandom(seed).shuffle([...items]))).toEqual(sorted(items));
      }),
    );
  });

  it('spread integers evenly and normals normally', () => {
    const random = seededRandom(7);
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 8000; i++) counts[random.integer(8)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
    const normals = Array.from({ length: 8000 }, () => random.normal());
    const mean = normals.reduce((a, b) => a + b, 0) / 8000;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / 8000;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(variance).toBeGreaterThan(0.94);
    expect(variance).toBeLessThan(1.06);
  });
});
