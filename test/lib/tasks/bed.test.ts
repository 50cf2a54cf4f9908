import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../../src/lib/signal/flags.js';
import { STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import type { AlarmChange } from '../../../src/lib/tasks/alarms/episode.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { distanceMap } from '../../../src/lib/tasks/peaks.js';
import { CLASS_COUNT } from '../../../src/lib/tasks/rhythm.js';
import type { TaskSegment } from '../../../src/lib/tasks/segment.js';
import { fibrillating } from './alarms/compose.js';
import { complexes } from './complexes.js';

const EPOCH = Date.UTC(2026, 0, 2);

/** Segments of a silent 300 Hz line. */
function segment(start: number, length: number, flags = 0, stream = 'bed-1.1'): TaskSegment {
  const stretch = {
    start,
    length,
    rate: 300,
    firstIndex: start,
    gain: 200,
    baseline: 0,
    samples: new Int16Array(length),
  };
  const closedAt = EPOCH + ((start + length) * 1000) / 300;
  return { stream, epoch: EPOCH, sequence: start / STEP, start, length, flags, closedAt, clockRate: 1, stretch };
}

/** The segment with a complex at each beat. */
function beating(each: TaskSegment, beats: Float64Array): TaskSegment {
  const { stretch, start, length } = each;
  const samples = Int16Array.from(complexes(beats, [start, length]), (mv) => Math.round(mv * stretch.gain));
  return { ...each, stretch: { ...stretch, samples } };
}

/** A network that sees beats where the test has put them, and one class. */
function play(bed: Bed, silent: TaskSegment, beats: Float64Array, label = 0): AlarmChange[] {
  const each = beating(silent, beats);
  const questions = bed.take(each);
  const { peaks, rhythm } = questions;
  const probabilities = rhythm && new Float32Array((rhythm.input.length / STEP) * CLASS_COUNT);
  for (let i = label; probabilities !== undefined && i < probabilities.length; i += CLASS_COUNT) probabilities[i] = 1;
  const map = peaks && distanceMap(beats, peaks.from, peaks.input.length);
  return bed.answer(each, questions, { probabilities, map }, each.closedAt + 900).changes;
}

const beatsAt = (bpm: number, to: number): Float64Array =>
  Float64Array.from({ length: Math.floor((to * bpm) / 18_000) }, (_, i) => ((i + 0.5) * 18_000) / bpm);
const onsets = (changes: readonly AlarmChange[]): string[] =>
  changes.filter(({ reason }) => reason === 'ONSET').map(({ kind }) => kind);

describe('a bed', () => {
  it('raises asystole from a window that the edge closed early, within 10 s of the last beat', () => {
    const beats = beatsAt(60, WINDOW);
    const bed = new Bed('bed-1');
    const lastBeat = beats.at(-1)!;
    const changes = [0, 1].flatMap((i) => play(bed, segment(i * WINDOW, i === 0 ? WINDOW : 5 * STEP), beats));
    expect(onsets(changes)).toEqual(['asystole']);
    expect(WINDOW + 5 * STEP - lastBeat).toBeLessThan(3000);
    expect(changes[0]!.at).toBeLessThanOrEqual(EPOCH + ((lastBeat + 3000) * 1000) / 300);
  });

  it('has no gap between pieces of one window, and one where a piece is missing', () => {
    const bed = new Bed('bed-1');
    const beats = beatsAt(70, 10 * WINDOW);
    const pieces = [segment(0, WINDOW), segment(WINDOW, STEP), segment(WINDOW + STEP, 6 * STEP)];
    expect(pieces.flatMap((each) => play(bed, each, beats))).toEqual([]);
    expect(onsets(play(bed, segment(3 * WINDOW, WINDOW), beats))).toEqual(['gap']);
  });

  it.each([
    [FLAG.LEAD_OFF, ['lead-off']],
    [FLAG.LEAD_OFF | FLAG.CONSTANT, ['lead-off']],
    [FLAG.CONSTANT, ['asystole-or-lead-off']],
    [FLAG.SATURATED, ['saturation', 'unwatched']],
    [FLAG.NOISY, ['noise', 'unwatched']],
    [FLAG.DECODE_FAILED, ['decode-failed']],
  ])('with flags %i has alarms %j and never an arrhythmia', (flags, expected) => {
    const bed = new Bed('bed-1');
    const beats = beatsAt(70, 2 * WINDOW);
    const changes = Array.from({ length: 12 }, (_, i) => play(bed, segment(i * WINDOW, WINDOW, i < 2 ? 0 : flags), beats, i < 2 ? 0 : 1)); // prettier-ignore
    expect(onsets(changes.flat())).toEqual(expected);
  });

  it('takes an answer that is no number for a segment that cannot be read', () => {
    const bed = new Bed('bed-1');
    const each = segment(0, WINDOW);
    const questions = bed.take(each);
    const map = new Float32Array(WINDOW).fill(NaN);
    const result = bed.answer(each, questions, { probabilities: undefined, map }, each.closedAt);
    expect(result).toMatchObject({ finite: false, rhythm: undefined, beats: { peaks: [] } });
    expect(onsets(result.changes)).toEqual(['decode-failed']);
  });

  it('calls atrial fibrillation within 60 s of its first label', () => {
    const bed = new Bed('bed-1');
    const regular = beatsAt(80, 4 * WINDOW);
    const irregular = fibrillating(100).reduce(
      (beats, ms) => [...beats, beats.at(-1)! + Math.round(0.3 * ms)],
      [4 * WINDOW],
    );
    const beats = Float64Array.from([...regular, ...irregular]);
    const changes = Array.from({ length: 12 }, (_, i) => play(bed, segment(i * WINDOW, WINDOW), beats, i < 4 ? 0 : 1));
    const [onset] = changes.flat();
    expect(onset!.kind).toBe('atrial-fibrillation');
    expect(onset!.at - (EPOCH + (4 * WINDOW * 1000) / 300)).toBeLessThanOrEqual(60_000);
  });

  it('goes on after a restart at any point as if there had been none', () => {
    const beats = Float64Array.from([
      ...beatsAt(150, 5 * WINDOW),
      ...beatsAt(70, 20 * WINDOW).filter((b) => b > 7 * WINDOW),
    ]);
    const segments = Array.from({ length: 14 }, (_, i) =>
      segment(i * WINDOW, WINDOW, i === 10 ? FLAG.NOISY : 0),
    ).filter((_, i) => i !== 9);
    const whole = new Bed('bed-1');
    const expected = segments.map((each, i) => play(whole, each, beats, i % 5 === 0 ? 1 : 0));
    expect(new Set(onsets(expected.flat())).size).toBeGreaterThan(2);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: segments.length - 1 }), (cut) => {
        const first = new Bed('bed-1');
        for (const [i, each] of segments.slice(0, cut).entries()) play(first, each, beats, i % 5 === 0 ? 1 : 0);
        const second = new Bed('bed-1', { state: JSON.parse(JSON.stringify(first.state)) });
        for (const each of segments.slice(Math.max(0, cut - 7), cut)) second.replay(beating(each, beats));
        const after = segments.slice(cut).map((each, i) => play(second, each, beats, (i + cut) % 5 === 0 ? 1 : 0));
        expect(after).toEqual(expected.slice(cut));
      }),
      { numRuns: 14 },
    );
  });

  it('keeps the beats of a stream that was not heard of yet when another saves', () => {
    const beats = beatsAt(70, 10 * WINDOW);
    const first = new Bed('bed-1');
    for (const stream of ['a', 'b']) play(first, segment(0, WINDOW, 0, stream), beats);
    const second = new Bed('bed-1', { state: first.state });
    play(second, segment(WINDOW, WINDOW, 0, 'a'), beats);
    expect(second.state.beats['b']).toEqual(first.state.beats['b']);
  });
});

