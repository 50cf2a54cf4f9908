import { describe, expect, it } from 'vitest';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { RHYTHM_CLASSES } from '../../../../src/lib/tasks/rhythm.js';
import { brief, fibrillating, of, T0, Ward } from './compose.js';

const [N, A, O, NOISE] = RHYTHM_CLASSES.map((_, i) => i);
const AF = { label: A, intervals: fibrillating() };

describe('asystole', () => {
  it('begins 4 s after the last beat and at most a piece and the guard later', () => {
    const ward = new Ward();
    expect(ward.play(10)).toEqual([]);
    const lastBeat = T0 + 9000;
    const [onset, ...others] = ward.play(12, { bpm: null });
    expect(brief([onset!])).toEqual(['asystole ACTIVE ONSET']);
    expect(others).toEqual([]);
    expect(onset!.onsetAt).toBe(lastBeat + 1000 * ADULT_LIMITS.asystoleSeconds);
    expect(onset!.at - lastBeat).toBeLessThanOrEqual(4000 + 2000 + 300);
  });

  it('latches when beats come back for two seconds, and ends when it is acknowledged', () => {
    const ward = new Ward();
    ward.play(4);
    const [onset] = ward.play(10, { bpm: null });
    const back = ward.play(10);
    expect(brief(back)).toEqual(['asystole LATCHED CONDITION_ENDED']);
    expect(ward.play(30)).toEqual([]);
    const end = ward.ask('ACKNOWLEDGE')!;
    expect(brief(end)).toEqual(['asystole ENDED ACKNOWLEDGED']);
    expect(end[0]).toMatchObject({ id: onset!.id, onsetAt: onset!.onsetAt, acknowledgedBy: 'nurse-3' });
  });

  it('needs all readable leads; an unreadable one has no say', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(4);
    expect(ward.play(12, { bpm: null }, {})).toEqual([]);
    const changes = ward.play(12, { bpm: null }, { obstacle: 'lead-off' });
    expect(of(changes, 'asystole')).toEqual(['ACTIVE ONSET']);
    expect(of(changes, 'lead-off')).toEqual(['ACTIVE ONSET']);
  });

  it('counts readable silence only: what was unreadable before is no silence', () => {
    for (const obstacle of ['lead-off', 'noise', 'saturation', 'decode-failed'] as const) {
      const ward = new Ward();
      ward.play(6);
      expect(of(ward.play(20, { bpm: null, obstacle }), 'asystole'), obstacle).toEqual([]);
      expect(of(ward.play(4, { bpm: null }), 'asystole'), obstacle).toEqual([]);
      expect(of(ward.play(4, { bpm: null }), 'asystole'), obstacle).toEqual(['ACTIVE ONSET']);
    }
  });

  it('counts anew after a gap, which alone ends nothing', () => {
    const ward = new Ward();
    ward.play(4);
    ward.play(2, { bpm: null });
    ward.leads[0]!.skip(3);
    expect(of(ward.play(4, { bpm: null }), 'asystole')).toEqual([]);
    expect(of(ward.play(2, { bpm: null }), 'asystole')).toEqual(['ACTIVE ONSET']);
    ward.leads[0]!.skip(3);
    expect(of(ward.play(2, { bpm: null }), 'asystole')).toEqual([]);
    expect(of(ward.play(6), 'asystole')).toEqual(['LATCHED CONDITION_ENDED']);
  });

  it('is not held back by a lead that has no beat between its holes', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    const changes = Array.from({ length: 5 }, () => {
      ward.leads[1]!.skip(0.1);
      return ward.play(2, { bpm: null });
    }).flat();
    expect(of(changes, 'asystole')).toEqual(['ACTIVE ONSET']);
  });

  it('is held back by a lead with beats, also just behind a long hole', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    expect(ward.play(10, { bpm: null }, {})).toEqual([]);
    ward.leads[1]!.skip(5);
    expect(of(ward.play(2, { bpm: null }), 'asystole')).toEqual([]);
    expect(of(ward.play(10, { bpm: null }, {}), 'asystole')).toEqual([]);
  });

  it('is not held back by a lead that stopped with its last beat', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(10);
    const lastBeat = T0 + 9000;
    const changes = Array.from({ length: 10 }, () => {
      ward.wall += 2000;
      return [...ward.leads[0]!.say({ bpm: null }), ...ward.engine.tick(ward.wall).changes];
    }).flat();
    const [onset] = changes.filter(({ kind }) => kind === 'asystole');
    expect(onset!.at - lastBeat).toBeLessThanOrEqual(9000);
  });

  it('goes on while the quiet line becomes a constant one', () => {
    const ward = new Ward();
    ward.play(4);
    const changes = [...ward.play(8, { bpm: null }), ...ward.play(30, { bpm: null, obstacle: 'constant' })];
    expect(brief(changes)).toEqual(['asystole ACTIVE ONSET']);
  });
});

