/** Short holes, and signal that can be read in turns: what they may hide, and what they may not. */
import { describe, expect, it } from 'vitest';
import { alarmLimitsSchema } from '../../../../src/lib/tasks/alarms/limits.js';
import { of, T0, Ward } from './compose.js';

const QUIET = { bpm: null };
const NOISY = { obstacle: 'noise' } as const;

/** A bed whose heart was seen for a while. */
function beating({ leads = 1, bpm = 75 } = {}): Ward {
  const ward = new Ward({ leads });
  ward.play(20, { bpm });
  return ward;
}

describe('asystole', () => {
  it.each([
    [3.9, 0.1],
    [4 - 1 / 300, 1 / 300],
    [1.4, 0.1],
    [1.2, 0.3],
    [2, 2],
  ])('is told over stretches of %d s with holes of %d s between', (run, hole) => {
    const ward = beating();
    ward.playWithHoles(run, run, hole, { bpm: 75 });
    const lastBeat = ward.engine.state.leads['bed-1.1']!.beats.at(-1)!;
    const changes = ward.playWithHoles(30, run, hole, QUIET);
    const [onset, ...others] = changes.filter(({ kind }) => kind === 'asystole');
    expect([onset?.reason, others]).toEqual(['ONSET', []]);
    expect(onset!.at - lastBeat).toBeLessThanOrEqual(11_000);
    expect(onset!.onsetAt).toBeLessThanOrEqual(onset!.at);
  });

  it('is told through 200 s of holes once, and ends with the beats, holes or not', () => {
    const ward = beating();
    const changes = ward.playWithHoles(200, 1.4, 0.1, QUIET);
    expect(of(changes, 'asystole')).toEqual(['ACTIVE ONSET']);
    expect(of(ward.playWithHoles(20, 1.4, 0.1, { bpm: 75 }), 'asystole')).toEqual(['LATCHED CONDITION_ENDED']);
  });

  it('is told on every lead with holes of its own', () => {
    const ward = beating({ leads: 2 });
    expect(of(ward.playWithHoles(12, 1.4, 0.1, QUIET), 'asystole')).toEqual(['ACTIVE ONSET']);
    const other = beating({ leads: 2 });
    expect(of(other.playWithHoles(60, 1.4, 0.1, QUIET, { bpm: 75 }), 'asystole')).toEqual([]);
  });

  it('is told of the readable half where every second piece is noisy', () => {
    const ward = beating();
    const changes = Array.from({ length: 4 }, () => [...ward.play(2, { ...QUIET, ...NOISY }), ...ward.play(2, QUIET)]);
    expect(of(changes.flat(), 'asystole')).toEqual(['ACTIVE ONSET']);
  });

  it('is not told of a heart whose beats all fall into the holes, unless it is as slow as bradycardia', () => {
    for (const [bpm, expected] of [
      [60, []],
      [40, ['ACTIVE ONSET']],
    ] as const) {
      const ward = beating({ bpm });
      const every = 60 / bpm;
      ward.playWithHoles(1, 0.95, 0.1, { bpm });
      const changes = ward.playWithHoles(120, every - 0.1, 0.1, { bpm });
      expect(of(changes, 'asystole'), String(bpm)).toEqual(expected);
    }
  });

  it('asks for longer stretches where a policy allows slower hearts', () => {
    const ward = beating();
    ward.limits = alarmLimitsSchema.parse({ bradycardia: 42 });
    expect(of(ward.playWithHoles(60, 1.4, 0.1, QUIET), 'asystole')).toEqual([]);
    expect(of(ward.playWithHoles(60, 1.5, 0.1, QUIET), 'asystole')).toEqual(['ACTIVE ONSET']);
  });

  it.each(['lead-off', 'noise', 'saturation', 'constant', 'decode-failed'] as const)(
    'counts no quiet of signal that is %s, and none of before a long one',
    (obstacle) => {
      const ward = beating();
      ward.play(2, QUIET);
      expect(of(ward.play(10, { ...QUIET, obstacle }), 'asystole')).toEqual([]);
      expect(of(ward.play(4, QUIET), 'asystole')).toEqual([]);
    },
  );

  it('counts none of before the lead was off, however short that was', () => {
    for (const [obstacle, expected] of [
      ['noise', ['ACTIVE ONSET']],
      ['lead-off', []],
    ] as const) {
      const ward = beating();
      const changes = [
        ...ward.play(2, QUIET),
        ...ward.play(2, { ...QUIET, obstacle }),
        ...[1, 2].flatMap(() => [...ward.play(2, QUIET), ...ward.play(2, { ...QUIET, obstacle })]),
      ];
      expect(of(changes, 'asystole'), obstacle).toEqual(expected);
    }
  });

  it('is not called by holes alone of a lead that has shown no beat', () => {
    const ward = new Ward();
    expect(of(ward.playWithHoles(60, 1.4, 0.1, QUIET), 'asystole')).toEqual([]);
    expect(of(ward.play(6, QUIET), 'asystole')).toEqual(['ACTIVE ONSET']);
  });

  it('is not held back by a lead whose stretches are too short to find a beat in', () => {
    const ward = beating({ leads: 2 });
    const changes = Array.from({ length: 20 }, () => {
      ward.wall += 800;
      const all = ward.leads.flatMap((lead, i) => lead.say({ ...QUIET, seconds: i === 0 ? 0.8 : 0.7, cut: i === 1, unjudged: i === 1 })); // prettier-ignore
      ward.leads[1]!.lose(0.1);
      return all;
    });
    expect(of(changes.flat(), 'asystole')).toEqual(['ACTIVE ONSET']);
  });

  it('goes on over a restart with what was quiet before it', () => {
    const [whole, cut] = [beating(), beating()];
    for (const ward of [whole, cut]) ward.playWithHoles(3, 1.4, 0.1, QUIET);
    cut.restart();
    const changes = cut.playWithHoles(6, 1.4, 0.1, QUIET);
    expect(of(changes, 'asystole')).toEqual(['ACTIVE ONSET']);
    expect(changes).toEqual(whole.playWithHoles(6, 1.4, 0.1, QUIET));
  });
});

