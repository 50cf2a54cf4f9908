import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { nativeIndex, STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import { GUARD } from '../../../src/lib/tasks/beat-tracker.js';
import type { TaskSegment } from '../../../src/lib/tasks/segment.js';
import { segmentOf } from '../../../src/tasks-stream/windows.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { distanceMap, matchBeats } from '../../../src/lib/tasks/peaks.js';
import { CLASS_COUNT } from '../../../src/lib/tasks/rhythm.js';
import { FLAG } from '../../../src/lib/signal/flags.js';
import { newestLabels, StreamAnalysis } from '../../../src/lib/tasks/stream-analysis.js';
import { EPOCH, nativeWindow } from '../../tasks-stream/windows.js';
import { complexes } from './complexes.js';

const recording = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'));
const native = Int16Array.from(recording.leads[0]!.samples.subarray(0, 40_000));
const segment = (i: number, over = {}): TaskSegment => segmentOf(nativeWindow(i, native, 360, { flags: 0, ...over }));
const NO_ANSWERS = { probabilities: undefined, map: undefined };

/** A piece of window 0 or later: `length` samples from `start` on. */
function piece(start: number, length: number, flags = 0): TaskSegment {
  const firstIndex = nativeIndex(start, 360);
  const samples = native.slice(firstIndex, nativeIndex(start + length, 360));
  return {
    ...segment(0),
    start,
    length,
    flags,
    stretch: { ...segment(0).stretch, start, length, firstIndex, samples },
  };
}

describe('the questions of a stream', () => {
  it('wait for 14 steps, then ask for the newest 7 with up to 35 steps of context', () => {
    const analysis = new StreamAnalysis();
    const asked = Array.from({ length: 7 }, (_, i) => analysis.take(segment(i)).rhythm);
    expect(asked[0]).toBeUndefined();
    expect(asked.slice(1).map((q) => q!.input.length / STEP)).toEqual([14, 21, 28, 35, 35, 35]);
    expect(new Set(asked.slice(1).map((q) => q!.newSteps))).toEqual(new Set([7]));
    expect(asked.slice(1).map((q) => q!.end)).toEqual([2, 3, 4, 5, 6, 7].map((n) => n * WINDOW));
  });

  it('ask for k labels of a piece of k steps, and leave no step out', () => {
    const analysis = new StreamAnalysis();
    for (const i of [0, 1]) analysis.take(segment(i));
    const lengths = [5 * STEP, 2 * STEP, WINDOW, STEP, 6 * STEP];
    let start = 2 * WINDOW;
    for (const length of lengths) {
      const { restarted, rhythm, peaks } = analysis.take(piece(start, length));
      start += length;
      expect([restarted, rhythm!.newSteps, rhythm!.end]).toEqual([false, length / STEP, start]);
      expect(peaks!.finalTo).toBe(start - GUARD);
    }
  });

  it('begin anew after a hole and at a new epoch', () => {
    const analysis = new StreamAnalysis();
    for (const i of [0, 1]) analysis.take(segment(i));
    const afterHole = analysis.take(segment(3));
    expect([afterHole.restarted, afterHole.rhythm, analysis.contextFrom]).toEqual([true, undefined, 3 * WINDOW]);
    const nextEpoch = analysis.take(segment(0, { epoch: EPOCH + 60_000 }));
    expect([nextEpoch.restarted, analysis.contextFrom]).toEqual([true, 0]);
  });

  it.each(['LEAD_OFF', 'SATURATED', 'CONSTANT', 'DECODE_FAILED'] as const)(
    'are none of a %s segment, which empties the context',
    (flag) => {
      const analysis = new StreamAnalysis();
      for (const i of [0, 1]) analysis.take(segment(i));
      const unreadable = segment(2, {
        flags: FLAG[flag],
        ...(flag === 'DECODE_FAILED' ? { samples: Buffer.alloc(0) } : {}),
      });
      const questions = analysis.take(unreadable);
      expect(questions).toEqual({ restarted: true, rhythm: undefined, peaks: undefined });
      expect(analysis.answer(unreadable, questions, NO_ANSWERS)).toMatchObject({
        rhythm: undefined,
        beats: { peaks: [] },
      });
      // The next one continues where this one ended, but nothing before it is looked at.
      expect(analysis.take(segment(3))).toMatchObject({ restarted: false, rhythm: undefined });
      expect(analysis.contextFrom).toBe(3 * WINDOW);
    },
  );

  it('after a restart are those that would have been asked without it', () => {
    const whole = new StreamAnalysis();
    for (let i = 0; i < 6; i++) whole.take(segment(i));
    const restarted = new StreamAnalysis(whole.beatState);
    for (let i = Math.floor(whole.contextFrom / WINDOW); i < 6; i++) restarted.replay(segment(i));
    expect(restarted.take(segment(6))).toEqual(whole.take(segment(6)));
  });
});

describe('beats', () => {
  const border = WINDOW - 20;
  const peaks = Float64Array.from([500, 1000, border, WINDOW + 600, 2 * WINDOW - 30]);
  const line = Int16Array.from(complexes(peaks, [0, 10 * WINDOW], { rate: 360 }), (mv) => 1024 + Math.round(200 * mv));
  /** The segment with a complex at each of them. */
  const beating = ({ stretch, ...each }: TaskSegment): TaskSegment => {
    const samples = line.slice(stretch.firstIndex, stretch.firstIndex + stretch.samples.length);
    return { ...each, stretch: { ...stretch, samples } };
  };
  const answer = (analysis: StreamAnalysis, recorded: TaskSegment): number[] => {
    const each = beating(recorded);
    const questions = analysis.take(each);
    const map = distanceMap(peaks, questions.peaks!.from, questions.peaks!.input.length);
    return analysis.answer(each, questions, { probabilities: undefined, map }).beats.peaks;
  };

  it('of the newest 300 ms wait for the next segment, but not at a hole or the end of the epoch', () => {
    for (const end of [segment(1, { flags: FLAG.LAST }), piece(WINDOW, WINDOW - 10, FLAG.MISSING)]) {
      const analysis = new StreamAnalysis();
      expect(answer(analysis, segment(0))).toEqual([500, 1000]);
      expect(answer(analysis, end)).toEqual([border, WINDOW + 600, 2 * WINDOW - 30]);
    }
  });

  it('wait where a piece behind a hole ends on the grid: the next one continues it', () => {
    const analysis = new StreamAnalysis();
    expect(analysis.take(piece(WINDOW + 100, WINDOW - 100, FLAG.MISSING)).peaks!.finalTo).toBe(2 * WINDOW - GUARD);
  });

  it('are found once however the window is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(cuts, (lengths) => {
        const analysis = new StreamAnalysis();
        const found: number[] = [];
        let start = 0;
        for (const steps of [...lengths, ...new Array<number>(14).fill(1)]) {
          if (start >= 2 * WINDOW) break;
          const length = Math.min(steps * STEP, 2 * WINDOW - start);
          found.push(...answer(analysis, piece(start, length, start + length === 2 * WINDOW ? FLAG.LAST : 0)));
          start += length;
        }
        expect(found).toEqual([...peaks]);
      }),
      { numRuns: 12 },
    );
  });

  it('of segments that were taken together are those of segments taken one by one', () => {
    const analysis = new StreamAnalysis();
    const taken = [segment(0), segment(1), segment(4)].map(beating).map((each) => [each, analysis.take(each)] as const);
    const found = taken.map(([each, questions]) => {
      const map = distanceMap(peaks, questions.peaks!.from, questions.peaks!.input.length);
      return analysis.answer(each, questions, { probabilities: undefined, map }).beats;
    });
    expect(found.map((beats) => beats.peaks)).toEqual([[500, 1000], [border, WINDOW + 600], []]);
    expect(found[2]!.from).toBe(4 * WINDOW);
  });
});

