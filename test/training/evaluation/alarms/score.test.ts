import { describe, expect, it } from 'vitest';
import type { Onset } from '../../../../src/training/evaluation/alarms/onsets.js';
import { scoreAlarms, scoreVariants, type Raise } from '../../../../src/training/evaluation/alarms/score.js';
import { rightWhen } from '../../../../src/training/evaluation/alarms/truth.js';
import type { Annotated } from '../../../../src/training/evaluation/alarms/annotated.js';
import type { AlarmKind } from '../../../../src/lib/tasks/alarms/kinds.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';

const RATE = 100;

/** Normal beats at 75 a minute over [0, seconds) but for a stretch without any. */
function annotated(seconds: number, silence?: { from: number; to: number }): Annotated {
  const beats = [];
  for (let at = 0; at < seconds; at += 0.8) {
    if (silence !== undefined && at > silence.from && at < silence.to) continue;
    beats.push({ frame: Math.round(at * RATE), symbol: 'N' });
  }
  return { beats, rhythms: [{ name: 'N', from: 0, to: seconds }], noisy: [], flutter: [] };
}

function onset(kind: AlarmKind, onsetSeconds: number, endSeconds: number, more: Partial<Onset> = {}): Onset {
  return { kind, onsetSeconds, endSeconds, variant: 'test', expected: true, ...more };
}

function recording(
  seconds: number,
  onsets: Onset[],
  raises: Raise[],
  what: Annotated | undefined = annotated(seconds),
) {
  return { seconds, onsets, raises, right: rightWhen(onsets, what, { rate: RATE, seconds, limits: ADULT_LIMITS }) };
}

const raise = (kind: AlarmKind, at: number, chain = 1): Raise => ({ kind, at, chain });

describe('scoreAlarms', () => {
  it('scores the worked example of docs/alarm-evaluation.md', () => {
    const onsets = [onset('asystole', 60, 80), onset('asystole', 200, 220)];
    const raises = [
      raise('asystole', 66.5, 1.5),
      raise('asystole', 130),
      raise('bradycardia', 65),
      raise('lead-off', 290),
    ];
    const { asystole, bradycardia, 'lead-off': leadOff, noise } = scoreAlarms([recording(300, onsets, raises)]);
    // One of two met, 8 s after its last beat; 60 of 300 s are right, so that one false alarm in 240 s is 360 in 24 h.
    expect(asystole).toMatchObject({ onsets: 2, detected: 1, p50s: 8, p95s: 8, hours: 240 / 3600, falsePer24h: 360 });
    expect(asystole.falseInterval?.[0]).toBeCloseTo(360 * 0.0253, 1);
    expect(asystole.falseInterval?.[1]).toBeCloseTo(360 * 5.5716, 0);
    // Bradycardia is right while the heart stands still; nothing excuses the lead.
    expect(bradycardia).toMatchObject({ onsets: 0, detected: 0, p50s: null, p95s: null, falsePer24h: 0 });
    expect(leadOff).toMatchObject({ hours: 300 / 3600, falsePer24h: 288 });
    expect(noise).toMatchObject({ falsePer24h: 0 });
  });

  it('calls an alarm of the last piece right, which closes where the recording ends', () => {
    const onsets = [onset('asystole', 80, 100)];
    const { asystole } = scoreAlarms([recording(100, onsets, [raise('asystole', 100)])]);
    expect(asystole).toMatchObject({ onsets: 1, detected: 1, falsePer24h: 0, hours: 80 / 3600 });
  });

  it('meets an onset once, with the first alarm, and not with one before it or long after', () => {
    const onsets = [onset('asystole', 60, 80)];
    const early = scoreAlarms([recording(300, onsets, [raise('asystole', 59)])]);
    expect(early.asystole).toMatchObject({ onsets: 1, detected: 0 });
    expect(early.asystole.falsePer24h).toBeGreaterThan(0);
    const late = scoreAlarms([recording(300, onsets, [raise('asystole', 90.5)])]);
    expect(late.asystole.detected).toBe(0);
    const twice = scoreAlarms([recording(300, onsets, [raise('asystole', 67), raise('asystole', 71)])]);
    expect(twice.asystole).toMatchObject({ detected: 1, p50s: 8, falsePer24h: 0 });
  });

  it('demands nothing of an onset that is not expected, and calls its alarm right all the same', () => {
    const onsets = [onset('atrial-fibrillation', 0, 120, { expected: false })];
    const { 'atrial-fibrillation': af } = scoreAlarms([recording(300, onsets, [raise('atrial-fibrillation', 40)])]);
    expect(af).toMatchObject({ onsets: 0, detected: 0, falsePer24h: 0, hours: 150 / 3600 });
  });

  it('takes either high alarm for a signal like fibrillation, and says which', () => {
    const recordings = [
      recording(300, [onset('asystole', 60, 80, { variant: 'vf-like' })], [raise('extreme-tachycardia', 68)]),
      recording(300, [onset('asystole', 60, 80, { variant: 'vf-like' })], []),
    ];
    expect(scoreAlarms(recordings).asystole).toMatchObject({ onsets: 2, detected: 1, p95s: 9 });
    expect(scoreAlarms(recordings)['extreme-tachycardia'].falsePer24h).toBe(0);
    expect(scoreVariants(recordings)).toEqual({
      'asystole/vf-like': { onsets: 2, detected: 1, p50s: 9, p95s: 9, by: { 'extreme-tachycardia': 1 } },
    });
  });

  it('knows from the beats themselves when a pause or a rate is real', () => {
    const pause = recording(
      300,
      [],
      [raise('asystole', 105.5), raise('asystole', 200)],
      annotated(300, { from: 100, to: 106 }),
    );
    const { asystole } = scoreAlarms([pause]);
    expect(asystole.falsePer24h).toBeCloseTo(24 / asystole.hours, 6);
    expect(asystole.hours).toBeLessThan(290 / 3600);
  });

  it('calls other rhythm false only where sinus rhythm with normal beats alone is annotated', () => {
    const plain = scoreAlarms([recording(300, [], [raise('other-rhythm', 100)])]);
    expect(plain['other-rhythm'].falsePer24h).toBe((24 * 3600) / 300);
    const { beats, ...rest } = annotated(300);
    const ectopic = { ...rest, beats: beats.map((beat, i) => (i === 120 ? { ...beat, symbol: 'V' } : beat)) };
    const excused = scoreAlarms([recording(300, [], [raise('other-rhythm', 100)], ectopic)]);
    expect(excused['other-rhythm'].falsePer24h).toBe(0);
    const unknown = scoreAlarms([{ ...recording(300, [], []), right: rightWhen([], undefined, { rate: RATE, seconds: 300, limits: ADULT_LIMITS }) }]); // prettier-ignore
    expect(unknown['other-rhythm']).toMatchObject({ hours: 0, falsePer24h: null, falseInterval: null });
  });
});
