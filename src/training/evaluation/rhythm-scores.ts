/** Scores of the rhythm classifier over labelled records. */
import { CLASS_COUNT, decision, RHYTHM_CLASSES } from '../../lib/tasks/rhythm.js';
import { bootstrap95, type Interval } from '../statistics.js';

/** One record: its label and the probabilities [steps x 4] that were published. */
export interface ScoredRecord {
  readonly label: number;
  readonly probabilities: Float32Array;
}

/** Figures are null if no record has the label and none was classified as it. */
export interface ClassScore {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly records: number;
}

export interface RhythmScores {
  readonly records: number;
  /** Share of steps whose largest probability is that of the record's label; null if there is no step. */
  readonly stepAccuracy: number | null;
  /**
   * Mean F1 of N, A and O over records, of those classes that have one; null if none has. A record's class is that of the mean
   * of its steps.
   */
  readonly f1MeanNAO: number | null;
  readonly perClass: Readonly<Record<string, ClassScore>>;
  /** Rows: label, columns: decision, by record, in the order N, A, O, NOISE. */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error of the steps' largest probability, 15 bins; null if there is no step. */
  readonly ece: number | null;
  /** Over steps and classes at the threshold 0.5, as the paper counts; null if there is no step. */
  readonly f1Micro: number | null;
  readonly precisionMicro: number | null;
  readonly recallMicro: number | null;
  /** 95% intervals by bootstrap over records; null if there is none. */
  readonly ci95: Readonly<Record<'stepAccuracy' | 'f1MeanNAO' | 'f1Micro', Interval | null>>;
}

const BINS = 15;
const THRESHOLD = 0.5;

/** A record's contribution to the scores: only counts, so that the bootstrap is fast. */
interface Counts {
  readonly label: number;
  readonly decision: number;
  readonly steps: number;
  readonly right: number;
  /** Classes of steps above the threshold: those that are the label, and those that are not. */
  readonly truePositive: number;
  readonly falsePositive: number;
}

/** For trainings to compare: like `measureRhythm`, with a mean F1 of 0 if no class has one. */
export function scoreRhythm(records: readonly ScoredRecord[]): RhythmScores & { readonly f1MeanNAO: number } {
  const scores = measureRhythm(records);
  return { ...scores, f1MeanNAO: scores.f1MeanNAO ?? 0 };
}

export function measureRhythm(records: readonly ScoredRecord[], seed = 1): RhythmScores {
  const counts = records.map(countsOf);
  const confusion = confusionOf(counts);
  const perClass = Object.fromEntries(RHYTHM_CLASSES.map((name, c) => [name, classScore(confusion, c)]));
  return {
    records: records.length,
    stepAccuracy: stepAccuracy(counts),
    f1MeanNAO: f1MeanNAO(counts),
    perClass,
    confusion,
    ece: calibrationError(records),
    ...micro(counts),
    ci95: bootstrap95(
      counts,
      (sample) => ({
        stepAccuracy: stepAccuracy(sample),
        f1MeanNAO: f1MeanNAO(sample),
        f1Micro: micro(sample).f1Micro,
      }),
      seed,
    ),
  };
}

function countsOf({ label, probabilities }: ScoredRecord): Counts {
  const steps = probabilities.length / CLASS_COUNT;
  const mean = new Float32Array(CLASS_COUNT);
  let right = 0;
  let truePositive = 0;
  let falsePositive = 0;
  for (let s = 0; s < steps; s++) {
    if (decision(probabilities, s) === label) right++;
    for (let c = 0; c < CLASS_COUNT; c++) {
      const p = probabilities[s * CLASS_COUNT + c]!;
      mean[c]! += p;
      if (p <= THRESHOLD) continue;
      if (c === label) truePositive++;
      else falsePositive++;
    }
  }
  return { label, decision: decision(mean, 0), steps, right, truePositive, falsePositive };
}

const total = (counts: readonly Counts[], key: 'steps' | 'right' | 'truePositive' | 'falsePositive'): number =>
  counts.reduce((sum, record) => sum + record[key], 0);

function stepAccuracy(counts: readonly Counts[]): number | null {
  const steps = total(counts, 'steps');
  return steps === 0 ? null : total(counts, 'right') / steps;
}

function confusionOf(counts: readonly Counts[]): number[][] {
  const confusion = Array.from({ length: CLASS_COUNT }, () => new Array<number>(CLASS_COUNT).fill(0));
  for (const record of counts) confusion[record.label]![record.decision]!++;
  return confusion;
}

function classScore(confusion: readonly (readonly number[])[], c: number): ClassScore {
  const right = confusion[c]![c]!;
  const labelled = confusion[c]!.reduce((a, b) => a + b, 0);
  const said = confusion.reduce((sum, row) => sum + row[c]!, 0);
  if (labelled + said === 0) return { precision: null, recall: null, f1: null, records: 0 };
  return {
    precision: right / Math.max(1, said),
    recall: right / Math.max(1, labelled),
    f1: (2 * right) / (labelled + said),
    records: labelled,
  };
}

function f1MeanNAO(counts: readonly Counts[]): number | null {
  const confusion = confusionOf(counts);
  const f1 = [0, 1, 2].flatMap((c) => classScore(confusion, c).f1 ?? []);
  return f1.length === 0 ? null : f1.reduce((a, b) => a + b, 0) / f1.length;
}

function micro(counts: readonly Counts[]): Pick<RhythmScores, 'f1Micro' | 'precisionMicro' | 'recallMicro'> {
  if (total(counts, 'steps') === 0) return { f1Micro: null, precisionMicro: null, recallMicro: null };
  const truePositive = total(counts, 'truePositive');
  const precisionMicro = truePositive / Math.max(1, truePositive + total(counts, 'falsePositive'));
  const recallMicro = truePositive / total(counts, 'steps');
  const f1Micro = (2 * precisionMicro * recallMicro) / Math.max(Number.MIN_VALUE, precisionMicro + recallMicro);
  return { f1Micro, precisionMicro, recallMicro };
}

/** Expected calibration error (Guo et al., 2017): mean gap of confidence and accuracy over equal bins, weighted by steps. */
function calibrationError(records: readonly ScoredRecord[]): number | null {
  const bins = Array.from({ length: BINS }, () => ({ steps: 0, right: 0, confidence: 0 }));
  let steps = 0;
  for (const { label, probabilities } of records) {
    for (let s = 0; s < probabilities.length / CLASS_COUNT; s++) {
      const said = decision(probabilities, s);
      const confidence = probabilities[s * CLASS_COUNT + said]!;
      const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
      bin.steps++;
      bin.confidence += confidence;
      if (said === label) bin.right++;
      steps++;
    }
  }
  if (steps === 0) return null;
  return bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence) / steps, 0);
}
