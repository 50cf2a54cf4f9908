/** Figures of one method over all records; docs/compression-evaluation.md defines each. */
import type { Bounds } from '../../../lib/codec/choose.js';
import { ElementGains } from '../../../lib/codec/element-gain.js';
import { CLASS_COUNT, decision } from '../../../lib/tasks/rhythm.js';
import { scorePeaks } from '../peak-scores.js';
import { measureRhythm } from '../rhythm-scores.js';
import type { CodedRecord } from './coded-record.js';
import type { Part, Sent } from './parts.js';
import type { Outcome } from './outcomes.js';
import { bytesOf } from './rules.js';
import { finite, mean, quantile, shareOf } from './summary.js';

/** One record as a method sent it, without its samples. */
export interface RecordResult {
  readonly label: number;
  readonly nativeBytes: number;
  readonly payloadBytes: number;
  /** The paper's gain; undefined if a part has none. */
  readonly elementGain: number | undefined;
  readonly lossless: boolean;
  readonly outcome: Outcome;
}

export interface Figures {
  readonly elementGainMean: number | null;
  readonly payloadGainMean: number | null;
  readonly payloadGainTotal: number | null;
  readonly prdMedian: number | null;
  readonly prdnMedian: number | null;
  /** Mean over the records that have a relative error: a constant line that was not kept exactly has none. */
  readonly relativeErrorMean: number | null;
  readonly f1Micro: number | null;
  readonly precisionMicro: number | null;
  readonly recallMicro: number | null;
  readonly f1MeanNAO: number | null;
  readonly stepAccuracy: number | null;
  readonly stepsChanged: number | null;
  readonly violationsAdded: number | null;
  readonly violationsLabel: number | null;
  readonly peaksF1: number | null;
}

export function resultOf({ record }: CodedRecord, sent: Sent, outcome: Outcome): RecordResult {
  return {
    label: record.label,
    nativeBytes: 2 * record.original.samples.length,
    payloadBytes: bytesOf(sent),
    elementGain: elementGain(sent),
    lossless: sent.every(({ lossless }) => lossless),
    outcome,
  };
}

function elementGain(sent: Sent): number | undefined {
  const gains = new ElementGains();
  let gain: number | undefined;
  for (const { start, length, nominalGain } of sent) {
    gain = gains.add({ stream: '', epoch: 0, start, length }, nominalGain);
  }
  return gain;
}

export function figuresOf(results: readonly RecordResult[], { rhythm: bound }: Pick<Bounds, 'rhythm'>): Figures {
  const { f1Micro, precisionMicro, recallMicro, f1MeanNAO, stepAccuracy } = measureRhythm(
    results.map(({ label, outcome }) => ({ label, probabilities: outcome.probabilities })),
  );
  const outcomes = results.map(({ outcome }) => outcome);
  const elementGains = results.flatMap((result) => result.elementGain ?? []);
  return {
    elementGainMean: elementGains.length === results.length ? mean(elementGains) : null,
    payloadGainMean: mean(results.map(({ nativeBytes, payloadBytes }) => nativeBytes / payloadBytes)),
    payloadGainTotal: payloadGainTotal(results),
    prdMedian: quantile(
      outcomes.map(({ prd }) => prd),
      0.5,
    ),
    prdnMedian: quantile(
      outcomes.map(({ prdn }) => prdn),
      0.5,
    ),
    relativeErrorMean: mean(outcomes.flatMap(({ relative }) => relative ?? [])),
    f1Micro,
    precisionMicro,
    recallMicro,
    f1MeanNAO,
    stepAccuracy,
    stepsChanged: mean(outcomes.map(changedSteps)),
    violationsAdded: shareOf(outcomes, ({ rhythm }) => !(rhythm <= bound)),
    violationsLabel: shareOf(results, ({ lossless, outcome }) => !lossless && !(outcome.crossEntropy <= bound)),
    peaksF1: scorePeaks(outcomes.map(({ beats }) => beats)).f1,
  };
}

/** Figures of a method that cannot be run. */
export const NO_FIGURES: Figures = {
  elementGainMean: null,
  payloadGainMean: null,
  payloadGainTotal: null,
  prdMedian: null,
  prdnMedian: null,
  relativeErrorMean: null,
  f1Micro: null,
  precisionMicro: null,
  recallMicro: null,
  f1MeanNAO: null,
  stepAccuracy: null,
  stepsChanged: null,
  violationsAdded: null,
  violationsLabel: null,
  peaksF1: null,
};

export function payloadGainTotal(results: readonly RecordResult[]): number | null {
  const sum = (key: 'nativeBytes' | 'payloadBytes'): number => results.reduce((total, own) => total + own[key], 0);
  return finite(sum('nativeBytes') / sum('payloadBytes'));
}

/** Returns the share of windows by rung. */
export function rungShares(records: readonly (readonly Part[])[]): Record<string, number> {
  const parts = records.flat();
  const counts = new Map<string, number>();
  for (const { name } of parts) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].map(([name, count]) => [name, count / parts.length]));
}

/** Returns the share of classifier steps whose decision differs from that on the original. */
function changedSteps({ original, probabilities }: Outcome): number {
  const steps = Array.from({ length: original.length / CLASS_COUNT }, (_, step) => step);
  return shareOf(steps, (step) => decision(original, step) !== decision(probabilities, step));
}
