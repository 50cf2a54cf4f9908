import { describe, expect, it } from 'vitest';
import { contextCount, learnedContext } from '../../src/lib/codec/learned-contexts.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { learnContexts, type Neighbourhoods } from '../../src/training/learn-contexts.js';

/** Integers that are as large as the one before them, and of its sign three times in four; the second neighbour says nothing. */
const each: Neighbourhoods = (visit) => {
  const random = seededRandom(3);
  let before = 1;
  for (let i = 0; i < 20_000; i++) {
    const size = Math.max(1, Math.round(Math.abs(before) * (0.5 + 1.2 * random.uniform()))) % 30;
    const value = (random.uniform() < 0.75 ? Math.sign(before) || 1 : -Math.sign(before)) * size;
    visit(value, 0, [before, random.integer(9) - 4]);
    before = value === 0 ? 1 : value;
  }
};

describe('learned contexts', () => {
  const model = learnContexts(each, 1, { sizes: 6, values: 4 });
  const classOf = (...neighbours: number[]): [size: number, value: number] => {
    const at = learnedContext(model, 0, neighbours);
    const values = model.valueEdges.length + 1;
    return [Math.floor(at / values), at % values];
  };

  it('expect a large integer after a large one, of its sign', () => {
    expect(contextCount(model)).toBeGreaterThan(8);
    const sizes = [0, 2, 5, 12, 25].map((before) => classOf(before, 0)[0]);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)! - sizes[0]!).toBeGreaterThan(2);
    expect(classOf(8, 0)[1]).toBeGreaterThan(classOf(-8, 0)[1]);
  });

  it('do not heed a neighbour that says nothing', () => {
    const [own] = model.groups;
    expect(Math.abs(own!.magnitudes[1]!)).toBeLessThan(0.1 * Math.abs(own!.magnitudes[0]!));
    expect(Math.abs(own!.values[1]!)).toBeLessThan(0.1 * Math.abs(own!.values[0]!));
  });

  it('are the same for the same integers, and have weights of four digits', () => {
    expect(learnContexts(each, 1, { sizes: 6, values: 4 })).toEqual(model);
    const weights = model.groups.flatMap(({ constant, magnitudes, values }) => [constant, ...magnitudes, ...values]);
    expect(weights.every((v) => Number(v.toPrecision(4)) === v)).toBe(true);
  });
});
