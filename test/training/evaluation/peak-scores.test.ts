import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparePeaks, peakIntervals, scorePeaks } from '../../../src/training/evaluation/peak-scores.js';

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Rows of the table that has `column`, as cells by the names of the columns. */
function tableOf(text: string, column: string): Record<string, string>[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => cellsOf(line).includes(column));
  const names = cellsOf(lines[at]!);
  const length = lines.slice(at).findIndex((line) => !line.startsWith('|'));
  return lines.slice(at + 2, at + length).map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
  });
}

const samples = (milliseconds: number): number => 0.3 * milliseconds;

describe('the worked example of docs/beat-scoring.md', () => {
  const page = readFileSync('docs/beat-scoring.md', 'utf8');
  const example = tableOf(page, 'detected');
  const beats = (column: string): number[] =>
    example.map((row) => row[column]!).filter((cell) => cell !== '').map(Number); // prettier-ignore
  const outcome = comparePeaks(beats('annotated').map(samples), beats('detected').map(samples));

  it('counts as it says', () => {
    expect(beats('annotated')).toHaveLength(6);
    expect(outcome.at75).toMatchObject({ matched: 4, missed: 2, invented: 3 });
    expect(outcome.at150).toMatchObject({ matched: 5, missed: 1, invented: 2 });
    const matches = example.filter((row) => row['at 75 ms']!.startsWith('match'));
    const said = matches.map((row) => Number(row['at 75 ms']!.split(', ')[1]));
    expect(outcome.at75.offsets.map((offset) => Math.round(offset / 0.3))).toEqual(said);
  });

  it('gives the figures that it says', () => {
    const scores = scorePeaks([outcome]) as unknown as Record<string, number>;
    const figures = tableOf(page, 'by hand');
    expect(figures).toHaveLength(5);
    for (const row of figures) {
      expect(scores[row['figure']!.replaceAll('`', '')], row['figure']).toBeCloseTo(Number(row['value']), 4);
    }
  });
});

describe('scores of beats', () => {
  it('allow 75 and 150 ms exactly', () => {
    const offset = (milliseconds: number) => comparePeaks([samples(1000)], [samples(1000 + milliseconds)]);
    expect(offset(74.9).at75.matched).toBe(1);
    expect(offset(-75.1).at75.matched).toBe(0);
    expect(offset(149.9).at150.matched).toBe(1);
    expect(offset(150.1).at150.matched).toBe(0);
  });

  it('have no figure where there is nothing to divide by', () => {
    const [none, invented, missed] = [comparePeaks([], []), comparePeaks([], [300]), comparePeaks([300], [])];
    expect(scorePeaks([none])).toEqual({
      records: 1,
      f1: null,
      precision: null,
      recall: null,
      f1At150: null,
      medianOffsetMs: null,
    });
    expect(scorePeaks([invented])).toMatchObject({ f1: 0, precision: 0, recall: null });
    expect(scorePeaks([missed])).toMatchObject({ f1: 0, precision: null, recall: 0 });
    expect(peakIntervals([none])).toEqual({ f1: null, precision: null, recall: null });
  });

  it('take the beats of all records together, not the mean of records', () => {
    const good = comparePeaks([300, 600, 900], [300, 600, 900]);
    const bad = comparePeaks([300], [600]);
    expect(scorePeaks([good, bad])).toMatchObject({ records: 2, recall: 3 / 4, precision: 3 / 4, f1: 6 / 8 });
  });

  it('have intervals over records: none wide where all are alike, from worst to best of two', () => {
    const good = comparePeaks([300, 600], [300, 600]);
    const bad = comparePeaks([300, 600], [300, 900]);
    expect(peakIntervals([good, good, good]).f1).toEqual([1, 1]);
    expect(peakIntervals([good, bad]).recall).toEqual([0.5, 1]);
  });
});
