import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BeatTracker, DETECTION_SPAN, GUARD } from '../../../src/lib/tasks/beat-tracker.js';
import { distanceMap } from '../../../src/lib/tasks/peaks.js';
import { complexes } from './complexes.js';

/** What RPnet sees and says of [from, from + length). */
const seen = (peaks: ArrayLike<number>, from: number, length: number) => ({
  map: distanceMap(Float64Array.from(peaks), from, length),
  millivolts: complexes(peaks, [from, length]),
});

/** Follows a signal with these beats, `piece` samples at a time, as a live stream does; each call moves them by the next of `moves`. */
function follow(tracker: BeatTracker, peaks: readonly number[], length: number, piece: number, moves = [0]): number[] {
  const found: number[] = [];
  for (let to = piece, call = 0; to <= length; to += piece, call++) {
    const from = Math.max(0, to - DETECTION_SPAN);
    const moved = peaks.map((peak) => peak + moves[call % moves.length]!);
    const final = tracker.advance(seen(moved, from, to - from), from, to === length ? to : to - GUARD);
    expect(final.peaks.every((peak) => peak >= final.from && peak < final.to)).toBe(true);
    found.push(...final.peaks);
  }
  return found;
}

describe('the beats of a live stream', () => {
  it('are found once each, wherever the borders of segments lie', () => {
    const gaps = fc.array(fc.integer({ min: 70, max: 500 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.constantFrom(256, 512, 1792), (list, piece) => {
        let at = 0;
        const peaks = list.map((gap) => (at += gap));
        const length = piece * Math.ceil((at + 100) / piece);
        const tracker = new BeatTracker();
        tracker.restart(1, 0);
        expect(follow(tracker, peaks, length, piece)).toEqual(peaks);
      }),
      { numRuns: 60 },
    );
  });

  it('are found once each where RPnet puts them elsewhere each time that it is asked', () => {
    const gaps = fc.array(fc.integer({ min: 90, max: 500 }), { minLength: 2, maxLength: 40 });
    const moves = fc.array(fc.integer({ min: -7, max: 7 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(gaps, moves, fc.constantFrom(256, 512, 1792), (list, by, piece) => {
        let at = 0;
        const peaks = list.map((gap) => (at += gap));
        const length = piece * Math.ceil((at + 100) / piece);
        const tracker = new BeatTracker();
        tracker.restart(1, 0);
        const found = follow(tracker, peaks, length, piece, by);
        expect(found).toHaveLength(peaks.length);
        for (const [i, peak] of peaks.entries()) expect(Math.abs(found[i]! - peak)).toBeLessThanOrEqual(14);
      }),
      { numRuns: 60, examples: [[[1192 - 7, 300], [7, -7], 512]] },
    );
  });

  it('that were not final and have moved before what is are found, at its first sample', () => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    expect(tracker.advance(seen([200, 500, 1400], 0, 1792), 0, 1400).peaks).toEqual([200, 500]);
    expect(tracker.advance(seen([200, 500, 1397], 0, 1792), 0, 1492).peaks).toEqual([1400]);
    expect(tracker.advance(seen([200, 500, 1404], 0, 1792), 0, 1792).peaks).toEqual([]);
  });

  it('go on after a round trip of the state through JSON', () => {
    const peaks = Array.from({ length: 20 }, (_, i) => 150 + 240 * i);
    const whole = new BeatTracker();
    whole.restart(1, 0);
    const expected = follow(whole, peaks, 1792 * 3, 256);
    const first = new BeatTracker();
    first.restart(1, 0);
    const found: number[] = [];
    let tracker = first;
    for (let to = 256; to <= 1792 * 3; to += 256) {
      tracker = new BeatTracker(JSON.parse(JSON.stringify(tracker.state)) as BeatTracker['state']);
      const from = Math.max(0, to - DETECTION_SPAN);
      const finalTo = to === 1792 * 3 ? to : to - GUARD;
      found.push(...tracker.advance(seen(peaks, from, to - from), from, finalTo).peaks);
    }
    expect(found).toEqual(expected);
    expect(tracker.state).toEqual(whole.state);
  });

  it('keep few beats, however long the stream', () => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    follow(
      tracker,
      Array.from({ length: 100 }, (_, i) => 150 + 240 * i),
      1792 * 13,
      1792,
    );
    expect(tracker.state.beats.length).toBeLessThanOrEqual(12);
    expect(tracker.rate()).toBe(75);
  });

  it('are not counted again where the same stretch comes twice', () => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    const both = seen([200, 500], 0, 1792);
    expect(tracker.advance(both, 0, 1492).peaks).toEqual([200, 500]);
    expect(tracker.advance(both, 0, 1492)).toEqual({ from: 1492, to: 1492, peaks: [] });
  });
});

