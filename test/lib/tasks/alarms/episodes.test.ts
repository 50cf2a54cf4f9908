import { describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/lib/tasks/alarms/episode.js';
import { alarmLimitsSchema } from '../../../../src/lib/tasks/alarms/limits.js';
import { brief, of, Ward } from './compose.js';

/** A bed with an active medium alarm. */
function tachycardia(): Ward {
  const ward = new Ward();
  ward.play(40, { bpm: 130 });
  return ward;
}

describe('an acknowledgement', () => {
  it('is told with its author, once, and ends with the episode', () => {
    const ward = tachycardia();
    const [change] = ward.ask('ACKNOWLEDGE')!;
    expect(change).toMatchObject({ kind: 'tachycardia', state: 'ACKNOWLEDGED', reason: 'ACKNOWLEDGED' });
    expect(change).toMatchObject({ acknowledgedBy: 'nurse-3', acknowledgedAt: ward.wall });
    expect(ward.ask('ACKNOWLEDGE', { author: 'nurse-4' })).toBeUndefined();
    const end = ward.play(40, { bpm: 80 });
    expect(brief(end)).toEqual(['tachycardia ENDED CONDITION_ENDED']);
    expect(end[0]).toMatchObject({ acknowledgedBy: 'nurse-3' });
    expect(ward.play(40, { bpm: 130 })[0]).toMatchObject({ state: 'ACTIVE', acknowledgedBy: null });
  });

  it('does not silence a higher alarm that begins after it', () => {
    const ward = tachycardia();
    ward.ask('ACKNOWLEDGE');
    const [higher] = ward.play(20, { bpm: 170 });
    expect(higher).toMatchObject({ kind: 'extreme-tachycardia', state: 'ACTIVE', acknowledgedBy: null });
  });

  it('lets a high alarm end with its condition', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(8, { bpm: null });
    ward.ask('ACKNOWLEDGE');
    expect(of(ward.play(10), 'asystole')).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('speaks of one episode or one kind where it says so', () => {
    const ward = new Ward();
    ward.play(10);
    const [asystole] = ward.play(8, { bpm: null });
    expect(ward.ask('ACKNOWLEDGE', { kind: 'tachycardia' })).toBeUndefined();
    expect(ward.ask('ACKNOWLEDGE', { alarm: 'another' })).toBeUndefined();
    expect(brief(ward.ask('ACKNOWLEDGE', { alarm: asystole!.id })!)).toEqual(['asystole ACKNOWLEDGED ACKNOWLEDGED']);
  });

  it('that was given before the alarm began is not for it', () => {
    const ward = tachycardia();
    expect(ward.ask('ACKNOWLEDGE', { at: ward.wall - 60_000 })).toBeUndefined();
  });

  it('of a held alarm is kept while it cannot be read and after', () => {
    const ward = tachycardia();
    ward.play(20, { obstacle: 'lead-off' });
    const [change] = ward.ask('ACKNOWLEDGE', { kind: 'tachycardia' })!;
    expect(change).toMatchObject({ state: 'HELD', reason: 'ACKNOWLEDGED' });
    expect(of(ward.play(20, { bpm: 130 }), 'tachycardia')).toEqual(['ACKNOWLEDGED READABLE']);
  });
});

describe('a latched alarm', () => {
  it('whose condition comes back is active again, the same episode', () => {
    const ward = new Ward();
    ward.play(10);
    const changes = [ward.play(8, { bpm: null }), ward.play(20), ward.play(8, { bpm: null })].flat();
    expect(of(changes, 'asystole')).toEqual(['ACTIVE ONSET', 'LATCHED CONDITION_ENDED', 'ACTIVE RETURNED']);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(1);
  });

  it('ends what it supersedes when its condition comes back', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(8, { bpm: null });
    expect(of(ward.play(40, { bpm: 45 }), 'bradycardia')).toEqual(['ACTIVE ONSET']);
    const changes = ward.play(60, { bpm: null });
    expect(brief(changes)).toEqual(['asystole ACTIVE RETURNED', 'bradycardia ENDED SUPERSEDED']);
    expect(changes[1]!.supersededBy).toBe(changes[0]!.id);
  });

  it('keeps nothing else from beginning', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(8, { bpm: null });
    const changes = ward.play(40, { bpm: 45 });
    expect(of(changes, 'asystole')).toEqual(['LATCHED CONDITION_ENDED']);
    expect(of(changes, 'bradycardia')).toEqual(['ACTIVE ONSET']);
  });

  it('that came back is not acknowledged by who asked before that', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(8, { bpm: null });
    ward.play(20);
    const at = ward.wall;
    expect(of(ward.play(8, { bpm: null }), 'asystole')).toEqual(['ACTIVE RETURNED']);
    ward.restart();
    expect(ward.ask('ACKNOWLEDGE', { at })).toBeUndefined();
    expect(of(ward.ask('ACKNOWLEDGE')!, 'asystole')).toEqual(['ACKNOWLEDGED ACKNOWLEDGED']);
  });

  it('comes back after the on delay that it begins after', () => {
    const limits = alarmLimitsSchema.parse({ delays: { 'extreme-tachycardia': { onSeconds: 20 } } });
    const ward = new Ward({ limits });
    ward.play(60, { bpm: 160 });
    expect(of(ward.play(30, { bpm: 80 }), 'extreme-tachycardia')).toEqual(['LATCHED CONDITION_ENDED']);
    expect(of(ward.play(18, { bpm: 160 }), 'extreme-tachycardia')).toEqual([]);
    ward.restart();
    expect(of(ward.play(10, { bpm: 160 }), 'extreme-tachycardia')).toEqual(['ACTIVE RETURNED']);
  });
});

