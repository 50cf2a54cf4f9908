/** Fig. 4: gains and errors of each method over its bound, for rhythm alone, for peaks alone, and for both together. */
import type { CertifiedBy } from '../../../lib/certification/certificate.js';
import type { Bounds, TaskErrors } from '../../../lib/codec/choose.js';
import type { CodedRecord } from './coded-record.js';
import type { Sent } from './parts.js';
import { figuresOf, resultOf, type RecordResult } from './figures.js';
import type { Method } from './methods.js';
import type { Outcomes } from './outcomes.js';
import type { Choice } from './predictors.js';
import type { Rule } from './rules.js';
import { mean, shareOf } from './summary.js';

export const CURVE_TASKS = ['rhythm', 'peaks', 'both'] as const;
export type CurveTask = (typeof CURVE_TASKS)[number];

export interface CurvePoint {
  /** Bounds of the point; null for a task without a bound. */
  readonly rhythmBound: number | null;
  readonly peaksBound: number | null;
  /** Share of a bound that a predicted error may reach; null if no predictor chooses. */
  readonly tau: number | null;
  /** Certificate of the bounds; null if there is none or no predictor chooses. */
  readonly certified: CertifiedBy | null;
  readonly elementGainMean: number | null;
  readonly payloadGainMean: number | null;
  readonly payloadGainTotal: number | null;
  /** Effective errors, mean over records: added cross-entropy, cross-entropy against the label, peaks. */
  readonly rhythmErrorMean: number | null;
  readonly crossEntropyMean: number | null;
  readonly peaksErrorMean: number | null;
  readonly f1Micro: number | null;
  readonly peaksF1: number | null;
  /** Share of records above a bound of the point, by added cross-entropy and peaks error. */
  readonly violations: number;
}

export interface Curve {
  readonly task: CurveTask;
  readonly method: string;
  readonly points: readonly CurvePoint[];
}

interface Open {
  readonly task: CurveTask;
  readonly method: string;
  readonly rule: Rule;
  readonly bounds: Bounds;
  /** Choice parameters of a predictor under these bounds; undefined for other methods. */
  readonly choice: Choice | undefined;
  readonly results: RecordResult[];
}

/**
 * Collects the curves while batches of records are added.
 *
 * @param bounds rhythm bounds, in any order; the peaks bound changes in proportion, by the ratio that both have in the run
 */
export class Curves {
  readonly #open: readonly Open[];

  constructor(methods: readonly Method[], bounds: readonly number[], run: TaskErrors) {
    const rising = [...new Set(bounds)].sort((a, b) => a - b);
    this.#open = CURVE_TASKS.flatMap((task) =>
      methods.flatMap(({ name: method, rule, chooses, choiceFor }): Open[] => {
        if (!chooses || typeof rule === 'string') return [];
        return rising.map((bound) => {
          const own = boundsOf(task, bound, run);
          return { task, method, rule, bounds: own, choice: choiceFor?.(own), results: [] };
        });
      }),
    );
  }

  /** By method: number of points at which a predictor chooses without a certificate, out of all its points. */
  get uncertified(): readonly { readonly method: string; readonly points: number; readonly of: number }[] {
    const predicted = this.#open.filter(({ choice }) => choice !== undefined);
    return [...new Set(predicted.map(({ method }) => method))].flatMap((method) => {
      const own = predicted.filter((open) => open.method === method);
      const points = own.filter(({ choice }) => choice?.certified === null).length;
      return points === 0 ? [] : [{ method, points, of: own.length }];
    });
  }

  /** Adds a batch. Outcomes of every rung used throughout must be known; those of mixtures are measured here. */
  async add(batch: readonly CodedRecord[], outcomes: Outcomes): Promise<void> {
    const ways: { open: Open; coded: CodedRecord; sent: Sent }[] = [];
    for (const open of this.#open) {
      const sent = await open.rule(batch, open.bounds, outcomes);
      batch.forEach((coded, r) => ways.push({ open, coded, sent: sent[r]! }));
    }
    await outcomes.measure(ways.map(({ coded, sent }) => [coded, sent]));
    for (const { open, coded, sent } of ways) open.results.push(resultOf(coded, sent, outcomes.of(coded, sent)));
  }

  finish(): Curve[] {
    const curves = new Map<string, { task: CurveTask; method: string; points: CurvePoint[] }>();
    for (const open of this.#open) {
      const { task, method } = open;
      const curve = curves.get(`${task} ${method}`) ?? { task, method, points: [] };
      curves.set(`${task} ${method}`, curve);
      curve.points.push(pointOf(open));
    }
    return [...curves.values()];
  }
}

function boundsOf(task: CurveTask, bound: number, run: TaskErrors): Bounds {
  // Rounded to 12 digits, so that a bound of 0.7 in a run with 0.7 and 0.1 gives a certificate's 0.1, not the double below it.
  const peaks = Number(((bound / run.rhythm) * run.peaks).toPrecision(12));
  return {
    rhythm: task === 'peaks' ? Infinity : bound,
    peaks: task === 'rhythm' ? Infinity : peaks,
    reconstruction: Infinity,
  };
}

function pointOf({ bounds, choice, results }: Open): CurvePoint {
  const { elementGainMean, payloadGainMean, payloadGainTotal, f1Micro, peaksF1 } = figuresOf(results, bounds);
  const outcomes = results.map(({ outcome }) => outcome);
  return {
    rhythmBound: bounds.rhythm === Infinity ? null : bounds.rhythm,
    peaksBound: bounds.peaks === Infinity ? null : bounds.peaks,
    tau: choice?.tau ?? null,
    certified: choice?.certified ?? null,
    elementGainMean,
    payloadGainMean,
    payloadGainTotal,
    rhythmErrorMean: mean(outcomes.map(({ rhythm }) => rhythm)),
    crossEntropyMean: mean(outcomes.map(({ crossEntropy }) => crossEntropy)),
    peaksErrorMean: mean(outcomes.map(({ peaks }) => peaks)),
    f1Micro,
    peaksF1,
    violations: shareOf(outcomes, ({ rhythm, peaks }) => !(rhythm <= bounds.rhythm && peaks <= bounds.peaks)),
  };
}
