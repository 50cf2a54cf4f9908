import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { STEP, WINDOW } from '../../src/lib/signal/grid.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { distanceMap } from '../../src/lib/tasks/peaks.js';
import { CLASS_COUNT } from '../../src/lib/tasks/rhythm.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import { newestLabels, StreamAnalysis } from '../../src/tasks-stream/stream-analysis.js';
import { EPOCH, nativeWindow } from './windows.js';

const recording = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'));
const native = Int16Array.from(recording.leads[0]!.samples.subarray(0, 40_000));
const window = (i: number, over = {}) => nativeWindow(i, native, 360, over);
const at = (offset: number) => ({ offset, timestamp: EPOCH + 6000 * offset });

describe('the questions of a stream', () => {
  it('wait for 14 steps, then ask for the newest 7 with up to 35 steps of context', () => {
    const analysis = new StreamAnalysis();
    const asked = Array.from({ length: 7 }, (_, i) => analysis.take(window(i), at(i)).rhythm);
    expect(asked[0]).toBeUndefined();
    expect(asked.slice(1).map((q) => q!.input.length / STEP)).toEqual([14, 21, 28, 35, 35, 35]);
    expect(new Set(asked.slice(1).map((q) => q!.newSteps))).toEqual(new Set([7]));
    expect(asked.slice(1).map((q) => q!.end)).toEqual([2, 3, 4, 5, 6, 7].map((n) => n * WINDOW));
  });

  it('begin anew after a hole and at a new epoch', () => {
    const analysis = new StreamAnalysis();
    for (const i of [0, 1]) analysis.take(window(i), at(i));
    const afterHole = analysis.take(window(3), at(3));
    expect(afterHole.restarted).toBe(true);
    expect(afterHole.rhythm).toBeUndefined();
    expect(analysis.lowWater).toBe(3);
    const nextEpoch = analysis.take(window(0, { epoch: EPOCH + 60_000 }), at(4));
    expect(nextEpoch.restarted).toBe(true);
    expect(analysis.lowWater).toBe(4);
  });

  it('after a restart are those that would have been asked without it', () => {
    const whole = new StreamAnalysis();
    for (let i = 0; i < 6; i++) whole.take(window(i), at(i));
    const restarted = new StreamAnalysis(whole.beatState);
    for (let i = whole.lowWater!; i < 6; i++) restarted.replay(window(i), at(i));
    expect(restarted.take(window(6), at(6))).toEqual(whole.take(window(6), at(6)));
  });

  it('leave the newest 300 ms of beats to the next segment, but not at the end of the epoch', () => {
    const analysis = new StreamAnalysis();
    const border = WINDOW - 20;
    const peaks = Float64Array.from([500, 1000, border, WINDOW + 600]);
    const answer = (i: number, flags = 0) => {
      const question = analysis.take(window(i, { flags }), at(i)).peaks!;
      return analysis.answerPeaks(question, distanceMap(peaks, question.from, question.input.length)).peaks;
    };
    expect(answer(0)).toEqual([500, 1000]);
    expect(answer(1, FLAG.LAST)).toEqual([border, WINDOW + 600]);
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