describe('a latched alarm of a bed whose streams were all forgotten', () => {
  /** The asystole latches, its stream ends, and more than an hour later another begins. */
  function left(): { ward: Ward; old: AlarmChange } {
    const ward = new Ward();
    ward.play(10);
    const [old] = ward.play(8, { bpm: null });
    expect(of(ward.play(2, { bpm: null, over: { last: true } }), 'asystole')).toEqual(['LATCHED STREAM_ENDED']);
    expect(ward.wait(3700)).toEqual([]);
    ward.leads[0]!.begin(ward.wall);
    expect(ward.play(20)).toEqual([]);
    ward.restart();
    return { ward, old: old! };
  }

  it('gives way to the next of its kind, an episode of its own', () => {
    const { ward, old } = left();
    const since = ward.wall;
    const changes = ward.play(8, { bpm: null });
    expect(brief(changes)).toEqual(['asystole ENDED SUPERSEDED', 'asystole ACTIVE ONSET']);
    const [ended, onset] = changes;
    expect(ended).toMatchObject({ id: old.id, onsetAt: old.onsetAt, supersededBy: onset!.id, acknowledgedBy: null });
    expect(onset!.id).not.toBe(old.id);
    expect(onset!.onsetAt).toBeGreaterThan(since);
    // That one comes back as any other.
    expect(of([...ward.play(8), ...ward.play(8, { bpm: null })], 'asystole')).toEqual(['LATCHED CONDITION_ENDED', 'ACTIVE RETURNED']); // prettier-ignore
  });

  it('stays until it is acknowledged where there is no next', () => {
    const { ward, old } = left();
    expect(ward.play(60)).toEqual([]);
    expect(ward.ask('ACKNOWLEDGE')).toMatchObject([{ id: old.id, state: 'ENDED', reason: 'ACKNOWLEDGED' }]);
  });

  it('comes back as itself where a stream was still known', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(8, { bpm: null });
    ward.play(2, { bpm: null, over: { last: true } });
    ward.wait(1800);
    ward.leads[0]!.begin(ward.wall);
    ward.play(20);
    expect(of(ward.play(8, { bpm: null }), 'asystole')).toEqual(['ACTIVE RETURNED']);
  });
});