describe('over a hole of 40 ms', () => {
  /** Pieces of `length` samples with a hole behind each, up to `end`. */
  const pieces = (length: number, end: number): TaskSegment[] => {
    const cut: TaskSegment[] = [];
    for (let start = 0; start < end;) {
      const border = start - (start % WINDOW) + WINDOW;
      cut.push(piece(start, Math.min(length, border - start), FLAG.MISSING));
      start += cut.at(-1)!.length;
      if (start !== border) start += 12;
    }
    return cut;
  };
  const regular = Float64Array.from({ length: 40 }, (_, i) => 150 + 240 * i);
  const line = Int16Array.from(complexes(regular, [0, 6 * WINDOW], { rate: 360 }), (mv) => Math.round(200 * mv));
  const beating = ({ stretch, ...each }: TaskSegment): TaskSegment => {
    const samples = line.slice(stretch.firstIndex, stretch.firstIndex + stretch.samples.length);
    return { ...each, stretch: { ...stretch, samples } };
  };

  it('RPnet sees a straight line, the classifier nothing from before it', () => {
    const analysis = new StreamAnalysis();
    for (const i of [0, 1]) analysis.take(segment(i));
    const behind = analysis.take(piece(2 * WINDOW + 12, WINDOW - 12, FLAG.MISSING));
    expect([behind.restarted, behind.rhythm]).toEqual([false, undefined]);
    const at = 2 * WINDOW - behind.peaks!.from;
    const bridged = behind.peaks!.input.subarray(at - 1, at + 13);
    const step = (bridged[13]! - bridged[0]!) / 13;
    bridged.forEach((mv, i) => {
      expect(mv).toBeCloseTo(bridged[0]! + i * step, 5);
    });
    expect(analysis.take(piece(3 * WINDOW + 13, WINDOW - 13, FLAG.MISSING)).restarted).toBe(true);
  });

  it.each([30, 210, 300])('beats and their rate are found between holes behind every %i samples', (length) => {
    const analysis = new StreamAnalysis();
    const found: number[] = [];
    let rate: number | null = null;
    for (const each of pieces(length, 5 * WINDOW).map(beating)) {
      const questions = analysis.take(each);
      const map = questions.peaks && distanceMap(regular, questions.peaks.from, questions.peaks.input.length);
      const result = analysis.answer(each, questions, { probabilities: undefined, map });
      found.push(...result.beats.peaks);
      rate = result.rate;
    }
    const expected = [...regular].filter((at) => at < 5 * WINDOW - GUARD);
    // Where a hole comes within 40 ms behind a peak its place is not known better.
    expect(matchBeats(expected, found, 12)).toMatchObject({ missed: 0, invented: 0 });
    expect(rate).toBeCloseTo(75, 0);
  });

  it('short pieces wait for the window, or for a hole across its border', () => {
    const analysis = new StreamAnalysis();
    const asked = pieces(210, 4 * WINDOW).map((each) => [analysis.take(each).peaks !== undefined, each.start] as const);
    const starts = asked.filter(([is]) => is).map(([, start]) => Math.floor(start / WINDOW));
    expect(starts).toEqual([0, 1, 2, 3]);
    const across = new StreamAnalysis();
    for (let start = 0; start < WINDOW - 200; start += 222) across.take(piece(start, 210, FLAG.MISSING));
    across.take(piece(8 * 222, WINDOW - 5 - 8 * 222, FLAG.MISSING));
    expect(across.take(piece(WINDOW + 5, 100, FLAG.MISSING)).peaks!.input.length).toBeGreaterThan(WINDOW);
    expect(across.take(piece(WINDOW + 110, 100, FLAG.MISSING)).peaks).toBeUndefined();
    expect(across.take(piece(WINDOW + 215, 100, FLAG.LAST)).peaks!.finalTo).toBe(WINDOW + 315);
  });

  it('questions after a restart are those that would have been asked without it', () => {
    const all = pieces(210, 6 * WINDOW);
    const half = all.length >> 1;
    const whole = new StreamAnalysis();
    for (const each of all.slice(0, half)) whole.take(each);
    const restarted = new StreamAnalysis(whole.beatState);
    for (const each of all.slice(0, half).filter(({ start }) => start >= whole.contextFrom)) restarted.replay(each);
    for (const each of all.slice(half)) expect(restarted.take(each)).toEqual(whole.take(each));
  });
});

