import { expect, it } from 'vitest';
import { Ward } from '../../src/dashboard/ward.js';
import { SAMPLES } from '../lib/wire/samples.js';

const NOW = SAMPLES['ecg.signals'].closedAt + 1000;
const ward = (): Ward => new Ward({ signalMs: 60_000, trendMs: 60_000 });

it('tells each window once, with its bytes, whatever is read again', () => {
  const one = ward();
  one.takeStream(SAMPLES['ecg.streams']);
  const before = one.log.newest;
  one.takeSignal(SAMPLES['ecg.signals'], 3);
  one.takeSignal(SAMPLES['ecg.signals'], 3);
  const entries = one.log.after(before, 100);
  expect(entries).toHaveLength(1);
  expect(JSON.parse(entries[0]?.json ?? '')).toMatchObject({
    kind: 'window',
    device: 'bed-7',
    payloadGain: 4300 / 1024,
  });
  const { frame } = entries[0]?.window ?? {};
  const head = frame?.readUInt32LE(0) ?? 0;
  expect(head % 2).toBe(0);
  expect(JSON.parse(frame?.subarray(4, 4 + head).toString() ?? '')).toMatchObject({ rate: 360, firstIndex: 8602 });
  expect(frame?.subarray(4 + head)).toEqual(SAMPLES['ecg.signals'].samples);
  expect(one.bed('bed-7')?.partition).toBe(3);
});

it('tells a new page the beds, their newest results and the open alarms, without where they come from', () => {
  const one = ward();
  one.takeStream({ ...SAMPLES['ecg.streams'], declaredAt: NOW });
  one.takeSignal(SAMPLES['ecg.signals'], 0);
  one.takeRhythm(SAMPLES['ecg.rhythms']);
  one.takeBeats(SAMPLES['ecg.beats']);
  one.takeAlarm(SAMPLES['ecg.alarms']);
  one.takeAlarm({ ...SAMPLES['ecg.alarms'], id: 'over', state: 'ENDED' });
  const snapshot = one.snapshot(NOW);
  expect(snapshot.map(({ kind }) => kind)).toEqual(['stream', 'window', 'rhythm', 'beats', 'alarm', 'alarm']);
  expect(JSON.stringify(snapshot)).not.toContain('models');
  expect(one.openAlarms('bed-7').map(({ id }) => id)).toEqual([SAMPLES['ecg.alarms'].id]);
});

it('forgets a bed that was silent for an hour, unless an alarm of it is open', () => {
  const one = ward();
  one.takeStream({ ...SAMPLES['ecg.streams'], declaredAt: NOW });
  expect(one.snapshot(NOW + 3_500_000)).toHaveLength(1);
  expect(one.snapshot(NOW + 3_700_000)).toHaveLength(0);
  one.takeAlarm(SAMPLES['ecg.alarms']);
  expect(one.snapshot(NOW + 3_700_000).map(({ kind }) => kind)).toEqual(['stream', 'alarm']);
});