describe('an audio pause', () => {
  it('is told by every open episode, and ends by itself', () => {
    const ward = tachycardia();
    const [change] = ward.ask('PAUSE', { pauseMs: 60_000 })!;
    expect(change).toMatchObject({ state: 'ACTIVE', reason: 'PAUSED', pausedUntil: ward.wall + 60_000 });
    expect(ward.play(56, { bpm: 130 })).toEqual([]);
    const [end] = ward.play(6, { bpm: 130 });
    expect(end).toMatchObject({ kind: 'tachycardia', state: 'ACTIVE', reason: 'RESUMED', pausedUntil: null });
  });

  it('lasts two minutes where nothing is said, and ten at most, from when it was asked for', () => {
    for (const [pauseMs, expected] of [
      [null, 120_000],
      [3_600_000, 600_000],
    ] as const) {
      const ward = tachycardia();
      expect(ward.ask('PAUSE', { pauseMs })![0]!.pausedUntil).toBe(ward.wall + expected);
    }
    const ward = tachycardia();
    expect(ward.ask('PAUSE', { pauseMs: 60_000, at: ward.wall - 50_000 })![0]!.pausedUntil).toBe(ward.wall + 10_000);
    expect(ward.ask('PAUSE', { pauseMs: 60_000, at: ward.wall - 70_000 })).toBeUndefined();
    expect(ward.ask('PAUSE', { pauseMs: 600_000, at: ward.wall + 900_000 })![0]!.pausedUntil).toBe(ward.wall + 600_000);
  });

  it('covers what begins while it lasts, but not a high alarm that was not there', () => {
    const ward = new Ward();
    ward.play(20);
    expect(ward.ask('PAUSE', { pauseMs: 600_000 })).toEqual([]);
    const [medium] = ward.play(40, { bpm: 130 });
    expect(medium).toMatchObject({ kind: 'tachycardia', reason: 'ONSET' });
    expect(medium!.pausedUntil).toBeGreaterThan(ward.wall);
    const changes = ward.play(10, { bpm: 170 });
    expect(changes[0]).toMatchObject({ kind: 'extreme-tachycardia', reason: 'ONSET', pausedUntil: null });
    expect(ward.engine.state.episodes.pauses).toEqual([]);
  });

  it('that was set for a high alarm is ended by another kind of high one, and not by its own', () => {
    const ward = new Ward();
    ward.play(20, { bpm: 80 });
    ward.play(20, { bpm: 170 });
    ward.ask('PAUSE', { pauseMs: 600_000 });
    ward.play(20, { bpm: 80 });
    const [back] = ward.play(20, { bpm: 170 });
    expect(back).toMatchObject({ kind: 'extreme-tachycardia', reason: 'RETURNED' });
    expect(back!.pausedUntil).toBeGreaterThan(ward.wall);
    ward.restart();
    const changes = ward.play(10, { bpm: null });
    expect(brief(changes)).toEqual(['asystole ACTIVE ONSET', 'extreme-tachycardia ENDED SUPERSEDED']);
    expect(changes.map(({ pausedUntil }) => pausedUntil)).toEqual([null, null]);
  });

  it('that was set while one high alarm was over and another active is ended by the return of the first', () => {
    const ward = new Ward();
    ward.play(20);
    ward.play(8, { bpm: null });
    ward.play(40, { bpm: 170 });
    const paused = ward.ask('PAUSE', { pauseMs: 600_000 })!;
    expect(brief(paused)).toEqual(['asystole LATCHED PAUSED', 'extreme-tachycardia ACTIVE PAUSED']);
    const [back, ...others] = ward.play(8, { bpm: null });
    expect(back).toMatchObject({ kind: 'asystole', reason: 'RETURNED', pausedUntil: null });
    expect(brief(others)).toEqual(['extreme-tachycardia ENDED SUPERSEDED']);
    ward.ask('PAUSE', { pauseMs: 600_000 });
    ward.play(8);
    expect(ward.play(8, { bpm: null })[0]!.pausedUntil).toBeGreaterThan(ward.wall);
  });

  it('of before kinds were kept covers no high alarm that begins', () => {
    const ward = new Ward();
    ward.play(20);
    ward.play(8, { bpm: null });
    ward.ask('PAUSE', { pauseMs: 600_000 });
    for (const pause of ward.engine.state.episodes.pauses) delete pause.kinds;
    const [onset] = ward.play(40, { bpm: 170 }).filter(({ kind }) => kind === 'extreme-tachycardia');
    expect(onset!.pausedUntil).toBeNull();
  });

  it('of one kind leaves the others alone', () => {
    const ward = tachycardia();
    expect(ward.ask('PAUSE', { kind: 'noise' })).toEqual([]);
    expect(ward.ask('PAUSE', { alarm: 'another' })).toBeUndefined();
    expect(ward.play(4, { bpm: 130 })).toEqual([]);
  });

  it('ends on demand; a demand that comes before it does nothing', () => {
    const ward = tachycardia();
    expect(ward.ask('RESUME')).toBeUndefined();
    ward.ask('PAUSE', { pauseMs: 600_000 });
    expect(brief(ward.ask('RESUME')!)).toEqual(['tachycardia ACTIVE RESUMED']);
  });

  it('of a person whose clock is ahead lasts no longer, and ends on demand of another', () => {
    const ward = tachycardia();
    const [paused] = ward.ask('PAUSE', { pauseMs: 60_000, at: ward.wall + 900_000 })!;
    expect(paused!.pausedUntil).toBe(ward.wall + 60_000);
    expect(brief(ward.ask('RESUME')!)).toEqual(['tachycardia ACTIVE RESUMED']);
  });

  it('that was set for a low alarm is ended by a medium one', () => {
    const ward = new Ward();
    ward.play(10);
    expect(of(ward.play(20, { obstacle: 'noise' }), 'noise')).toEqual(['ACTIVE ONSET']);
    expect(ward.ask('PAUSE')![0]!.pausedUntil).toBeGreaterThan(ward.wall);
    const [medium] = ward.play(4, { obstacle: 'lead-off' });
    expect(medium).toMatchObject({ kind: 'lead-off', reason: 'ONSET', pausedUntil: null });
  });
});