describe('a hole that was bridged', () => {
  it('is none for beats and silence, however many there are', () => {
    const ward = beating();
    const pieces = (seconds: number, bpm: number | null) =>
      Array.from({ length: seconds }, () => {
        ward.leads[0]!.lose(1 / 300);
        ward.wall += 1000;
        return ward.leads[0]!.say({ bpm, seconds: 1 - 1 / 300, over: { restarted: false } });
      }).flat();
    expect(of(pieces(20, 45), 'bradycardia')).toEqual(['ACTIVE ONSET']);
    expect(of(pieces(6, null), 'asystole')).toEqual(['ACTIVE ONSET']);
    expect(of(pieces(60, 75), 'unwatched')).toEqual([]);
  });
});

describe('pieces between bridged holes that wait to be looked at', () => {
  it('are no silence', () => {
    const ward = beating();
    const changes = Array.from({ length: 8 }, () => {
      ward.leads[0]!.lose(1 / 300);
      ward.wall += 1000;
      return ward.leads[0]!.say({ ...QUIET, seconds: 1 - 1 / 300, unjudged: true, cut: true, over: { restarted: false } }); // prettier-ignore
    });
    expect(of(changes.flat(), 'asystole')).toEqual([]);
    expect(of(ward.play(2, QUIET), 'asystole')).toEqual(['ACTIVE ONSET']);
  });
});

describe('a constant line', () => {
  it("with short holes is 'asystole or lead off', and with longer ones counts anew", () => {
    const said = { obstacle: 'constant' } as const;
    expect(of(beating().playWithHoles(12, 1.4, 0.1, said), 'asystole-or-lead-off')).toEqual(['ACTIVE ONSET']);
    expect(of(beating().playWithHoles(60, 1.4, 0.6, said), 'asystole-or-lead-off')).toEqual([]);
  });
});

describe('a rate', () => {
  it.each([
    ['extreme-tachycardia', 171, 1.4, 0.1],
    ['extreme-tachycardia', 171, 3.9, 0.1],
    ['tachycardia', 130, 1.4, 0.1],
    ['bradycardia', 45, 3.9, 0.1],
    ['extreme-bradycardia', 34, 5.9, 0.1],
  ])('%s at %d a minute is told over stretches of %d s with holes of %d s', (kind, bpm, run, hole) => {
    const ward = beating();
    const [onset] = ward.playWithHoles(60, run, hole, { bpm }).filter((change) => change.kind === kind);
    expect(onset?.reason).toBe('ONSET');
    expect(onset!.at - T0).toBeLessThanOrEqual(50_000);
  });

  it('is not told of short intervals alone, where the long ones are those that the holes hide', () => {
    const ward = beating();
    const said = { intervals: [1000, 400], bpm: 75 };
    const changes = ward.playWithHoles(120, 0.9, 0.5, said);
    expect(changes.filter(({ kind }) => kind.endsWith('tachycardia'))).toEqual([]);
  });
});

