import { describe, expect, it } from 'vitest';
import { InputDrift, referenceBins } from '../../../src/lib/audit/input-drift.js';
import { seededRandom } from '../../../src/lib/signal/random.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 4, 3);

const random = seededRandom(7);
const normal = (): number => random.normal();
const REFERENCE = [
  referenceBins(Array.from({ length: 20_000 }, normal)),
  referenceBins(Array.from({ length: 20_000 }, normal)),
];

/** Windows of so many streams, ten each, all features by the same law. */
function fill(drift: InputDrift, streams: number, value: () => number, at = START): void {
  for (let s = 0; s < streams; s++) for (let w = 0; w < 10; w++) drift.take(`${s}`, [value(), normal()], at);
}

/** PSI of two normal laws of deviation 1, `shift` apart, over the reference's ten bins. */
const SHIFTED_BY_1 = 0.86;

describe('the stability index', () => {
  it('is next to nothing where what comes is like the reference', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 200, normal);
    const { streams, indices } = drift.read(START);
    expect(streams).toBeCloseTo(200, 6);
    for (const index of indices) expect(index).toBeLessThan(0.02);
  });

  it('is as large as the definition says where one feature has moved, and of this one alone', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 2000, () => normal() + 1);
    const { indices } = drift.read(START);
    expect(indices[0]).toBeGreaterThan(0.9 * SHIFTED_BY_1);
    expect(indices[0]).toBeLessThan(1.1 * SHIFTED_BY_1);
    expect(indices[1]).toBeLessThan(0.02);
  });

  it('sees that the spread has changed, though the mean has not', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 200, () => 3 * normal());
    expect(drift.read(START).indices[0]).toBeGreaterThan(0.35);
  });

  it('counts streams by what they gave: one that gives nearly all of it is one', () => {
    const drift = new InputDrift(REFERENCE);
    for (let i = 0; i < 1000; i++) drift.take('loud', [normal(), normal()], START);
    drift.take('quiet', [normal(), normal()], START);
    expect(drift.read(START).streams).toBeLessThan(1.01);
  });

  it('stays finite where all is in one bin, or beyond all', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 5000, () => 1e9);
    const [index] = drift.read(START).indices;
    expect(index).toBeGreaterThan(5);
    expect(index).toBeLessThan(20);
  });

  it('leaves out values that are not finite, without losing the other features', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 100, () => Number.NaN);
    const { indices, streams } = drift.read(START);
    expect(indices[0]).toBe(0);
    expect(indices[1]).toBeGreaterThan(0);
    expect(streams).toBeCloseTo(100, 6);
  });

  it('forgets what is more than an hour and five minutes old, and keeps what is less than an hour', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 200, () => normal() + 2);
    fill(drift, 200, normal, START + 50 * MINUTE);
    const mixed = drift.read(START + 59 * MINUTE).indices[0]!;
    expect(mixed).toBeGreaterThan(0.5);
    expect(drift.read(START + 66 * MINUTE).indices[0]).toBeLessThan(0.02);
    expect(drift.read(START + 180 * MINUTE)).toEqual({ streams: 0, indices: [0, 0] });
  });

  it('keeps counting where the clock is set back', () => {
    const drift = new InputDrift(REFERENCE);
    fill(drift, 100, normal, START + 30 * MINUTE);
    fill(drift, 100, normal, START);
    expect(drift.read(START + 30 * MINUTE).streams).toBeCloseTo(100, 6);
  });
});

describe('a reference', () => {
  it('has ten bins of a tenth each where values are all different', () => {
    const { edges, shares } = REFERENCE[0]!;
    expect(edges).toHaveLength(9);
    for (const share of shares) expect(share).toBeCloseTo(0.1, 2);
  });

  it('has no empty bin where values repeat', () => {
    const { edges, shares } = referenceBins([1, 1, 1, 1, 1, 1, 1, 2, 3, 3]);
    expect(edges).toEqual([2, 3]);
    expect(shares).toEqual([0.7, 0.1, 0.2]);
  });
});