describe('the onset of an episode', () => {
  it('lies behind the end of all streams before it', () => {
    const ward = new Ward();
    ward.play(10);
    ward.play(6, { obstacle: 'lead-off' });
    ward.play(2, { obstacle: 'lead-off', over: { last: true } });
    ward.wall += 60_000;
    const epoch = ward.wall;
    ward.leads[0]!.begin(epoch);
    const [onset] = ward.play(4, { obstacle: 'lead-off' }).filter(({ kind }) => kind === 'lead-off');
    expect(onset).toMatchObject({ reason: 'ONSET', onsetAt: epoch });
  });

  it('lies behind the end of the last one, where that was superseded', () => {
    const ward = tachycardia();
    const ended = ward.play(30, { bpm: 170 }).find(({ reason }) => reason === 'SUPERSEDED')!;
    const again = ward.play(40, { bpm: 130 }).find(({ kind }) => kind === 'tachycardia')!;
    expect(again.reason).toBe('ONSET');
    expect(again.onsetAt).toBeGreaterThanOrEqual(ended.at);
  });
});

describe('the id of an episode', () => {
  it('is made of device, kind and onset: the same wherever it is computed, another for another bed', () => {
    const idOf = (device: string): string => {
      const ward = new Ward({ device });
      return ward.play(40, { bpm: 130 })[0]!.id;
    };
    expect(idOf('bed-1')).toBe(idOf('bed-1'));
    expect(idOf('bed-1')).not.toBe(idOf('bed-2'));
  });

  it('does not come again where the clock is set back to the same time', () => {
    const ward = new Ward();
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      ward.leads[0]!.begin(Date.UTC(2026, 0, 2, 12));
      ids.push(...ward.play(20, { obstacle: 'lead-off' }).filter(({ kind, reason }) => kind === 'lead-off' && reason === 'ONSET').map(({ id }) => id)); // prettier-ignore
      ward.play(20);
    }
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });
});
