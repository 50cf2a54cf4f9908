import { expect, it } from 'vitest';
import type { BeatsEvent, RhythmEvent, WindowEvent } from '../../../src/dashboard/protocol.js';
import { TEXT } from '../../../src/dashboard/web/text.js';
import { rhythmOf, vitalsOf } from '../../../src/dashboard/web/vitals.js';

const beats = (rateBpm: number | null, to = 30_000): BeatsEvent => ({ epoch: 0, to, rateBpm }) as BeatsEvent;
const rhythm = (labels: readonly string[], start = 28_208): RhythmEvent =>
  ({ epoch: 0, start, labels }) as unknown as RhythmEvent;
const lead = {
  newest: { closedAt: 100_000, endAt: 100_000 } as WindowEvent,
  beats: [beats(60), beats(72)],
  rhythms: [rhythm(['N', 'A'])],
};

it('says the newest rate and rhythm while the signal comes', () => {
  const said = { age: 15, isSilent: false, isBehind: false, bpm: 72, rhythm: 'A' };
  expect(vitalsOf(lead, 115_000)).toEqual(said);
});

it('says no rate and no rhythm of a signal that has stopped, or never came', () => {
  expect(vitalsOf(lead, 116_000)).toMatchObject({ age: 16, isSilent: true, bpm: null, rhythm: undefined });
  const none = { age: undefined, isSilent: true, bpm: null };
  expect(vitalsOf({ ...lead, newest: undefined }, 100_000)).toMatchObject(none);
  expect(vitalsOf(undefined, 0)).toMatchObject({ isSilent: true, bpm: null, rhythm: undefined });
});

it('says no rate where the beats tell none', () => {
  expect(vitalsOf({ ...lead, beats: [beats(null)] }, 100_000).bpm).toBeNull();
});

it('says no rate and no rhythm where the signal comes and the results stay behind', () => {
  const seen = (endAt: number) => vitalsOf({ ...lead, newest: { closedAt: 100_000, endAt } as WindowEvent }, 100_000);
  // Beats end at 100 s, labels at 95.7 s.
  expect(seen(110_000)).toMatchObject({ isBehind: false, bpm: 72, rhythm: 'A' });
  expect(seen(112_000)).toMatchObject({ isBehind: false, bpm: 72, rhythm: undefined });
  expect(seen(116_000)).toMatchObject({ isSilent: false, isBehind: true, bpm: null, rhythm: undefined });
  expect(vitalsOf({ ...lead, beats: [], rhythms: [] }, 100_000)).toMatchObject({ isBehind: true });
  expect(rhythmOf(seen(110_000), TEXT.rhythms)).toBe('Atrial fibrillation');
  expect(rhythmOf(seen(116_000), TEXT.rhythms)).toBe('Not judged');
});

it('tells what cannot be judged from what was not', () => {
  const unreadable = vitalsOf({ ...lead, rhythms: [rhythm([])] }, 100_000);
  expect(rhythmOf(unreadable, TEXT.rhythmsShort)).toBe('Not enough signal');
});
