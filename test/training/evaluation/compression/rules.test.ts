import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../../../src/lib/codec/choose.js';
import type { Ladder } from '../../../../src/lib/codec/ladder.js';
import type { CodedRecord } from '../../../../src/training/evaluation/compression/coded-record.js';
import type { Sent } from '../../../../src/training/evaluation/compression/parts.js';
import {
  always,
  byLevel,
  byPrediction,
  byTruth,
  predictedErrors,
  trueErrors,
  type Rule,
} from '../../../../src/training/evaluation/compression/rules.js';
import { densePredictor, withTau, type Choice } from '../../../../src/training/evaluation/compression/predictors.js';
import { codedRecord, knownOutcomes, sent, windowsOf } from './fakes.js';

const rung = (name: string, index: number) => ({ name, index, kind: 'lossless', nominalGain: 1 }) as const;
const lossless = rung('lossless', 0);
const ladder = { rungs: [lossless, rung('fine', 1), rung('coarse', 2)], lossless } as unknown as Ladder;
const exact = sent('lossless', () => ({ lossless: true, nominalGain: 1, payload: new Uint8Array(700) }));
const raw = sent('raw', () => ({ lossless: true, nominalGain: 1, payload: new Uint8Array(3584) }));
const bounds = (some: Partial<Bounds> = {}): Bounds => ({ rhythm: 0.4, peaks: 0.1, reconstruction: Infinity, ...some });
const none = knownOutcomes({});
const names = (way: Sent): string[] => way.map(({ name }) => name);
const only = async (rule: Rule, coded: CodedRecord, under: Bounds, known = none): Promise<Sent> =>
  (await rule([coded], under, known))[0]!;
const within = { rhythm: 0.2, peaks: 0.05 };
const beyond = { rhythm: 0.21, peaks: 0 };

describe('by prediction', () => {
  const fine = sent('fine', () => ({ rung: 1, payload: new Uint8Array(80), predicted: within, prdn: 4 }));
  const coarse = sent('coarse', (window) => ({
    rung: 2,
    payload: new Uint8Array(20),
    predicted: window < 2 ? within : beyond,
    prdn: window < 1 ? 9 : 12,
  }));
  const decodeLatents = () => Promise.reject(new Error('nothing bounds PRDN'));
  const rule = byPrediction(densePredictor({ ladder, decodeLatents }, withTau(0.5)), ladder);
  const ways = [exact, fine, coarse];
  const coded = codedRecord(ways, { windows: windowsOf([fine, coarse]) });

  it('takes for each window the smallest code whose errors are within tau x bound', async () => {
    expect(names(await only(rule, coded, bounds()))).toEqual(['coarse', 'coarse', 'fine', 'fine', 'fine']);
  });

  it('is lossless where nothing passes, or the edge would not try', async () => {
    expect(names(await only(rule, coded, bounds({ rhythm: 0.1 })))).toEqual(names(exact));
    const unseen = codedRecord(ways, { windows: windowsOf([fine, coarse], (window) => window !== 1) });
    expect(names(await only(rule, unseen, bounds()))).toEqual(['coarse', 'lossless', 'fine', 'fine', 'fine']);
  });

  it('asks the predictor once for a batch, and says on the wire what it said', async () => {
    const asked: unknown[] = [];
    const measured = { rhythm: 0.07, peaks: 0.01 };
    const predictor = {
      name: 'other',
      choiceFor: withTau(1),
      choose: (windows: CodedRecord['windows'], { bounds: own }: Choice) => {
        asked.push([windows.length, own]);
        return Promise.resolve(windows.map(({ candidates }) => ({ ...candidates[0]!, predicted: measured })));
      },
    };
    const batch = await byPrediction(predictor, ladder)([coded, coded], bounds({ reconstruction: 12 }), none);
    expect(asked).toEqual([[10, bounds({ reconstruction: 12 })]]);
    expect(batch.flat().map(({ name, predicted }) => [name, predicted])).toEqual(batch.flat().map(() => ['fine', measured])); // prettier-ignore
  });
});

describe('by truth', () => {
  const ways = [
    exact,
    sent('fine', () => ({ payload: new Uint8Array(80) })),
    sent('coarse', () => ({ payload: new Uint8Array(20) })),
  ];
  const chosen = async (known: Parameters<typeof knownOutcomes>[0]) =>
    (await only(byTruth(ladder), codedRecord(ways), bounds(), knownOutcomes(known)))[0]!.name;

  it('takes the smallest rung that keeps both bounds over the record', async () => {
    expect(await chosen({ coarse: { rhythm: 0.4, peaks: 0.1 } })).toBe('coarse');
    expect(await chosen({ coarse: { rhythm: 0.41 }, fine: { rhythm: 0.39 } })).toBe('fine');
    expect(await chosen({ coarse: { peaks: 0.11 }, fine: { rhythm: Number.NaN } })).toBe('lossless');
  });
});

describe('levels of the paper', () => {
  const ways = [
    raw,
    sent('paper-32', () => ({ nominalGain: 32, predicted: { rhythm: 0.1, peaks: 9 } })),
    sent('paper-64', (window) => ({ nominalGain: 64, predicted: { rhythm: window, peaks: 9 } })),
  ];
  const levels = [
    { name: 'paper-32', nominalGain: 32 },
    { name: 'paper-64', nominalGain: 64 },
  ];
  const rhythmOnly = bounds({ peaks: Infinity });

  it('are chosen by the error against the label, the highest first, raw where none passes', async () => {
    const rule = byLevel(levels, trueErrors);
    const chosen = async (known: Parameters<typeof knownOutcomes>[0]) =>
      (await only(rule, codedRecord(ways), rhythmOnly, knownOutcomes(known)))[0]!.name;
    expect(await chosen({ 'paper-64': { crossEntropy: 0.4, peaks: 5 } })).toBe('paper-64');
    expect(await chosen({ 'paper-64': { crossEntropy: 0.5 }, 'paper-32': { crossEntropy: 0.3 } })).toBe('paper-32');
    expect(await chosen({ 'paper-64': { crossEntropy: 0.5 }, 'paper-32': { crossEntropy: 0.5 } })).toBe('raw');
  });

  it('are predicted as the mean over windows', async () => {
    const rule = byLevel(levels, predictedErrors);
    // 0 + 1 + 2 + 3 + 4 over 5 windows.
    const chosen = async (some: Partial<Bounds>) => (await only(rule, codedRecord(ways), bounds(some)))[0]!.name;
    expect(await chosen({ rhythm: 2, peaks: Infinity })).toBe('paper-64');
    expect(await chosen({ rhythm: 1.9, peaks: Infinity })).toBe('paper-32');
    expect(await chosen({ rhythm: 1.9, peaks: 8 })).toBe('raw');
  });
});

it('says which way a record was never coded', () => {
  expect(() => always('paper-16')([codedRecord([raw])], bounds(), none)).toThrow('fake was never coded as paper-16');
});
