import { describe, expect, it } from 'vitest';
import { brief, of, T0, Ward } from './compose.js';

describe.each([
  ['lead-off', 0],
  ['saturation', 5],
  ['noise', 10],
  ['decode-failed', 0],
] as const)('%s', (obstacle, delay) => {
  it('is technical, begins after its delay, and ends with another', () => {
    const ward = new Ward();
    ward.play(10);
    const [onset] = ward.play(20, { obstacle }).filter(({ kind }) => kind === obstacle);
    expect(onset!.streams).toEqual(['bed-1.1']);
    expect(onset!.at - (T0 + 10_000)).toBeGreaterThanOrEqual(1000 * delay);
    expect(onset!.at - (T0 + 10_000)).toBeLessThanOrEqual(1000 * delay + 4000);
    expect(of(ward.play(30), obstacle)).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('of a single piece does not flicker: one episode at most', () => {
    const ward = new Ward();
    const changes = Array.from({ length: 6 }, () => [...ward.play(4), ...ward.play(2, { obstacle })]).flat();
    expect(changes.filter(({ kind, reason }) => kind === obstacle && reason === 'ONSET').length).toBeLessThanOrEqual(
      delay > 2 ? 0 : obstacle === 'lead-off' ? 6 : 1,
    );
  });
});

describe('a technical alarm', () => {
  it('of several leads that came off together is one change, of all of them', () => {
    const ward = new Ward({ leads: 3 });
    ward.play(10);
    expect(of(ward.play(6, { obstacle: 'lead-off' }), 'lead-off')).toEqual(['ACTIVE ONSET']);
    const acknowledged = ward.ask('ACKNOWLEDGE')!;
    expect(acknowledged[0]!.streams).toEqual(['bed-1.1', 'bed-1.2', 'bed-1.3']);
  });
});

describe('an acknowledged technical alarm', () => {
  it('is told again when another lead has it too, and again when that comes back to it', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    expect(of(ward.play(6, { obstacle: 'lead-off' }, {}), 'lead-off')).toEqual(['ACTIVE ONSET']);
    ward.ask('ACKNOWLEDGE');
    const given = ward.wall;
    for (const round of [1, 2]) {
      const changes = ward.play(8, { obstacle: 'lead-off' }).filter(({ kind }) => kind === 'lead-off');
      expect(brief(changes), `round ${round}`).toEqual(['lead-off ACTIVE RETURNED']);
      expect(changes[0]).toMatchObject({ streams: ['bed-1.1', 'bed-1.2'], acknowledgedBy: null, acknowledgedAt: null });
      expect(ward.ask('ACKNOWLEDGE', { at: given - 1000 })).toBeUndefined();
      expect(of(ward.ask('ACKNOWLEDGE')!, 'lead-off')).toEqual(['ACKNOWLEDGED ACKNOWLEDGED']);
      expect(of(ward.play(8, { obstacle: 'lead-off' }, {}), 'lead-off')).toEqual([]);
    }
  });

  it('waits for the delay of the kind before it is', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    ward.play(20, { obstacle: 'noise' }, {});
    ward.ask('ACKNOWLEDGE');
    const changes = [...ward.play(4, { obstacle: 'noise' }), ...ward.play(4, { obstacle: 'noise' }, {})];
    expect(of(changes, 'noise')).toEqual([]);
    expect(of(ward.play(16, { obstacle: 'noise' }), 'noise')).toEqual(['ACTIVE RETURNED']);
  });

  it('of a stalled stream is told again when the other stalls', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    for (let second = 0; second < 20; second += 2) {
      ward.wall += 2000;
      ward.leads[1]!.say({});
      ward.engine.tick(ward.wall);
    }
    expect(of(ward.ask('ACKNOWLEDGE')!, 'stream-stalled')).toEqual(['ACKNOWLEDGED ACKNOWLEDGED']);
    const told = ward.wait(25).filter(({ kind }) => kind === 'stream-stalled');
    expect(told).toMatchObject([{ state: 'ACTIVE', reason: 'RETURNED', streams: ['bed-1.1', 'bed-1.2'] }]);
  });
});

