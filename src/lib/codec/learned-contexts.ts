/**
 * Chooses which of a rung's tables codes an integer, from the size and sign that its already coded neighbours predict. Two
 * weighted sums of the neighbours, fitted on training windows, are each cut into classes. Encoder and decoder must reach the
 * same class, so sums run in a fixed order of IEEE + - * /, whose results ECMAScript fixes.
 */
import { z } from 'zod';

const numbers = z.array(z.number());
const rising = numbers.refine((edges) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]!), 'edges must rise');

export const learnedContextsSchema = z.strictObject({
  /** Weights of each group of integers (a channel, a band). The sum of magnitudes predicts the square root of the magnitude. */
  groups: z.array(z.strictObject({ constant: z.number(), magnitudes: numbers, values: numbers })).min(1),
  /** Class edges of the expected size, and of the expected value divided by the squared size; both strictly rising. */
  sizeEdges: rising,
  valueEdges: rising,
});
export type LearnedContexts = z.infer<typeof learnedContextsSchema>;

/** Lower limit of the size that a value is divided by, so that it is never 0. */
export const SMALLEST_SIZE = 0.2;

/** Returns the number of tables that the contexts choose from. */
export function contextCount({ sizeEdges, valueEdges }: LearnedContexts): number {
  return (sizeEdges.length + 1) * (valueEdges.length + 1);
}

/** Returns whether the groups match `neighbours`: one group per entry, each with that many weights of either kind. */
export function weightsFit({ groups }: LearnedContexts, neighbours: readonly number[]): boolean {
  return (
    groups.length === neighbours.length &&
    groups.every(({ magnitudes, values }, g) => magnitudes.length === neighbours[g] && values.length === neighbours[g])
  );
}

/** Returns the table's index. `neighbours` are in the order of the weights, with 0 for those outside the window. */
export function learnedContext(model: LearnedContexts, group: number, neighbours: ArrayLike<number>): number {
  const { size, value } = expectation(model.groups[group]!, neighbours);
  return classOf(size, model.sizeEdges) * (model.valueEdges.length + 1) + classOf(value, model.valueEdges);
}

/** Returns the two sums that are cut into classes. */
export function expectation(
  { constant, magnitudes, values }: LearnedContexts['groups'][number],
  neighbours: ArrayLike<number>,
): { readonly size: number; readonly value: number } {
  let [size, value] = [constant, 0];
  for (let i = 0; i < magnitudes.length; i++) {
    const own = neighbours[i]!;
    if (own === 0) continue;
    size += magnitudes[i]! * Math.abs(own);
    value += values[i]! * own;
  }
  const unit = size > SMALLEST_SIZE ? size : SMALLEST_SIZE;
  return { size, value: value / (unit * unit) };
}

function classOf(value: number, edges: readonly number[]): number {
  let at = 0;
  while (at < edges.length && value >= edges[at]!) at++;
  return at;
}
