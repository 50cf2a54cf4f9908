import type { Wave } from '../../../src/dashboard/web/wave/wave.js';

/** Samples at 300 Hz of a window, and its milliseconds. */
export const LENGTH = 1792;
export const MS = (1000 * LENGTH) / 300;

/** Window number `n` of a stream, without samples. */
export function wave(n: number, over: Partial<Wave> = {}): Wave {
  const start = n * LENGTH;
  return {
    stream: 's',
    device: 'd',
    epoch: 0,
    sequence: n,
    start,
    length: LENGTH,
    rate: 300,
    firstIndex: start,
    gain: 200,
    baseline: 0,
    rung: 'lossless',
    lossless: true,
    flags: 0,
    clockRate: 1,
    samples: new Int16Array(0),
    startAt: n * MS,
    endAt: (n + 1) * MS,
    firstAt: n * MS,
    ...over,
  };
}
