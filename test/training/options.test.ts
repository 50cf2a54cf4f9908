import { describe, expect, it } from 'vitest';
import { checkAlarmsEvaluation, type AlarmsEvaluationOptions } from '../../src/training/options.js';

const options = (some: Partial<AlarmsEvaluationOptions>): AlarmsEvaluationOptions => some as AlarmsEvaluationOptions;

describe('evaluate alarms', () => {
  it('takes records or composed recordings, and keeps only what it composes', () => {
    expect(checkAlarmsEvaluation(options({ records: 'a' }))).toEqual([]);
    expect(checkAlarmsEvaluation(options({ records: 'a', keep: 'b' }))).toEqual([]);
    expect(checkAlarmsEvaluation(options({ composed: 'a' }))).toEqual([]);
    expect(checkAlarmsEvaluation(options({}))).toHaveLength(1);
    expect(checkAlarmsEvaluation(options({ records: 'a', composed: 'b' }))).toHaveLength(1);
    expect(checkAlarmsEvaluation(options({ composed: 'a', keep: 'b' }))).toHaveLength(1);
  });
});
