import { describe, expect, it } from 'vitest';
import { nativeIndex, WINDOW } from '../../../src/lib/signal/grid.js';
import { joinNative, type Stretch } from '../../../src/lib/signal/model-rate.js';
import { LossyRun } from '../../../src/operations/compress/lossy-run.js';
import { noise } from '../../lib/codec/signals.js';

function windows(first: number, count: number): Stretch[] {
  return Array.from({ length: count }, (_, i) => {
    const start = (first + i) * WINDOW;
    const samples = noise(WINDOW + i, 400).slice(i);
    return { start, length: WINDOW, rate: 300, firstIndex: start, samples, gain: 200, baseline: 0 };
  });
}

describe('lossy windows', () => {
  it.each([50, 128, 257.123, 300, 360, 1000])('in parts at %d Hz are what one run gives', (rate) => {
    const stretches = windows(3, 140);
    const put: number[] = [];
    const first = nativeIndex(3 * WINDOW, rate);
    const run = new LossyRun(rate, (firstIndex, millivolts) => {
      expect(firstIndex).toBe(first + put.length);
      for (const v of millivolts) put.push(v);
    });
    for (const stretch of stretches) run.add(stretch);
    run.end();
    const whole = joinNative(stretches, rate);
    expect(put.length).toBe(whole.length);
    expect(Float32Array.from(put)).toEqual(whole);
  });

  it('are not joined over a hole', () => {
    const parts: [number, number][] = [];
    const run = new LossyRun(300, (firstIndex, { length }) => parts.push([firstIndex, length]));
    for (const stretch of [...windows(0, 2), ...windows(4, 1)]) run.add(stretch);
    run.end();
    run.end();
    expect(parts).toEqual([
      [0, 2 * WINDOW],
      [4 * WINDOW, WINDOW],
    ]);
  });
});