describe('a saved state', () => {
  it('of the first version is taken over: open episodes go on under their ids', () => {
    const alarms = { leads: {}, pending: {}, active: { asystole: { id: 'abc', onsetAt: EPOCH } } };
    const dropped: string[] = [];
    const state = { version: 1, beats: {}, alarms };
    const bed = new Bed('bed-1', { state, onStateDropped: (reason) => dropped.push(reason) });
    const beats = beatsAt(70, 4 * WINDOW);
    const changes = [0, 1].flatMap((i) => play(bed, segment(i * WINDOW, WINDOW), beats));
    expect(changes).toMatchObject([{ id: 'abc', kind: 'asystole', state: 'LATCHED', onsetAt: EPOCH }]);
    expect(dropped).toEqual([]);
  });

  it('whose heights are of another kind keeps its beats and alarms', () => {
    const beats = beatsAt(70, 4 * WINDOW);
    const first = new Bed('bed-1');
    play(first, segment(0, WINDOW), beats);
    for (const shape of [undefined, { heights: [1], low: [{ height: 1 }] }]) {
      const state = structuredClone(first.state) as { beats: Record<string, { shape: unknown }> };
      for (const saved of Object.values(state.beats)) saved.shape = shape;
      const second = new Bed('bed-1', { state, onStateDropped: (reason) => expect.fail(reason) });
      second.replay(beating(segment(0, WINDOW), beats));
      expect(play(second, segment(WINDOW, WINDOW), beats)).toEqual([]);
      expect(second.state.beats['bed-1.1']!.beats.length).toBeGreaterThan(10);
    }
  });

  it.each([
    ['of a later version', { version: 3 }],
    ['that is no object', 'text'],
    ['whose episodes are none', { version: 2, beats: {}, alarms: { now: 1 } }],
    ['of a kind that is not known', { version: 1, beats: {}, alarms: { active: { fever: { id: 'a', onsetAt: 1 } } } }],
  ])('%s is dropped, with a reason, and the bed begins anew', (_, state) => {
    const dropped: string[] = [];
    const bed = new Bed('bed-1', { state, onStateDropped: (reason) => dropped.push(reason) });
    expect(dropped).toHaveLength(1);
    expect(bed.state.alarms.episodes.open).toEqual({});
  });
});
