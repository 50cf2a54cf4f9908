import { describe, expect, it } from 'vitest';
import { DynamicDeepError } from '../../../../src/lib/errors/index.js';
import { parseHeader } from '../../../../src/lib/signal/wfdb/header.js';

function signal(fields: string): unknown {
  return parseHeader(`r 1\n${fields}\n`, 'r.hea').signals[0];
}

describe('record line', () => {
  it.each([
    ['r 0', { rate: 250, frames: undefined }],
    ['r 0 0', { rate: 250, frames: undefined }],
    ['r 0 360', { rate: 360, frames: undefined }],
    ['r 0 360.5/200(-3.5) 100', { rate: 360.5, frames: 100 }],
    ['r 0 360 0', { rate: 360, frames: undefined }],
  ])('%s', (line, want) => {
    const { rate, frames } = parseHeader(line, 'r.hea');
    expect({ rate, frames }).toEqual(want);
  });

  it.each([
    ['10:20:30.25 04/05/1999', '1999-05-04T10:20:30.250Z'],
    ['1:2:3 29/2/2000', '2000-02-29T01:02:03.000Z'],
  ])('start %s', (stamp, iso) => {
    const header = parseHeader(`r 0 250 5 ${stamp}`, 'r.hea');
    expect(header.start?.toISOString()).toBe(iso);
    expect(header.warnings).toEqual([]);
  });

  it.each(['10:20:30 31/02/1999', '10:20:30 1999-05-04', '25:00:00 04/05/1999', 'noon 04/05/1999', '0:0:0 0/0/0000'])(
    'unreadable start %s is a warning',
    (stamp) => {
      const header = parseHeader(`r 0 250 5 ${stamp}`, 'r.hea');
      expect(header.start).toBeUndefined();
      expect(header.warnings).toEqual(['r.hea: the start date or time is unreadable and is left out']);
    },
  );

  it('a time without a date is no start and no warning', () => {
    expect(parseHeader('r 0 250 5 10:20:30', 'r.hea')).not.toHaveProperty('start');
  });
});

describe('signal line', () => {
  it.each([
    ['f 16', { gain: 200, baseline: 0, calibrated: false, name: 'signal 0' }],
    ['f 16 0', { gain: 200, baseline: 0, calibrated: false }],
    ['f 16 0/mV 12 1024', { gain: 200, baseline: 1024, calibrated: false }],
    ['f 16 0(7)', { gain: 200, baseline: 7, calibrated: false }],
    ['f 16 200', { gain: 200, baseline: 0, calibrated: true }],
    ['f 16 200 11 1024', { gain: 200, baseline: 1024, calibrated: true }],
    ['f 16 200(-5) 11 1024', { gain: 200, baseline: -5, calibrated: true }],
    ['f 16 -1.5e2(0)/mV', { gain: -150, baseline: 0, calibrated: true }],
    ['f 16 0.2/uV', { gain: 200, calibrated: true }],
    ['f 16 0.2(3)/µV', { gain: 200, baseline: 3, calibrated: true }],
    ['f 16 200000/V', { gain: 200, calibrated: true }],
    ['f 16 20/mmHg', { gain: 20, calibrated: false, foreignUnit: 'mmHg' }],
    ['f 16x4:3+24 200', { format: 16, samplesPerFrame: 4, skew: 3, byteOffset: 24 }],
    ['f 212+512:1x2', { format: 212, samplesPerFrame: 2, skew: 1, byteOffset: 512 }],
    ['f 8 200 12 0 -53 -1279 0 ECG signal 0', { initial: -53, checksum: -1279, name: 'ECG signal 0' }],
    ['f\t8  200 12 1024', { initial: 1024 }],
  ])('%s', (line, want) => {
    expect(signal(line)).toMatchObject(want);
  });

  it('a checksum of 0 is one that nobody computed', () => {
    expect(signal('f 16 200 16 0 5 0 0 ECG')).not.toHaveProperty('checksum');
  });

  it('skips comments and blank lines wherever they stand, and CR', () => {
    const header = parseHeader('# John Doe\r\n\r\nr 1 360 10\r\n  # 69 M\r\nf 16 200\r\n# end', 'r.hea');
    expect(JSON.stringify(header)).not.toMatch(/John|69/);
    expect(header.signals).toHaveLength(1);
  });
});

describe('refused with the line that is wrong', () => {
  it.each([
    ['', 'no record line'],
    ['r', 'number of signals'],
    ['.. 1 360', 'the record name'],
    ['a\\b 1 360', 'the record name'],
    ['r x', 'number of signals'],
    ['r 2\nf 16', 'expected 2 signal lines, got 1'],
    ['r 1000000000', 'expected 1000000000 signal lines, got 0'],
    ['r/3 1 250\na 5', 'expected 3 segment lines, got 1'],
    ['r/0 1 250', 'without segments'],
    ['r/2/3 1 250', 'number of segments'],
    ['r 1 -5\nf 16', 'sampling frequency'],
    ['r 1 NaN\nf 16', 'sampling frequency'],
    ['r 1 250 -1\nf 16', 'number of samples'],
    [`r 1\nf 16 ${' '.repeat(5000)}x`, 'a line of more than'],
    ['r 1\nf', 'needs a file and a format'],
    ['r 1\nf 16y3', 'the format'],
    ['r 1\nf 16x99999999', 'more samples a frame'],
    ['r 1\nf 16 abc', 'the gain'],
    ['r 1\nf 16 200(x)', 'the gain'],
    ['r 1\nf 16 Infinity', 'the gain'],
    ['r 1\nf 16 200 11 z', 'ADC zero'],
  ])('%j', (text, problem) => {
    expect(() => parseHeader(text, 'r.hea')).toThrow(DynamicDeepError);
    expect(() => parseHeader(text, 'r.hea')).toThrow(problem);
  });
});