describe('a gap', () => {
  it('is a hole in an epoch, stays up for 10 s, and is one episode', () => {
    const ward = new Ward();
    ward.play(10);
    ward.leads[0]!.skip(3);
    expect(brief(ward.play(4))).toEqual(['gap ACTIVE ONSET']);
    ward.leads[0]!.skip(3);
    expect(ward.play(10)).toEqual([]);
    expect(brief(ward.play(6))).toEqual(['gap ENDED CONDITION_ENDED']);
  });

  it('is neither the start of a watch in the middle of an epoch, nor a new epoch from its first sample', () => {
    const ward = new Ward();
    ward.leads[0]!.begin(T0 - 100_000);
    ward.leads[0]!.index = 30_000;
    expect(ward.play(4)).toEqual([]);
    expect(of(ward.wait(600), 'stream-stalled')).toEqual(['ACTIVE ONSET']);
    ward.leads[0]!.begin(ward.wall);
    expect(of(ward.play(4), 'gap')).toEqual([]);
  });

  it.each([3, 11, 15])('is a new epoch that begins %i s after the one before ended', (seconds) => {
    const ward = new Ward();
    ward.play(10);
    ward.wait(seconds);
    ward.leads[0]!.begin(ward.wall);
    expect(brief(ward.play(4))).toEqual(['gap ACTIVE ONSET']);
    const ended = new Ward();
    ended.play(10, { over: { last: true } });
    ended.wait(seconds);
    ended.leads[0]!.begin(ended.wall);
    expect(ended.play(4)).toEqual([]);
  });

  it('is one too where the edge sent what was open once the device had been silent for 10 s', () => {
    const ward = new Ward();
    ward.play(10);
    const { wall } = ward;
    ward.wait(10);
    expect(ward.leads[0]!.say({ over: { closedAt: wall } })).toEqual([]);
    expect(ward.wait(13)).toEqual([]);
    ward.leads[0]!.begin(ward.wall);
    expect(brief(ward.play(4))).toEqual(['gap ACTIVE ONSET']);
  });

  it('is a new epoch whose first samples are missing', () => {
    const ward = new Ward();
    ward.play(10);
    ward.leads[0]!.begin(ward.wall - 4000);
    ward.leads[0]!.index = 1200;
    expect(of(ward.play(4), 'gap')).toEqual(['ACTIVE ONSET']);
  });
});

describe('a stalled stream', () => {
  it('is one that is silent for a window and 10 s, and ends when segments return', () => {
    const ward = new Ward();
    ward.play(10);
    expect(ward.wait(15)).toEqual([]);
    const [onset, ...rest] = ward.wait(10);
    expect([brief([onset!]), rest]).toEqual([['stream-stalled ACTIVE ONSET'], []]);
    expect(onset!.streams).toEqual(['bed-1.1']);
    expect(onset!.at).toBeGreaterThanOrEqual(onset!.onsetAt);
    ward.leads[0]!.skip(25);
    ward.wall -= 25_000;
    expect(of(ward.play(2), 'stream-stalled')).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('is measured by the clock of a replay, but never sooner than 5 s', () => {
    for (const [clockRate, seconds] of [
      [2, 8],
      [100, 5],
    ] as const) {
      const ward = new Ward();
      ward.play(2, { over: { clockRate } });
      expect(ward.wait(seconds - 1), String(clockRate)).toEqual([]);
      expect(brief(ward.wait(2)), String(clockRate)).toEqual(['stream-stalled ACTIVE ONSET']);
    }
  });

  it('is none whose last segment came', () => {
    const ward = new Ward();
    ward.play(2, { over: { last: true } });
    expect(ward.wait(120)).toEqual([]);
  });

  it('holds the active alarms of a bed that nobody sees any more', () => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    expect(brief(ward.wait(20))).toEqual(['tachycardia HELD UNREADABLE', 'stream-stalled ACTIVE ONSET']);
  });

  it('stays, with what was open, until a person has seen it, and has not ended as where it comes back', () => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    ward.wait(20);
    expect(ward.wait(3 * 3600)).toEqual([]);
    ward.restart();
    expect(brief(ward.ask('ACKNOWLEDGE', { kind: 'stream-stalled' })!)).toEqual(['stream-stalled ACKNOWLEDGED ACKNOWLEDGED']); // prettier-ignore
    const ended = ward.wait(2);
    expect(brief(ended)).toEqual(['stream-stalled ENDED STREAM_ENDED', 'tachycardia ENDED STREAM_ENDED']);
    expect(ended[0]).toMatchObject({ acknowledgedBy: 'nurse-3' });
    expect(ward.engine.state.leads).toEqual({});
    expect(ward.wait(60)).toEqual([]);
  });

  it('that was seen at once ends after an hour', () => {
    const ward = new Ward();
    ward.play(40);
    ward.wait(20);
    ward.ask('ACKNOWLEDGE');
    expect(ward.wait(3500)).toEqual([]);
    expect(brief(ward.wait(100))).toEqual(['stream-stalled ENDED STREAM_ENDED']);
  });

  it('comes back after hours, and has ended by that', () => {
    const ward = new Ward();
    ward.play(40);
    ward.wait(20_000);
    ward.leads[0]!.begin(ward.wall);
    expect(of(ward.play(4), 'stream-stalled')).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('of one lead of a bed goes by itself, when a person has seen it', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    const alone = (seconds: number): string[] =>
      Array.from({ length: seconds / 5 }, () => {
        ward.wall += 5000;
        return [...ward.leads[1]!.say({ seconds: 5 }), ...ward.engine.tick(ward.wall).changes];
      })
        .flat()
        .map(({ kind, state, reason }) => `${kind} ${state} ${reason}`);
    expect(alone(4000)).toEqual(['stream-stalled ACTIVE ONSET']);
    ward.ask('ACKNOWLEDGE');
    expect(alone(20)).toEqual(['stream-stalled ENDED STREAM_ENDED']);
    expect(Object.keys(ward.engine.state.leads)).toEqual(['bed-1.2']);
  });

  it('is not forgotten for a time in which nobody watched, nor is one that ended', () => {
    for (const last of [false, true]) {
      const ward = new Ward();
      ward.play(40, { bpm: 130 });
      ward.play(2, { bpm: 130, over: { last } });
      ward.wall += 3_660_000;
      ward.restart();
      expect(ward.wait(1)).toEqual([]);
      expect(Object.keys(ward.engine.state.leads)).toHaveLength(1);
      ward.wait(1800);
      ward.ask('ACKNOWLEDGE');
      ward.wait(1800);
      expect(ward.engine.state.leads).toEqual({});
    }
  });

  it('is not raised at once after a time in which nobody watched', () => {
    const ward = new Ward();
    ward.play(10);
    ward.wall += 1_800_000;
    ward.restart();
    expect(ward.wait(8)).toEqual([]);
    expect(brief(ward.wait(10))).toEqual(['stream-stalled ACTIVE ONSET']);
  });

  it('is told in time where the wall clock was set back, by however much, and with a restart behind it', () => {
    for (const restart of [false, true]) {
      const ward = new Ward();
      ward.play(10);
      ward.wall -= 300_000;
      expect(ward.wait(1)).toEqual([]);
      if (restart) ward.restart();
      expect(ward.wait(14)).toEqual([]);
      expect(brief(ward.wait(4))).toEqual(['stream-stalled ACTIVE ONSET']);
    }
  });

  it('keeps the silence that was watched before the clock was set back', () => {
    const ward = new Ward();
    ward.play(10);
    ward.wait(10);
    ward.wall -= 300_000;
    expect(brief(ward.wait(8))).toEqual(['stream-stalled ACTIVE ONSET']);
  });

  it('does not hasten what must last on another lead', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(20);
    const changes: string[] = [];
    for (let second = 0; second < 20; second += 2) {
      ward.wall += 2000;
      // Back and forth over the limit, so that no 5 s come together.
      changes.push(...brief(ward.leads[0]!.say({ bpm: second % 4 === 0 ? 130 : 80 })));
      changes.push(...brief(ward.engine.tick(ward.wall).changes));
    }
    expect(changes).toEqual(['stream-stalled ACTIVE ONSET']);
  });
});

