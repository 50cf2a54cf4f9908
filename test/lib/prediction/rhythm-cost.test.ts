import { describe, expect, it } from 'vitest';
import { rhythmCost, RhythmReference } from '../../../src/lib/prediction/rhythm-cost.js';

const NONE = { added: 0, lost: 0, inDoubt: 0 };

describe('what errors of the rhythm are worth', () => {
  it('is nothing where there are none, and 100 bytes where the whole limit of a record is spent', () => {
    expect(rhythmCost(NONE, 0.1, 5)).toBe(0);
    expect(rhythmCost({ ...NONE, added: 0.1 }, 0.1, 5)).toBe(100);
    expect(rhythmCost({ ...NONE, added: 0.05 }, 0.1, 5)).toBe(25);
    expect(rhythmCost({ ...NONE, lost: 0.01 }, 0.1, 5)).toBeCloseTo(10, 10);
    expect(rhythmCost({ ...NONE, inDoubt: 0.01 }, 0.1, 4)).toBeCloseTo(80, 10);
  });

  it('is by what the windows make of a record', () => {
    const errors = { added: 0.05, lost: 0.01, inDoubt: 0.005 };
    const [one, four] = [1, 4].map((windows) => rhythmCost(errors, 0.1, windows));
    expect(four).toBeCloseTo(4 * one!, 10);
  });

  it('is greater beside a tighter limit, and no number where an error is none', () => {
    const errors = { added: 0.05, lost: 0.01, inDoubt: 0.005 };
    expect(rhythmCost(errors, 0.05, 3)).toBeGreaterThan(rhythmCost(errors, 0.1, 3));
    expect(rhythmCost(errors, Infinity, 3)).toBe(0);
    expect(rhythmCost(NONE, 0, 3)).toBeNaN();
    for (const key of ['added', 'lost', 'inDoubt'])
      expect(rhythmCost({ ...errors, [key]: Number.NaN }, 0.1, 3)).toBeNaN();
  });
});

describe('errors of the rhythm', () => {
  const sure = Float32Array.of(0.9997, 0.0001, 0.0001, 0.0001);
  const less = Float32Array.of(0.99, 0.0098, 0.0001, 0.0001);

  it('are 0 where nothing changes, and larger in doubt where a clear decision moves far', () => {
    const reference = new RhythmReference(sure, 1);
    expect(reference.errorsOf(sure)).toEqual(NONE);
    const { added, inDoubt } = reference.errorsOf(less);
    expect(inDoubt).toBeGreaterThan(added);
    expect(new RhythmReference(sure, 5).errorsOf(less)).toEqual({ added, lost: 0, inDoubt: 0 });
  });

  it('count a decision that turns by what the original is surer of its own', () => {
    const turned = new RhythmReference(Float32Array.of(0.6, 0.4, 0, 0, 0.9, 0.1, 0, 0), 5);
    expect(turned.errorsOf(Float32Array.of(0.4, 0.6, 0, 0, 0.6, 0.4, 0, 0)).lost).toBeCloseTo(0.1, 6);
  });
});
