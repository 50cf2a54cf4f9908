import { describe, expect, it } from 'vitest';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { splitRows, wholeWindows } from '../../src/training/windows.js';

describe('rows', () => {
  it('are views, one after the other', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const rows = splitRows(values, 2);
    expect(rows.map((row) => [...row])).toEqual([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    rows[1]![0] = 9;
    expect(values[2]).toBe(9);
  });

  it('are refused where something would be left', () => {
    expect(() => splitRows(new Float32Array(7), 2)).toThrow('7 values are no rows of 2');
    expect(() => splitRows(new Float32Array(7), 0)).toThrow();
  });
});

it('whole windows leave what is behind the last one', () => {
  const signal = new Float32Array(2 * WINDOW + 5).map((_, i) => i);
  expect(wholeWindows(signal).map((window) => [window[0], window.length])).toEqual([[0, WINDOW], [WINDOW, WINDOW]]); // prettier-ignore
  expect(wholeWindows(signal.subarray(0, 9))).toEqual([]);
});
