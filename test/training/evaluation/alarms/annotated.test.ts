import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../../../src/lib/signal/types.js';
import {
  fibrillationSpans,
  inSpans,
  joinSpans,
  readAnnotated,
} from '../../../../src/training/evaluation/alarms/annotated.js';

function at(seconds: number, symbol: string, more: Partial<Annotation> = {}): Annotation {
  return { sample: 100 * seconds, symbol, subtype: 0, channel: 0, number: 0, aux: '', ...more };
}

describe('readAnnotated', () => {
  it('tells beats, rhythms, noise and flutter apart', () => {
    const annotated = readAnnotated(
      [
        at(0, '+', { aux: '(N' }),
        at(1, 'N'),
        at(2, 'V'),
        at(3, '~', { subtype: 1 }),
        at(4, '~', { subtype: 3 }),
        at(5, '~'),
        at(6, '+', { aux: '(AFIB\0' }),
        at(7, '['),
        at(8, '!'),
        at(9, ']'),
        at(10, '"', { aux: 'TS' }),
      ],
      100,
      20,
    );
    expect(annotated.beats).toEqual([
      { frame: 100, symbol: 'N' },
      { frame: 200, symbol: 'V' },
    ]);
    expect(annotated.rhythms).toEqual([
      { name: 'N', from: 0, to: 6 },
      { name: 'AFIB', from: 6, to: 20 },
    ]);
    expect(joinSpans(annotated.noisy)).toEqual([{ from: 3, to: 5 }]);
    expect(annotated.flutter).toEqual([{ from: 7, to: 9 }]);
  });

  it('takes AF with a short run in it for one stretch, and with a minute of another rhythm for two', () => {
    const names = ['(AFIB', '(VT', '(AFIB', '(N', '(AFIB'];
    const annotations = [0, 50, 53, 100, 160].map((seconds, i) => at(seconds, '+', { aux: names[i]! }));
    expect(fibrillationSpans(readAnnotated(annotations, 100, 200))).toEqual([
      { from: 0, to: 100 },
      { from: 160, to: 200 },
    ]);
  });
});

describe('spans', () => {
  it('join where they touch, are half-open, and vanish where they are empty', () => {
    const joined = joinSpans([
      { from: 5, to: 6 },
      { from: 1, to: 3 },
      { from: 2, to: 5 },
      { from: 9, to: 9 },
    ]);
    expect(joined).toEqual([{ from: 1, to: 6 }]);
    expect([0.9, 1, 5.9, 6].map((time) => inSpans(joined, time))).toEqual([false, true, true, false]);
  });
});
