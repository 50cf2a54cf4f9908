/** Rules by which a method sends a record: of all that it was coded to, which part stands for which window. */
import type { Bounds, TaskErrors } from '../../../lib/codec/choose.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import type { CodedRecord } from './coded-record.js';
import type { CodedPart, Sent } from './parts.js';
import type { Outcomes } from './outcomes.js';
import type { Predictor } from './predictors.js';

/**
 * How each record of a batch is sent. The outcomes of every rung used throughout are known to it. A bound that does not
 * count is Infinity; that on rhythm is for the paper's methods one on the cross-entropy against the label.
 */
export type Rule = (batch: readonly CodedRecord[], bounds: Bounds, outcomes: Outcomes) => Promise<readonly Sent[]>;

/** A rule that looks at one record at a time. */
const each =
  (one: (coded: CodedRecord, bounds: Bounds, outcomes: Outcomes) => Sent): Rule =>
  (batch, bounds, outcomes) =>
    Promise.resolve(batch.map((coded) => one(coded, bounds, outcomes)));

/** A level of a paper's method: a rung used throughout a record. */
export interface Level {
  readonly name: string;
  readonly nominalGain: number;
}

export const always = (name: string): Rule => each((coded) => throughout(coded, name));

/** The edge's own rule: the candidate that its predictor takes for each window. */
export const byPrediction =
  (predictor: Predictor, ladder: Ladder): Rule =>
  async (batch, asked) => {
    const choice = predictor.choiceFor(asked);
    const partOf = (coded: CodedRecord, window: number, rung: number): CodedPart =>
      throughout(coded, ladder.rungs[rung]!.name)[window]!;
    const chosen = [
      ...(await predictor.choose(
        batch.flatMap(({ windows }) => windows),
        choice,
      )),
    ];
    return batch.map((coded) =>
      coded.windows.map((_, window) => {
        const candidate = chosen.shift();
        if (candidate === undefined) return partOf(coded, window, ladder.lossless.index);
        return { ...partOf(coded, window, candidate.rung), predicted: candidate.predicted };
      }),
    );
  };

/** Of the rungs used throughout the smallest one whose true errors are both within their bounds. */
export const byTruth = (ladder: Ladder): Rule =>
  each((coded, bounds, outcomes) =>
    ladder.rungs
      .map(({ name }) => throughout(coded, name))
      .filter((sent) => {
        const { rhythm, peaks } = outcomes.of(coded, sent);
        return rhythm <= bounds.rhythm && peaks <= bounds.peaks;
      })
      .reduce((best, sent) => (bytesOf(sent) < bytesOf(best) ? sent : best), throughout(coded, ladder.lossless.name)),
  );

/** The highest of the levels whose error, as `errorsOf` has it, is within the bounds, or raw samples. */
export const byLevel = (
  levels: readonly Level[],
  errorsOf: (coded: CodedRecord, sent: Sent, outcomes: Outcomes) => TaskErrors,
): Rule => {
  const falling = levels.toSorted((a, b) => b.nominalGain - a.nominalGain);
  return each((coded, bounds, outcomes) => {
    const found = falling.find(({ name }) => {
      const { rhythm, peaks } = errorsOf(coded, throughout(coded, name), outcomes);
      return rhythm <= bounds.rhythm && peaks <= bounds.peaks;
    });
    return throughout(coded, found?.name ?? 'raw');
  });
};

/** The paper's own count of errors, known only with feedback: cross-entropy against the label. */
export function trueErrors(coded: CodedRecord, sent: Sent, outcomes: Outcomes): TaskErrors {
  const { crossEntropy, peaks } = outcomes.of(coded, sent);
  return { rhythm: crossEntropy, peaks };
}

/** Errors that the shipped dense predictor says a record will have: the mean over its windows, lossless ones adding 0. */
export function predictedErrors(_coded: CodedRecord, sent: Sent): TaskErrors {
  const mean = (task: 'rhythm' | 'peaks'): number =>
    sent.reduce((sum, { predicted }) => sum + (predicted?.[task] ?? 0), 0) / sent.length;
  return { rhythm: mean('rhythm'), peaks: mean('peaks') };
}

export function bytesOf(sent: Sent): number {
  return sent.reduce((sum, { payload }) => sum + payload.length, 0);
}

export function throughout({ uniform, record }: CodedRecord, name: string): readonly CodedPart[] {
  const sent = uniform.get(name);
  if (sent === undefined) throw new Error(`${record.name} was never coded as ${name}`);
  return sent;
}
