import { expect, it } from 'vitest';
import { OpenAlarms, type AlarmEvent } from '../../src/lib/wire/index.js';
import { alarmTable } from '../../src/operations/alarm-list.js';
import { SAMPLES } from '../lib/wire/samples.js';

const NOW = Date.UTC(2026, 0, 2);
const change = (id: string, over: Partial<AlarmEvent> = {}): AlarmEvent => ({
  ...SAMPLES['ecg.alarms'],
  id,
  device: 'bed-1',
  state: 'ACTIVE',
  priority: 'LOW',
  onsetAt: NOW,
  pausedUntil: null,
  acknowledgedBy: null,
  ...over,
});

function listOf(...changes: AlarmEvent[]): AlarmEvent[] {
  const open = new OpenAlarms();
  for (const each of changes) open.take(each);
  return open.list();
}

it('holds the newest change of each episode that has not ended, by bed, urgency and age', () => {
  const list = listOf(
    change('b', { device: 'bed-2' }),
    change('late', { onsetAt: NOW + 5 }),
    change('early'),
    change('high', { priority: 'HIGH', onsetAt: NOW + 9 }),
    change('over'),
    change('medium', { priority: 'MEDIUM' }),
    change('high', { priority: 'HIGH', onsetAt: NOW + 9, state: 'LATCHED' }),
    change('over', { state: 'ENDED' }),
  );
  expect(list.map(({ id, state }) => [id, state])).toEqual([
    ['high', 'LATCHED'],
    ['medium', 'ACTIVE'],
    ['early', 'ACTIVE'],
    ['late', 'ACTIVE'],
    ['b', 'ACTIVE'],
  ]);
});

it('shows a pause only while it lasts', () => {
  const alarms = listOf(change('a', { pausedUntil: NOW + 1 }), change('b', { pausedUntil: NOW }));
  const rows = alarmTable(alarms, NOW)
    .split('\n')
    .filter((line) => line.includes('bed-1'));
  expect(rows.map((row) => row.includes('2026-01-02T00:00:00.001Z'))).toEqual([true, false]);
});
