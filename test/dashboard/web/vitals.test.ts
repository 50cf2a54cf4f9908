import { expect, it } from 'vitest';
import type { BeatsEvent, RhythmEvent, WindowEvent } from '../../../src/dashboard/protocol.js';
import { vitalsOf } from '../../../src/dashboard/web/vitals.js';

const lead = {
  newest: { closedAt: 100_000 } as WindowEvent,
  beats: [{ rateBpm: 60 }, { rateBpm: 72 }] as BeatsEvent[],
  rhythms: [{ labels: ['N', 'A'] }] as unknown as RhythmEvent[],
};

it('says the newest rate and rhythm while the signal comes', () => {
  expect(vitalsOf(lead, 115_000)).toEqual({ age: 15, isSilent: false, bpm: 72, rhythm: 'A' });
});

it('says no rate and no rhythm of a signal that has stopped, or never came', () => {
  expect(vitalsOf(lead, 116_000)).toEqual({ age: 16, isSilent: true, bpm: null, rhythm: undefined });
  expect(vitalsOf({ ...lead, newest: undefined }, 100_000)).toMatchObject({
    age: undefined,
    isSilent: true,
    bpm: null,
  });
  expect(vitalsOf(undefined, 0)).toMatchObject({ isSilent: true, bpm: null, rhythm: undefined });
});

it('says no rate where the beats tell none', () => {
  expect(vitalsOf({ ...lead, beats: [{ rateBpm: null }] as BeatsEvent[] }, 100_000).bpm).toBeNull();
});
