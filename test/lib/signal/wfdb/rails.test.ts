import { describe, expect, it } from 'vitest';
import { parseSignalLine } from '../../../../src/lib/signal/wfdb/signal-line.js';

describe('the rails of a lead', () => {
  it.each([
    ['100.dat 212 200 11 1024 995 -22131 0 MLII', { low: 0, high: 2047 }],
    ['a.dat 16 200 12 0', { low: -2048, high: 2047 }],
    ['a.dat 16 1000/mV 16 0', { low: -32_768, high: 32_767 }],
    ['a.dat 16 200 0 1024', undefined],
    ['a.dat 16 200', undefined],
    ['a.dat 212', undefined],
    ['a.dat 16 200 99 0', undefined],
  ])('of %s', (line, rails) => {
    expect(parseSignalLine(line, 0, 'a.hea').rails).toEqual(rails);
  });
});