describe('a constant line with holes', () => {
  it('goes on in pieces that are too short to be called constant', () => {
    const ward = new Ward();
    ward.play(10);
    const constant = { bpm: null, obstacle: 'constant' } as const;
    const changes = [3.3, 0.15, 3.3, 0.15].flatMap((seconds, i) => [
      ...ward.playWithHoles(seconds, seconds, 0.1, i % 2 === 0 ? constant : { bpm: null, unjudged: true }),
    ]);
    expect(of(changes, 'asystole-or-lead-off')).toEqual(['ACTIVE ONSET']);
  });
});

describe('a clock that was set', () => {
  it.each([
    ['on', 5000],
    ['back', -5000],
  ])('%s by more than 2 s is told, and no episode has a negative duration', (_, step) => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    ward.leads[0]!.begin(ward.wall + step);
    const changes = [...ward.play(20, { bpm: 60 }), ...ward.play(20, { bpm: 60 })];
    expect(of(changes, 'clock-stepped')).toEqual(['ACTIVE ONSET', 'ENDED CONDITION_ENDED']);
    for (const { at, onsetAt } of changes) expect(at).toBeGreaterThanOrEqual(onsetAt);
  });

  it('by less is not', () => {
    const ward = new Ward();
    ward.play(10);
    ward.leads[0]!.begin(ward.wall + 1500);
    expect(ward.play(10)).toEqual([]);
  });

  it('is seen where a new epoch begins before the newest sample, whatever the wall clock says', () => {
    const ward = new Ward();
    ward.play(10);
    ward.leads[0]!.begin(ward.wall - 3000);
    ward.wall -= 3000;
    expect(of(ward.play(2), 'clock-stepped')).toEqual(['ACTIVE ONSET']);
  });

  it('is not taken for one where an epoch follows another at once: ends are rounded to samples, epochs to milliseconds', () => {
    const ward = new Ward();
    ward.play(20);
    ward.leads[0]!.begin(ward.wall - 3);
    expect(ward.play(10)).toEqual([]);
  });

  it('is told where the edge saw it: behind a step back samples go on by count, on the clock as it was', () => {
    const ward = new Ward();
    ward.play(20);
    ward.leads[0]!.begin(ward.wall + 1);
    const changes = [...ward.play(2, { over: { clockStepped: true } }), ...ward.play(38)];
    expect(brief(changes)).toEqual(['clock-stepped ACTIVE ONSET', 'clock-stepped ENDED CONDITION_ENDED']);
  });

  it('is not taken for one where the network stalls and delivers in a burst', () => {
    const ward = new Ward();
    ward.play(20);
    const changes = [1, 2, 3, 4].flatMap(() => ward.leads[0]!.say({ over: { closedAt: ward.wall + 8000 } }));
    ward.wall += 8000;
    expect([...changes, ...ward.play(10)]).toEqual([]);
  });

  it('is not taken for one where a device is back with what it kept, in an epoch of its own', () => {
    const ward = new Ward();
    ward.play(20);
    ward.leads[0]!.begin(ward.wall + 4000);
    const changes = [1, 2, 3].flatMap(() => ward.leads[0]!.say({ over: { closedAt: ward.wall + 10_000 } }));
    ward.wall += 10_000;
    changes.push(...ward.play(20));
    ward.leads[0]!.begin(ward.wall);
    expect(of([...changes, ...ward.play(20)], 'clock-stepped')).toEqual([]);
  });

  it('back by less than the hole before it is told once its pieces stay behind for 10 s, and once', () => {
    const ward = new Ward();
    ward.play(20);
    ward.wait(8);
    ward.leads[0]!.begin(ward.wall - 5000);
    expect(brief(ward.play(8))).toEqual(['gap ACTIVE ONSET']);
    ward.restart();
    expect(of(ward.play(40), 'clock-stepped')).toEqual(['ACTIVE ONSET', 'ENDED CONDITION_ENDED']);
  });

  it('is not taken for one where a replay changes its speed', () => {
    const ward = new Ward();
    ward.play(4);
    expect(ward.play(2, { over: { clockRate: 4 } })).toEqual([]);
  });
});

