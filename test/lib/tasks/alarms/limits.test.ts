import { describe, expect, it } from 'vitest';
import { ALARM_KINDS } from '../../../../src/lib/tasks/alarms/kinds.js';
import { ADULT_LIMITS, alarmLimitsSchema } from '../../../../src/lib/tasks/alarms/limits.js';
import { TASKS_METRICS } from '../../../../src/lib/metrics/catalogue.js';

const parse = (value: unknown) => alarmLimitsSchema.parse(value);
const mistakesOf = (value: unknown): string =>
  (alarmLimitsSchema.safeParse(value).error?.issues ?? [])
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('\n');

describe('alarm limits', () => {
  it('that are left out have the customary adult values', () => {
    expect(parse({})).toEqual(ADULT_LIMITS);
    expect(ADULT_LIMITS).toMatchObject({
      ...{ asystoleSeconds: 4, extremeTachycardia: 140, tachycardia: 120, bradycardia: 50, extremeBradycardia: 40 },
    });
    const changed = parse({ tachycardia: 130, delays: { noise: { onSeconds: 20 } } });
    expect(changed).toMatchObject({ tachycardia: 130, bradycardia: 50 });
    expect(changed.delays.noise).toEqual({ onSeconds: 20, offSeconds: 10 });
    expect(changed.delays.gap).toEqual(ADULT_LIMITS.delays.gap);
  });

  it('name every mistake at once', () => {
    const mistake = mistakesOf({ tachycardia: 'fast', bradycardia: 3, asystole: 4, delays: { nose: {} } });
    for (const part of ['tachycardia', 'bradycardia', 'asystole', 'nose']) {
      expect(mistake).toContain(part);
    }
  });

  it.each([
    [{ tachycardia: 150 }, 'tachycardia'],
    [{ extremeBradycardia: 50 }, 'extremeBradycardia'],
    [{ bradycardia: 115, rateHysteresis: 10 }, 'bradycardia'],
    [{ atrialFibrillation: { onShare: 0.2 } }, 'atrialFibrillation.offShare'],
    [{ irregularity: { onEntropy: -2.5 } }, 'irregularity.offEntropy'],
  ])('%j are refused: they contradict each other', (limits, where) => {
    expect(mistakesOf(limits)).toContain(`${where}: is`);
  });
});

it('every kind of alarm is counted, and no other', () => {
  expect(TASKS_METRICS.tasksAlarms.labels.kind).toEqual(ALARM_KINDS);
  expect(TASKS_METRICS.tasksAlarmChanges.labels.kind).toEqual(ALARM_KINDS);
});