describe('a heart that does not beat', () => {
  it.each([
    ['asystole', { bpm: null }],
    ['asystole-or-lead-off', { obstacle: 'constant' }],
  ] as const)(
    'has no rhythm: %s ends and suppresses those that were called, and they come again with the beats',
    (kind, said) => {
      for (const [rhythm, beats] of [
        ['atrial-fibrillation', AF],
        ['other-rhythm', { label: O }],
      ] as const) {
        const ward = new Ward();
        expect(of(ward.play(60, beats), rhythm)).toEqual(['ACTIVE ONSET']);
        const changes = ward.play(300, said);
        const onset = changes.find((change) => change.kind === kind);
        expect(of(changes, rhythm), rhythm).toEqual(['ENDED SUPERSEDED']);
        expect(changes.find((change) => change.kind === rhythm)!.supersededBy).toBe(onset!.id);
        expect(of(ward.play(60, beats), rhythm), rhythm).toEqual(['ACTIVE ONSET']);
      }
    },
  );
});

describe('a constant line without a flag of the device', () => {
  it("is 'asystole or lead off', high, where no lead says anything else", () => {
    for (const other of ['lead-off', 'noise', 'constant'] as const) {
      const ward = new Ward({ leads: 2 });
      ward.play(6);
      const changes = ward.play(8, { obstacle: 'constant' }, { obstacle: other });
      expect(of(changes, 'asystole-or-lead-off'), other).toEqual(['ACTIVE ONSET']);
      expect(of(changes, 'asystole'), other).toEqual([]);
      const back = ward.play(8);
      expect(of(back, 'asystole-or-lead-off'), other).toEqual(['LATCHED CONDITION_ENDED']);
    }
  });

  it('beside a lead with beats is a lead that is off', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(6);
    expect(brief(ward.play(20, { obstacle: 'constant' }, {}))).toEqual(['lead-off ACTIVE ONSET']);
    expect(brief(ward.play(8))).toEqual(['lead-off ENDED CONDITION_ENDED']);
  });
});

describe.each([
  ['extreme-tachycardia', 160, 100],
  ['extreme-bradycardia', 30, 60],
])('%s', (kind, beyond, normal) => {
  it('is seen within 8 s of device time of its onset, ends and latches with hysteresis', () => {
    const ward = new Ward();
    ward.play(20, { bpm: normal });
    const onset = T0 + 20_000;
    const found = ward.play(20, { bpm: beyond }).filter((change) => change.kind === kind);
    expect(brief(found)).toEqual([`${kind} ACTIVE ONSET`]);
    expect(found[0]!.at - onset).toBeLessThanOrEqual(8000);
    expect(of(ward.play(30, { bpm: normal }), kind)).toEqual(['LATCHED CONDITION_ENDED']);
  });

  it('needs all leads that have a rate', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(20, { bpm: normal });
    expect(of(ward.play(30, { bpm: beyond }, { bpm: normal }), kind)).toEqual([]);
    expect(of(ward.play(20, { bpm: beyond }, { bpm: beyond }), kind)).toEqual(['ACTIVE ONSET']);
  });

  it('supersedes the plain one, which says so and does not come back while it lasts', () => {
    const plain = kind.replace('extreme-', '');
    const ward = new Ward();
    ward.play(20, { bpm: normal });
    ward.play(40, { bpm: kind === 'extreme-tachycardia' ? 130 : 45 });
    const changes = ward.play(40, { bpm: beyond });
    const higher = changes.find((change) => change.kind === kind);
    const ended = changes.filter((change) => change.kind === plain);
    expect(brief(ended)).toEqual([`${plain} ENDED SUPERSEDED`]);
    expect(ended[0]!.supersededBy).toBe(higher!.id);
  });
});