describe('a reason that comes and goes', () => {
  it('is told where it is there for half of the time, after so much of it as its delay', () => {
    for (const [obstacle, seconds] of [
      ['noise', 20],
      ['saturation', 12],
    ] as const) {
      const ward = beating();
      const changes = Array.from({ length: 10 }, () => [...ward.play(2, { obstacle }), ...ward.play(2)]).flat();
      const [onset, ...others] = changes.filter(({ kind }) => kind === obstacle);
      expect([onset?.reason, others], obstacle).toEqual(['ONSET', []]);
      expect(onset!.at - T0 - 20_000, obstacle).toBeLessThanOrEqual(1000 * seconds);
      expect(onset!.onsetAt, obstacle).toBe(T0 + 20_000);
    }
  });

  it('is not where it is there for less', () => {
    for (const obstacle of ['noise', 'saturation'] as const) {
      const ward = beating();
      const changes = Array.from({ length: 20 }, () => [...ward.play(2, { obstacle }), ...ward.play(4)]).flat();
      expect(of(changes, obstacle), obstacle).toEqual([]);
    }
  });

  it('begins anew when its alarm is over, and over a restart goes on', () => {
    const ward = beating();
    ward.play(60, NOISY);
    expect(of(ward.play(20), 'noise')).toEqual(['ENDED CONDITION_ENDED']);
    expect(of(ward.play(8, NOISY), 'noise')).toEqual([]);
    ward.restart();
    expect(of(ward.play(4, NOISY), 'noise')).toEqual(['ACTIVE ONSET']);
  });
});

describe('a bed of which no lead can be read', () => {
  const KIND = 'unwatched';

  it.each([
    ['noise', () => beating().play(60, NOISY)],
    ['saturation', () => beating().play(60, { obstacle: 'saturation' })],
    ['holes', () => beating().playWithHoles(60, 1.4, 0.1, { bpm: 75 })],
    ['stretches that are too short for a beat to be found in', () => beating().playWithHoles(60, 0.7, 0.1, QUIET)],
    [
      'noise and holes in turns',
      () => {
        const ward = beating();
        return Array.from({ length: 30 }, () => [...ward.play(2, NOISY), ...ward.play(2)]).flat();
      },
    ],
  ])('for %s is told after 30 s, as medium', (_, play) => {
    const [onset, ...others] = play().filter(({ kind }) => kind === KIND);
    expect([onset?.reason, others]).toEqual(['ONSET', []]);
    expect(onset!.at - T0 - 20_000).toBeGreaterThanOrEqual(30_000);
    expect(onset!.at - T0 - 20_000).toBeLessThanOrEqual(34_000);
  });

  it('is not while one lead can be read, nor where 4 s can be at least every 30', () => {
    const ward = beating({ leads: 2 });
    expect(of(ward.play(120, NOISY, {}), KIND)).toEqual([]);
    const changes = Array.from({ length: 5 }, () => [...ward.play(24, NOISY), ...ward.play(4)]).flat();
    expect(of(changes, KIND)).toEqual([]);
    expect(of(beating().playWithHoles(120, 4, 0.1), KIND)).toEqual([]);
  });

  it.each(['lead-off', 'decode-failed', 'constant'] as const)(
    'is not where all are %s, which is told anyway',
    (obstacle) => {
      const ward = beating({ leads: 2 });
      expect(of(ward.play(120, { obstacle }), KIND)).toEqual([]);
      // One of them for another reason: nobody has been told that none is left.
      const [onset] = ward.play(40, { obstacle }, NOISY).filter(({ kind }) => kind === KIND);
      expect(onset?.streams).toEqual(['bed-1.2']);
    },
  );

  it('ends when a lead has been readable for 10 s more', () => {
    const ward = beating();
    ward.play(60, NOISY);
    expect(of(ward.play(10), KIND)).toEqual([]);
    expect(of(ward.play(4), KIND)).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('keeps what was active, held, beside it', () => {
    const ward = beating({ bpm: 130 });
    const changes = ward.play(60, NOISY);
    expect(of(changes, 'tachycardia')).toEqual(['HELD UNREADABLE']);
    expect(of(changes, KIND)).toEqual(['ACTIVE ONSET']);
  });
});
