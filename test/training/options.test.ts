import { describe, expect, it } from 'vitest';
import {
  checkAlarmsEvaluation,
  checkPeaksTraining,
  type AlarmsEvaluationOptions,
  type PeaksTraining,
} from '../../src/training/options.js';

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

describe('train peaks', () => {
  it('mixes weights with those of another RPnet alone', () => {
    expect(checkPeaksTraining({ from: 'a', share: 0.5 } as PeaksTraining)).toEqual([]);
    expect(checkPeaksTraining({ share: 1 } as PeaksTraining)).toEqual([]);
    expect(checkPeaksTraining({ share: 0.5 } as PeaksTraining)).toHaveLength(1);
    expect(checkPeaksTraining({ from: 'a', share: 1, averagedWith: 'b' } as PeaksTraining)).toEqual([]);
    expect(checkPeaksTraining({ share: 1, averagedWith: 'b' } as PeaksTraining)).toEqual([
      '--averaged-with needs --from',
    ]);
  });
});
