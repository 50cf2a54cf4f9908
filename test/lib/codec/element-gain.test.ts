import { describe, expect, it } from 'vitest';
import { ElementGains } from '../../../src/lib/codec/element-gain.js';
import { RECORD, WINDOW } from '../../../src/lib/signal/grid.js';

const part = (start: number, length = WINDOW, stream = 's', epoch = 1) => ({ stream, epoch, start, length });

describe('element gain', () => {
  it('is samples in over numbers out of a whole record, lossless windows counting their samples', () => {
    const gains = new ElementGains();
    const given = [32, 64, 32, 1, 64].map((gain, i) => gains.add(part(i * WINDOW), gain));
    expect(given.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(given[4]).toBeCloseTo(5 / (1 / 32 + 1 / 64 + 1 / 32 + 1 + 1 / 64), 12);
  });

  it('is 64 where every window took the /64 head, and 1 where all are lossless', () => {
    for (const nominal of [64, 1]) {
      const gains = new ElementGains();
      let last: number | undefined;
      for (let i = 0; i < 5; i++) last = gains.add(part(RECORD + i * WINDOW), nominal);
      expect(last).toBeCloseTo(nominal, 12);
    }
  });

  it('does not exist for a record that was cut, and the next record starts afresh', () => {
    const gains = new ElementGains();
    const windows = [0, 1, 2, 3].map((i) => gains.add(part(i * WINDOW), 32));
    const cut = gains.add(part(4 * WINDOW, 1000), 1);
    expect([...windows, cut]).toEqual(new Array(5).fill(undefined));
    const next = [5, 6, 7, 8, 9].map((i) => gains.add(part(i * WINDOW), 32));
    expect(next.at(-1)).toBeCloseTo(32, 12);
  });

  it('keeps streams and epochs apart', () => {
    const gains = new ElementGains();
    let ended = 0;
    for (let i = 0; i < 5; i++) {
      if (gains.add(part(i * WINDOW, WINDOW, 'a'), 32) !== undefined) ended++;
      if (gains.add(part(i * WINDOW, WINDOW, 'b', i < 3 ? 1 : 2), 32) !== undefined) ended++;
    }
    expect(ended).toBe(1);
  });
});
