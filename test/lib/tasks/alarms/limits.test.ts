import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../../src/lib/policy/policy.js';
import { ALARM_KINDS } from '../../../../src/lib/tasks/alarms/kinds.js';
import { ADULT_LIMITS, alarmLimitsSchema, delaysOf } from '../../../../src/lib/tasks/alarms/limits.js';
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
      asystoleSeconds: 4,
      extremeTachycardia: 140,
      tachycardia: 120,
      bradycardia: 50,
      extremeBradycardia: 40,
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

describe('an on delay of what lasts for an instant', () => {
  const delays = { gap: { onSeconds: 1 }, 'clock-stepped': { onSeconds: 0.5 }, noise: { onSeconds: 1 } };

  it('is refused where a policy is set: it would never be told', () => {
    const checked = checkPolicy(JSON.stringify({ alarms: { delays } }));
    const mistakes = 'mistakes' in checked ? checked.mistakes.filter((line) => line.startsWith('alarms')) : [];
    expect(mistakes).toEqual([
      'alarms.delays.gap.onSeconds: is 1; allowed: 0, since it lasts for an instant',
      'alarms.delays.clock-stepped.onSeconds: is 0.5; allowed: 0, since it lasts for an instant',
    ]);
  });

  it('does nothing in a policy that was kept before', () => {
    const limits = parse({ delays });
    expect([delaysOf(limits, 'gap'), delaysOf(limits, 'noise').on]).toEqual([{ on: 0, off: 10_000 }, 1000]);
  });
});

it('every kind of alarm is counted, and no other', () => {
  expect(TASKS_METRICS.tasksAlarms.labels.kind).toEqual(ALARM_KINDS);
  expect(TASKS_METRICS.tasksAlarmChanges.labels.kind).toEqual(ALARM_KINDS);
});