describe('low beats', () => {
  const low = Array.from({ length: 30 }, (_, i) => 150 + 240 * i);
  const heard = (peaks: number[], from: number) => ({
    map: distanceMap(Float64Array.from(peaks), from, 1792),
    millivolts: complexes(peaks, [from, 1792], { height: 0.15 }),
  });
  const behind = (epoch: number): number => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    for (const from of [0, 1792]) tracker.advance(heard(low, from), from, from + 1792);
    tracker.restart(epoch, 4000);
    return tracker.advance(heard(low, 4000), 4000, 5792).peaks.length;
  };

  it('are known behind a hole, and not in a new epoch', () => {
    expect(behind(1)).toBe(low.filter((at) => at >= 4000 && at < 5792).length);
    expect(behind(2)).toBeLessThan(behind(1));
  });
});

describe('a NOISY piece', () => {
  const SPAN = 1792;
  /** Valleys of 8 mV in the first piece, and beats of 1 mV that come unevenly in the second, on a line without texture. */
  const beats = Array.from({ length: 14 }, (_, i) => 130 + 240 * i + (i % 3) * 40);
  const millivolts = complexes(beats, [0, 2 * SPAN], { height: (beat) => (beat < SPAN ? 8 : 1) });
  const behind = (noiseFrom?: number): number[] => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    const piece = (from: number) => ({ map: distanceMap(Float64Array.from(beats), from, SPAN), millivolts: millivolts.subarray(from, from + SPAN) }); // prettier-ignore
    tracker.advance(piece(0), 0, SPAN, noiseFrom);
    return tracker.advance(piece(SPAN), SPAN, 2 * SPAN).peaks;
  };

  it('is no measure of the beats behind it', () => {
    expect(behind(0)).toEqual(beats.filter((at) => at >= SPAN));
    expect(behind()[0]).toBeGreaterThan(SPAN + 1200);
  });
});

describe('the heart rate', () => {
  const rateOf = (peaks: number[], to = peaks.at(-1)! + 100): number | null => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    tracker.advance(seen(peaks, 0, 4000), 0, to);
    return tracker.rate();
  };

  it('falls while a beat is late, and is none after 4 s without one', () => {
    const beats = Array.from({ length: 10 }, (_, i) => 200 + 240 * i);
    const last = beats.at(-1)!;
    expect([0, 600, 900, 1199, 1200].map((open) => rateOf(beats, last + open))).toEqual([
      75,
      75,
      40,
      36_000 / 1199,
      null,
    ]);
  });

  it('needs three beats and is the median’s', () => {
    expect(rateOf([300, 600])).toBeNull();
    expect(rateOf([300, 600, 900])).toBe(60);
    // One early beat and its pause leave the median alone.
    expect(rateOf([300, 600, 900, 1050, 1500, 1800, 2100])).toBe(60);
  });

  it('does not reach across a gap', () => {
    const tracker = new BeatTracker();
    tracker.restart(1, 0);
    tracker.advance(seen([300, 600, 900], 0, 1792), 0, 1792);
    tracker.restart(2, 0);
    expect(tracker.rate()).toBeNull();
    expect(tracker.state).toEqual({ epoch: 2, finalTo: 0, beats: [], shape: { heights: [], low: [] } });
  });
});