describe('a lead on which beats are missed', () => {
  const FAST = { bpm: 171 };
  const HALF = { bpm: 85.5 };

  it('holds back no fast rate of the other', () => {
    const ward = new Ward({ leads: 2 });
    const [onset] = ward.play(30, FAST, HALF);
    expect(onset).toMatchObject({ kind: 'extreme-tachycardia', reason: 'ONSET', streams: ['bed-1.1'] });
    expect(ward.play(60, FAST, HALF)).toEqual([]);
    const other = new Ward({ leads: 2 });
    expect(brief(other.play(40, { bpm: 130 }, { bpm: 65 }))).toEqual(['tachycardia ACTIVE ONSET']);
  });

  it('holds back no fast rate either where it is not every second one', () => {
    const ward = new Ward({ leads: 2 });
    const [onset] = ward.play(30, FAST, { intervals: [351, 351, 702, 351, 702] });
    expect(onset).toMatchObject({ kind: 'extreme-tachycardia', reason: 'ONSET', streams: ['bed-1.1'] });
  });

  it('does where the other may count T waves, and where they disagree otherwise', () => {
    for (const [fast, slow] of [
      [{ intervals: [310, 390] }, { bpm: 60_000 / 700 }],
      [FAST, { bpm: 57 }],
      [FAST, { bpm: 90 }],
    ] as const) {
      const ward = new Ward({ leads: 2 });
      ward.play(20, { bpm: 75 });
      expect(ward.play(60, fast, slow)).toEqual([]);
    }
  });
});

describe('a rate', () => {
  it('of a bigeminus, and of single missed beats, is not extreme', () => {
    for (const intervals of [
      [500, 1600],
      [1090, 1090, 1090, 2180],
      [450, 450, 450, 450, 900],
    ]) {
      // prettier-ignore
      const ward = new Ward();
      const changes = ward.play(120, { intervals });
      expect(changes.filter(({ kind }) => kind.startsWith('extreme'))).toEqual([]);
    }
  });

  it.each([
    ['tachycardia', 130, 117, 110],
    ['bradycardia', 45, 53, 60],
  ])('beyond the limit for 5 s is %s, and ends with hysteresis', (kind, beyond, between, back) => {
    const ward = new Ward();
    ward.play(20, { bpm: back });
    const [onset, ...rest] = ward.play(40, { bpm: beyond });
    expect([brief([onset!]), rest]).toEqual([[`${kind} ACTIVE ONSET`], []]);
    expect(onset!.at - onset!.onsetAt).toBeGreaterThanOrEqual(5000);
    expect(ward.play(40, { bpm: between })).toEqual([]);
    expect(brief(ward.play(40, { bpm: back }))).toEqual([`${kind} ENDED CONDITION_ENDED`]);
  });

  it('beyond the limit does not count time across a hole or unreadable signal', () => {
    for (const hole of ['gap', 'noise'] as const) {
      const ward = new Ward();
      ward.play(6, { bpm: 130 });
      if (hole === 'gap') ward.leads[0]!.skip(5);
      else ward.play(4, { bpm: 130, obstacle: hole });
      const [first] = ward.play(30, { bpm: 130 }).filter(({ kind }) => kind === 'tachycardia');
      expect(first!.at - T0, hole).toBeGreaterThan(15_000);
    }
  });
});

describe('a rhythm', () => {
  it.each([
    ['atrial-fibrillation', AF],
    ['other-rhythm', { label: O }],
  ])('%s has one event at onset and one at the end', (kind, said) => {
    const ward = new Ward();
    expect(ward.play(30, { label: N })).toEqual([]);
    const onset = ward.play(60, said);
    expect(brief(onset)).toEqual([`${kind} ACTIVE ONSET`]);
    expect(onset[0]!.at - T0).toBeLessThanOrEqual(30_000 + 40_000);
    expect(brief(ward.play(60, { label: N }))).toEqual([`${kind} ENDED CONDITION_ENDED`]);
    expect(ward.play(60, said)[0]!.id).not.toBe(onset[0]!.id);
  });

  it('is neither called nor ended by noise, by unreadable signal or by too few steps', () => {
    const ward = new Ward();
    expect(ward.play(8, AF)).toEqual([]);
    expect(ward.play(40, { ...AF, label: NOISE })).toEqual([]);
    expect(of(ward.play(60, { ...AF, obstacle: 'noise' }), 'atrial-fibrillation')).toEqual([]);
    expect(of(ward.play(40, AF), 'atrial-fibrillation')).toEqual(['ACTIVE ONSET']);
    expect(ward.play(40, { ...AF, label: NOISE })).toEqual([]);
    expect(ward.play(20, { ...AF, label: undefined })).toEqual([]);
  });

  it('that is atrial fibrillation supersedes the other', () => {
    const ward = new Ward();
    ward.play(60, { label: O });
    const changes = ward.play(60, AF);
    expect(of(changes, 'other-rhythm').at(-1)).toMatch(/^ENDED/);
    expect(of(changes, 'atrial-fibrillation')).toEqual(['ACTIVE ONSET']);
  });
});