describe('an answer', () => {
  const confident = (steps: number): Float32Array => {
    const probabilities = new Float32Array(steps * CLASS_COUNT);
    for (let step = 0; step < steps; step++) probabilities[step * CLASS_COUNT] = 1;
    return probabilities;
  };
  const play = (peaks: Float64Array, spoil?: (map: Float32Array, probabilities: Float32Array | undefined) => void) => {
    const analysis = new StreamAnalysis();
    return [0, 1, 2].map((i) => {
      const questions = analysis.take(segment(i));
      const map = distanceMap(peaks, questions.peaks!.from, questions.peaks!.input.length);
      const probabilities = questions.rhythm && confident(questions.rhythm.input.length / STEP);
      spoil?.(map, probabilities);
      return analysis.answer(segment(i), questions, { probabilities, map });
    });
  };
  const every200 = Float64Array.from({ length: 40 }, (_, i) => 100 + 200 * i);

  it('names the rhythm where there are beats, and none where there is none for 4 s', () => {
    expect(play(every200).map(({ rhythm }) => rhythm?.labels.length)).toEqual([undefined, 7, 7]);
    expect(play(new Float64Array()).map(({ rhythm }) => rhythm)).toEqual([undefined, undefined, undefined]);
  });

  it('that is not finite names no rhythm and no beat, and says so', () => {
    for (const which of ['map', 'probabilities']) {
      const results = play(every200, (map, probabilities) => {
        (which === 'map' ? map : (probabilities ?? new Float32Array(1)))[0] = NaN;
      });
      expect(results.at(-1)).toMatchObject({ rhythm: undefined, beats: { peaks: [] }, rate: null, finite: false });
    }
  });
});

it('the newest labels are the last steps of an answer', () => {
  const probabilities = new Float32Array(3 * CLASS_COUNT);
  [0, 2, 1].forEach((label, step) => (probabilities[step * CLASS_COUNT + label] = 1));
  expect(newestLabels({ newSteps: 2 }, probabilities)).toEqual({
    labels: [2, 1],
    probabilities: [0, 0, 1, 0, 0, 1, 0, 0],
  });
});
