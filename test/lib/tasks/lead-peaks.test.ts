import { describe, expect, it } from 'vitest';
import { MISSING, type Lead } from '../../../src/lib/signal/types.js';
import { peaksOfLead, peakSample, unreadWarning } from '../../../src/lib/tasks/lead-peaks.js';

const SECONDS = 20;

/** A line that never stands still, with stretches of seconds set to a value. */
function lead(rate: number, ...stretches: readonly (readonly [from: number, to: number, value: number])[]): Lead {
  const samples = Int32Array.from({ length: SECONDS * rate }, (_, i) => i % 7);
  for (const [from, to, value] of stretches) samples.fill(value, from * rate, to * rate);
  return { name: 'II', rate, gain: 200, baseline: 0, samples } as unknown as Lead;
}

/** A beat at each whole second of what is given. */
const everySecond = (millivolts: Float32Array): number[] =>
  Array.from({ length: Math.floor(millivolts.length / 300) }, (_, i) => 300 * i + 150);

const seconds = (peaks: readonly number[]): number[] => peaks.map((peak) => peak / 300);
const ALL = Array.from({ length: SECONDS }, (_, i) => i + 0.5);

describe.each([250, 300, 360, 500])('the peaks of a lead at %i Hz', (rate) => {
  it('are samples at 300 Hz from the start of the lead', () => {
    expect(seconds(peaksOfLead(lead(rate), everySecond))).toEqual(ALL);
  });

  it('begin anew behind a gap, and none is in it or in a stretch too short to hold one', () => {
    const found = seconds(peaksOfLead(lead(rate, [4, 6, MISSING], [6.6, 8, MISSING]), everySecond));
    expect(found).toEqual(ALL.filter((at) => at < 4 || at > 8));
  });

  it('begin anew behind a constant line of 4 s, which is none of the stretches that are read', () => {
    const read: number[] = [];
    const constant = lead(rate, [0, 5, 3], [9, 12.9, 2047], [14, 18, 2047]);
    peaksOfLead(constant, (millivolts) => {
      read.push(millivolts.length / 300);
      return [];
    });
    expect(read.map((length) => Math.round(length))).toEqual([9, 2]);
    expect(peaksOfLead(lead(rate, [0, 20, 2047]), everySecond)).toEqual([]);
  });

  it('are not on a line that stands still for 0.2 s, but on a clipped complex', () => {
    const found = seconds(peaksOfLead(lead(rate, [3, 6, 2047], [8.4, 8.61, -2048], [12.45, 12.6, 2047]), everySecond));
    expect(found).toEqual(ALL.filter((at) => (at < 3 || at > 6) && at !== 8.5));
  });
});

describe.each([250, 300, 360, 500])('holes at %i Hz', (rate) => {
  const holes = (seconds: number): Lead => {
    const whole = lead(rate);
    for (let at = 0.7; at < SECONDS; at += 0.7) {
      const from = Math.round(at * rate);
      whole.samples.fill(MISSING, from, from + Math.max(1, Math.floor(seconds * rate + 1e-9)));
    }
    return whole;
  };

  it.each([0.001, 0.02, 0.04])('of %d s every 0.7 s take no beat, and the lead keeps them', (length) => {
    const holed = holes(length);
    const before = holed.samples.slice();
    expect(seconds(peaksOfLead(holed, everySecond))).toEqual(ALL);
    expect(holed.samples).toEqual(before);
    expect(unreadWarning(holed)).toBeUndefined();
  });

  it('of 0.06 s every 0.7 s leave nothing that is looked at, and so the lead says', () => {
    expect(peaksOfLead(holes(0.06), everySecond)).toEqual([]);
    expect(unreadWarning(holes(0.06))).toContain('in 100.0% of lead II');
  });

  it('that are bridged may hold a beat, at a sample that is missing', () => {
    const whole = lead(rate);
    whole.samples.fill(MISSING, Math.round(4.49 * rate), Math.round(4.52 * rate));
    const peak = peaksOfLead(whole, everySecond)[4]!;
    expect(Math.abs(peakSample(whole, peak) - 4.5 * rate)).toBeLessThanOrEqual(1);
    expect(whole.samples[peakSample(whole, peak)]).toBe(MISSING);
  });

  it('and constant lines count as what no beat is looked for in', () => {
    expect(unreadWarning(lead(rate))).toBeUndefined();
    expect(unreadWarning(lead(rate, [4, 6, MISSING], [6.5, 8, MISSING]))).toContain('in 20.0% of lead II');
    expect(unreadWarning(lead(rate, [10, 15, 2047]))).toMatch(/in 2[45].\d% of lead II/);
    expect(unreadWarning({ ...lead(rate), samples: new Int32Array() })).toBeUndefined();
  });
});

describe('a peak at the last sample', () => {
  /** One peak, at the last sample at 300 Hz of what is given. */
  const atEnd = (millivolts: Float32Array): number[] => [millivolts.length - 1];

  it.each([250, 360, 500])('before a gap is kept, and is a sample that is there, at %i Hz', (rate) => {
    for (let shift = 0; shift < 7; shift++) {
      const whole = lead(rate);
      const samples = whole.samples.subarray(0, 10 * rate + shift).slice();
      const gap = { ...whole, samples: whole.samples.slice().fill(MISSING, samples.length) };
      for (const one of [gap, { ...whole, samples }]) {
        const peaks = peaksOfLead(one, atEnd);
        expect(peaks).toHaveLength(1);
        const at = peakSample(one, peaks[0]!);
        expect(at).toBeLessThan(samples.length);
        expect(samples.length - at).toBeLessThanOrEqual(Math.ceil(rate / 300) + 1);
      }
    }
  });
});
