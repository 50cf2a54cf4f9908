/**
 * Which of a rung's tables codes an integer: how large, and of which sign, the integers around it that are coded already let it be
 * expected. Two weighted sums of them, fitted on training windows, each cut into classes. Encoder and decoder must
 * come to the same class: sums run in one order, of IEEE + - * / whose results ECMAScript fixes.
 */
import { z } from 'zod';

const numbers = z.array(z.number());
const rising = numbers.refine((edges) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]!), 'edges must rise');

export const learnedContextsSchema = z.strictObject({
  /** Weights of each group of integers (a channel, a band): those of magnitudes expect a root of the magnitude. */
  groups: z.array(z.strictObject({ constant: z.number(), magnitudes: numbers, values: numbers })).min(1),
  /** Where the classes of the expected size meet, and those of the expected value in units of its square; both rise. */
  sizeEdges: rising,
  valueEdges: rising,
});
export type LearnedContexts = z.infer<typeof learnedContextsSchema>;

/** No size is expected to be smaller: what a value is measured by is not 0. */
export const SMALLEST_SIZE = 0.2;

/** Tables that such contexts choose from. */
export function contextCount({ sizeEdges, valueEdges }: LearnedContexts): number {
  return (sizeEdges.length + 1) * (valueEdges.length + 1);
}

/** Whether there are as many groups as of `neighbours`, and in each as many weights as an integer of it has neighbours. */
export function weightsFit({ groups }: LearnedContexts, neighbours: readonly number[]): boolean {
  return (
    groups.length === neighbours.length &&
    groups.every(({ magnitudes, values }, g) => magnitudes.length === neighbours[g] && values.length === neighbours[g])
  );
}

/** The table's place. `neighbours` stand in the order of the weights; what lies outside the window is 0. */
export function learnedContext(model: LearnedContexts, group: number, neighbours: ArrayLike<number>): number {
  const { size, value } = expectation(model.groups[group]!, neighbours);
  return classOf(size, model.sizeEdges) * (model.valueEdges.length + 1) + classOf(value, model.valueEdges);
}

/** The two sums that the classes are cut of. */
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