describe('a lead whose clock is ahead', () => {
  it('keeps no other from having its say, and takes its time with it when it ends', () => {
    const ward = new Ward({ leads: 2 });
    ward.leads[0]!.begin(T0 + 60_000);
    ward.play(20);
    expect(of(ward.play(12, { obstacle: 'lead-off' }, { bpm: null }), 'asystole')).toEqual(['ACTIVE ONSET']);
    ward.play(2, { over: { last: true } }, {});
    expect(ward.engine.state.now).toBe(ward.wall);
  });
});

describe('unreadable signal', () => {
  it('holds an active alarm after 10 s, and lets it go on or end when it can be read again', () => {
    for (const [bpm, expected] of [
      [130, ['HELD UNREADABLE', 'READABLE']],
      [70, ['HELD UNREADABLE', 'READABLE']],
    ] as const) {
      const ward = new Ward();
      ward.play(40, { bpm: 130 });
      expect(of(ward.play(8, { obstacle: 'lead-off' }), 'tachycardia')).toEqual([]);
      const held = of(ward.play(20, { obstacle: 'lead-off' }), 'tachycardia');
      const after = of(ward.play(30, { bpm }), 'tachycardia');
      expect(held).toEqual([expected[0]]);
      expect(after[0]).toBe('ACTIVE READABLE');
      expect(after.slice(1)).toEqual(bpm === 130 ? [] : ['ENDED CONDITION_ENDED']);
    }
  });

  it('that is over holds nothing, also where the rate is between the limits', () => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    expect(of(ward.play(20, { obstacle: 'lead-off' }), 'tachycardia')).toEqual(['HELD UNREADABLE']);
    expect(of(ward.play(30, { bpm: 117 }), 'tachycardia')).toEqual(['ACTIVE READABLE']);
  });

  it('is no reason to hold while another lead can be read', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(40, { bpm: 130 });
    expect(of(ward.play(40, { obstacle: 'lead-off' }, { bpm: 130 }), 'tachycardia')).toEqual([]);
  });
});

describe('the end of all streams', () => {
  it('ends what is open; a high one waits for its acknowledgement', () => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    expect(brief(ward.play(2, { bpm: 130, over: { last: true } }))).toEqual(['tachycardia ENDED STREAM_ENDED']);
    const other = new Ward();
    other.play(10);
    other.play(8, { bpm: null });
    expect(brief(other.play(2, { bpm: null, over: { last: true } }))).toEqual(['asystole LATCHED STREAM_ENDED']);
    expect(brief(other.ask('ACKNOWLEDGE')!)).toEqual(['asystole ENDED ACKNOWLEDGED']);
  });
});
