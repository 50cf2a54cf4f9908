import { describe, expect, it } from 'vitest';
import { selectRecords, type SelectionOptions } from '../../../src/training/calibration/selection.js';
import type { Part } from '../../../src/training/split.js';

const parts = new Map<string, Part>([
  ['t', 'train'],
  ['s', 'selection'],
  ['c', 'calibration'],
  ['e', 'test'],
]);
const select = (names: string, some: Partial<SelectionOptions> = {}) =>
  selectRecords(Array.from(names), { parts, part: undefined, allowSeen: false, ...some });

describe('the records that calibrate', () => {
  it('are those that nothing has seen', () => {
    const found = select('tscn');
    expect(found.names).toEqual(['c', 'n']);
    expect(found).toMatchObject({ parts: { calibration: 1, unlisted: 1 }, seen: 0, left: { train: 1, selection: 1 } });
  });

  it('are of the part test only where there is none of calibration', () => {
    expect(select('ce').names).toEqual(['c']);
    expect(select('e').names).toEqual(['e']);
    expect(select('ce', { part: 'test' }).names).toEqual(['e']);
  });

  it('are never those that training or a choice has seen, unless it is allowed and counted', () => {
    expect(() => select('ts')).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }));
    expect(() => select('tsc', { part: 'selection' })).toThrow("1 of the part 'selection'");
    expect(select('tsc', { part: 'selection', allowSeen: true })).toMatchObject({ names: ['s'], seen: 1 });
    expect(select('tsc', { allowSeen: true })).toMatchObject({ names: ['t', 's', 'c'], seen: 2 });
  });

  it('are all where no split knows them, and none of an empty folder', () => {
    expect(select('xyz').names).toEqual(['x', 'y', 'z']);
    expect(select('ts', { parts: new Map() }).seen).toBe(0);
    expect(() => select('')).toThrow('none');
  });
});
