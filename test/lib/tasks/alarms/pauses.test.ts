/** Audio pauses whose commands come late, whose clock is set, and of which a part is resumed. */
import { describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/lib/tasks/alarms/episode.js';
import { engineStateSchema } from '../../../../src/lib/tasks/alarms/engine.js';
import { brief, of, Ward } from './compose.js';

/** A bed with an active medium alarm. */
function tachycardia(): Ward {
  const ward = new Ward();
  ward.play(40, { bpm: 130 });
  return ward;
}

/** A bed with two medium alarms, and the first of them. */
function fibrillation(): { ward: Ward; first: AlarmChange } {
  const ward = new Ward({ leads: 2 });
  const [first] = ward.play(40, { bpm: 130 });
  expect(of(ward.play(4, { bpm: 130 }, { obstacle: 'lead-off' }), 'lead-off')).toEqual(['ACTIVE ONSET']);
  return { ward, first: first! };
}

const silent = ({ engine }: Ward): string[] =>
  Object.entries(engine.state.episodes.open).flatMap(([kind, { pausedUntil }]) => (pausedUntil === null ? [] : [kind]));

describe('a pause that is taken in late', () => {
  it('does not cover a high alarm that began after it was asked for, as if it had come in time', () => {
    for (const kind of [null, 'asystole']) {
      const ward = tachycardia();
      const at = ward.wall;
      expect(of(ward.play(8, { bpm: null }), 'asystole')).toEqual(['ACTIVE ONSET']);
      expect(ward.ask('PAUSE', { kind, at, pauseMs: 600_000 })).toBeUndefined();
      expect(ward.engine.state.episodes.pauses).toEqual([]);
      ward.restart();
      expect(silent(ward)).toEqual([]);
      expect(brief(ward.ask('PAUSE', { kind, pauseMs: 600_000 })!)).toEqual(['asystole ACTIVE PAUSED']);
    }
  });

  it('ends the one whose place it takes, where a high alarm has ended it', () => {
    const ward = new Ward();
    ward.play(20);
    ward.play(8, { bpm: null });
    ward.ask('PAUSE', { pauseMs: 600_000 });
    ward.ask('ACKNOWLEDGE');
    ward.play(8);
    const at = ward.wall;
    ward.play(4);
    const [onset] = ward.play(8, { bpm: null });
    expect(onset).toMatchObject({ kind: 'asystole', reason: 'ONSET' });
    expect(onset!.pausedUntil).toBeGreaterThan(ward.wall);
    expect(brief(ward.ask('PAUSE', { at, pauseMs: 600_000 })!)).toEqual(['asystole ACTIVE RESUMED']);
  });

  it('ends none that was asked for after it: the clock of who asks may be slow', () => {
    const ward = new Ward();
    ward.play(20);
    expect(of(ward.play(20, { bpm: 160 }), 'extreme-tachycardia')).toEqual(['ACTIVE ONSET']);
    expect(ward.ask('PAUSE', { pauseMs: 120_000 })).toHaveLength(1);
    expect(ward.ask('PAUSE', { at: ward.wall - 30_000, pauseMs: 120_000 })).toBeUndefined();
    expect(silent(ward)).toEqual(['extreme-tachycardia']);
  });

  it('is not for an alarm that was over and came back after it was asked for', () => {
    const ward = new Ward();
    ward.play(20);
    const [asystole] = ward.play(8, { bpm: null });
    ward.play(20);
    const at = ward.wall;
    expect(of(ward.play(8, { bpm: null }), 'asystole')).toEqual(['ACTIVE RETURNED']);
    for (const alarm of [null, asystole!.id]) {
      expect(ward.ask('PAUSE', { alarm, at, pauseMs: 600_000 })).toBeUndefined();
    }
    expect(silent(ward)).toEqual([]);
  });

  it('covers what is no graver than what was there', () => {
    const ward = tachycardia();
    const at = ward.wall;
    ward.play(8, { bpm: 130, obstacle: 'lead-off' });
    expect(ward.ask('PAUSE', { at, pauseMs: 600_000 })).toHaveLength(2);
    expect(silent(ward)).toEqual(['tachycardia', 'lead-off']);
  });
});

describe('a wall clock that is set back', () => {
  it.each([false, true])('lengthens no pause, with a restart: %s', (restart) => {
    const ward = tachycardia();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    ward.play(60, { bpm: 130 });
    ward.wall -= 3_600_000;
    if (restart) ward.restart();
    const [told] = ward.play(2, { bpm: 130 });
    expect(told).toMatchObject({ reason: 'PAUSED', pausedUntil: ward.wall + 60_000 });
    expect(ward.play(56, { bpm: 130 })).toEqual([]);
    expect(brief(ward.play(6, { bpm: 130 }))).toEqual(['tachycardia ACTIVE RESUMED']);
  });

  it('says nothing where it is set back by less than two clocks differ', () => {
    const ward = tachycardia();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    ward.play(20, { bpm: 130 });
    ward.wall -= 2_500;
    expect(ward.play(20, { bpm: 130 })).toEqual([]);
  });

  it('lengthens a pause of before that was counted by no more than its own length', () => {
    const ward = tachycardia();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    for (const pause of ward.engine.state.episodes.pauses) delete pause.left;
    ward.wall -= 3_600_000;
    ward.play(2, { bpm: 130 });
    expect(of(ward.play(130, { bpm: 130 }), 'tachycardia')).toEqual(['ACTIVE RESUMED']);
  });

  it('keeps no alarm that was there from being acknowledged and paused', () => {
    const ward = new Ward();
    ward.play(20);
    ward.play(8, { bpm: null });
    ward.wall -= 3_600_000;
    ward.play(2, { bpm: null });
    expect(brief(ward.ask('PAUSE')!)).toEqual(['asystole ACTIVE PAUSED']);
    expect(brief(ward.ask('ACKNOWLEDGE')!)).toEqual(['asystole ACKNOWLEDGED ACKNOWLEDGED']);
  });
});

describe('resuming a part of what is paused', () => {
  it('brings back one alarm, and leaves the others silent', () => {
    const { ward, first } = fibrillation();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    expect(ward.ask('RESUME', { alarm: 'another' })).toBeUndefined();
    expect(brief(ward.ask('RESUME', { alarm: first.id })!)).toEqual(['tachycardia ACTIVE RESUMED']);
    expect(ward.ask('RESUME', { alarm: first.id })).toBeUndefined();
    ward.restart();
    expect(ward.play(20, { bpm: 130 }, { obstacle: 'lead-off' })).toEqual([]);
    expect(silent(ward)).toEqual(['lead-off']);
  });

  it('brings back one kind, of one alarm and of the whole bed, also before it begins', () => {
    const { ward, first } = fibrillation();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    expect(brief(ward.ask('RESUME', { kind: 'tachycardia' })!)).toEqual(['tachycardia ACTIVE RESUMED']);
    expect(ward.ask('RESUME', { kind: 'noise' })).toEqual([]);
    expect(ward.ask('RESUME', { kind: 'noise' })).toBeUndefined();
    ward.restart();
    const changes = ward.play(20, { bpm: 130, obstacle: 'noise' }, { obstacle: 'lead-off' });
    expect(changes.find(({ kind }) => kind === 'noise')).toMatchObject({ reason: 'ONSET', pausedUntil: null });
    expect(silent(ward)).toEqual(['lead-off']);
    ward.ask('RESUME');
    ward.ask('PAUSE', { alarm: first.id });
    expect(ward.ask('RESUME', { kind: 'lead-off' })).toBeUndefined();
    expect(brief(ward.ask('RESUME', { kind: 'tachycardia' })!)).toEqual(['tachycardia HELD RESUMED']);
  });

  it('holds until the pause is set anew', () => {
    const { ward, first } = fibrillation();
    ward.ask('PAUSE', { pauseMs: 120_000 });
    ward.ask('RESUME', { alarm: first.id });
    expect(brief(ward.ask('PAUSE', { pauseMs: 120_000 })!)).toEqual(['tachycardia ACTIVE PAUSED']);
  });
});

it('resume ends what was paused before it, also where the clock of who asks is slow', () => {
  const ward = tachycardia();
  ward.ask('PAUSE');
  expect(brief(ward.ask('RESUME', { at: ward.wall - 3000 })!)).toEqual(['tachycardia ACTIVE RESUMED']);
});

it('what is kept of pauses is read as it was', () => {
  const { ward, first } = fibrillation();
  ward.ask('PAUSE');
  ward.ask('RESUME', { alarm: first.id });
  const json = JSON.stringify(ward.engine.state);
  expect(engineStateSchema.parse(JSON.parse(json)).episodes.pauses).toMatchObject([{ left: 120_000, resumed: [{ alarm: first.id, kind: null }] }]); // prettier-ignore
});
