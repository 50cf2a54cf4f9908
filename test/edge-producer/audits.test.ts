import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAudited } from '../../src/edge-producer/audits.js';
import { RECORD, WINDOW } from '../../src/lib/signal/grid.js';

const draw = (share: number, seed = 1) => ({ share, seed });

describe('the draw of audited records', () => {
  it('takes all windows of a record or none', () => {
    const place = fc.record({ stream: fc.string(), epoch: fc.nat(), record: fc.nat(10_000), seed: fc.nat() });
    fc.assert(
      fc.property(place, fc.double({ min: 0, max: 1, noNaN: true }), ({ stream, epoch, record, seed }, share) => {
        const starts = [0, 256, WINDOW, 2 * WINDOW + 512, RECORD - 1].map((start) => record * RECORD + start);
        const drawn = starts.map((start) => isAudited({ share, seed }, stream, epoch, start));
        expect(new Set(drawn).size).toBe(1);
      }),
    );
  });

  it.each([0.001, 0.1, 0.5])('takes the share %d', (share) => {
    const count = 40_000;
    let taken = 0;
    for (let i = 0; i < count; i++)
      if (isAudited(draw(share), `s-${i % 200}`, 1, RECORD * Math.floor(i / 200))) taken++;
    // Five standard deviations.
    expect(Math.abs(taken - share * count)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
  });

  it('takes all at 1 and none at 0', () => {
    const records = Array.from({ length: 1000 }, (_, i) => i * RECORD);
    expect(records.every((start) => isAudited(draw(1), 's', 1, start))).toBe(true);
    expect(records.some((start) => isAudited(draw(0), 's', 1, start))).toBe(false);
  });

  it('depends on stream, epoch, record and seed, and on nothing else: no order, no load', () => {
    const records = Array.from({ length: 400 }, (_, i) => i * RECORD);
    const taken = (seed: number, stream: string, epoch: number): string =>
      records.map((start) => Number(isAudited(draw(0.5, seed), stream, epoch, start))).join('');
    const first = taken(1, 'a', 1);
    const backwards = [...records].reverse().map((start) => Number(isAudited(draw(0.5), 'a', 1, start)));
    expect(backwards.reverse().join('')).toBe(first);
    expect(new Set([first, taken(2, 'a', 1), taken(1, 'b', 1), taken(1, 'a', 2)]).size).toBe(4);
  });

  it('adds records, and drops none, where the share grows', () => {
    for (let i = 0; i < 2000; i++) {
      if (isAudited(draw(0.1), 's', 1, i * RECORD)) expect(isAudited(draw(0.2), 's', 1, i * RECORD)).toBe(true);
    }
  });
});
