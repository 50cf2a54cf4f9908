/** Rules by which a method sends a record: which of its coded parts is sent for which window. */
import type { Bounds, TaskErrors } from '../../../lib/codec/choose.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import type { CodedRecord } from './coded-record.js';
import type { CodedPart, Sent } from './parts.js';
import type { Outcomes } from './outcomes.js';
import type { Predictor } from './predictors.js';

/**
 * Decides how each record of a batch is sent. The outcomes of every rung used throughout are already measured. A bound that
 * does not apply is Infinity. For the paper's methods the rhythm bound limits the cross-entropy against the label.
 */
export type Rule = (batch: readonly CodedRecord[], bounds: Bounds, outcomes: Outcomes) => Promise<readonly Sent[]>;

/** Makes a rule that looks at one record at a time. */
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

/** The edge's own rule: sends each window as the candidate that the predictor chooses. */
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

/** Sends a record by the one rung that takes the fewest bytes with both true errors within their bounds. */
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

/** Sends a record by the level of highest gain whose errors, by `errorsOf`, are within the bounds; as raw samples if none. */
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

/** Returns errors as the paper counts them, with cross-entropy against the label; known only with feedback. */
export function trueErrors(coded: CodedRecord, sent: Sent, outcomes: Outcomes): TaskErrors {
  const { crossEntropy, peaks } = outcomes.of(coded, sent);
  return { rhythm: crossEntropy, peaks };
}

/** Returns the errors that the shipped dense predictor predicts: the mean over the windows, 0 for lossless ones. */
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
