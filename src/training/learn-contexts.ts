/** Fits the contexts of a rung's integers (`learned-contexts.ts`) to training windows: least squares, then classes. */
import { expectation, SMALLEST_SIZE, type LearnedContexts } from '../lib/codec/learned-contexts.js';
import { factorise, solve } from '../lib/signal/cholesky.js';

/** Calls `visit` with every integer of every window, its group, and its neighbours. */
export type Neighbourhoods = (visit: (value: number, group: number, neighbours: ArrayLike<number>) => void) => void;

const RIDGE = 1e-3;
type Group = LearnedContexts['groups'][number];

/**
 * Fits sizes to the square root of the magnitude, and values to the integer itself, each error measured relative to the size.
 * Classes of the size have equal shares of the sum of all sizes, classes of the value equal shares of all integers.
 */
export function learnContexts(
  each: Neighbourhoods,
  groups: number,
  classes: { readonly sizes: number; readonly values: number },
): LearnedContexts {
  const magnitudes = fit(each, groups, (value, neighbours, _group, add) => {
    add([1, ...Array.from(neighbours, Math.abs)], Math.sqrt(Math.abs(value)), 1);
  });
  const bySize = magnitudes.map(([constant = 0, ...rest]): Group => ({
    constant,
    magnitudes: rest,
    values: rest.map(() => 0),
  }));
  const values = fit(each, groups, (value, neighbours, group, add) => {
    const size = Math.max(SMALLEST_SIZE, expectation(bySize[group]!, neighbours).size);
    add(Array.from(neighbours), value, size ** -4);
  });
  const fitted = bySize.map((own, g): Group => ({ ...own, values: own.magnitudes.map((_, i) => values[g]![i] ?? 0) }));

  const said: { size: number; value: number }[] = [];
  each((_value, group, neighbours) => said.push(expectation(fitted[group]!, neighbours)));
  return {
    groups: fitted,
    sizeEdges: edges(
      said.map(({ size }) => size),
      (size) => Math.max(size, 0),
      classes.sizes,
    ),
    valueEdges: edges(
      said.map(({ value }) => value),
      () => 1,
      classes.values,
    ),
  };
}

type AddRow = (regressors: readonly number[], target: number, weight: number) => void;

/** Solves the weighted least-squares problem of each group. */
function fit(
  each: Neighbourhoods,
  groups: number,
  row: (value: number, neighbours: ArrayLike<number>, group: number, add: AddRow) => void,
): number[][] {
  const sums = Array.from({ length: groups }, () => ({
    matrix: new Float64Array(),
    right: new Float64Array(),
    rows: 0,
  }));
  each((value, group, neighbours) => {
    const own = sums[group]!;
    row(value, neighbours, group, (x, target, weight) => {
      const order = x.length;
      if (own.rows === 0)
        Object.assign(own, { matrix: new Float64Array(order * order), right: new Float64Array(order) });
      own.rows += weight;
      for (let a = 0; a < order; a++) {
        const left = weight * x[a]!;
        if (left === 0) continue;
        own.right[a]! += left * target;
        for (let b = 0; b < order; b++) own.matrix[a * order + b]! += left * x[b]!;
      }
    });
  });
  return sums.map(({ matrix, right, rows }) => {
    const order = right.length;
    for (let a = 0; a < order; a++) matrix[a * order + a]! += RIDGE * (1 + rows);
    return [...solve(factorise(matrix, order), right, order)].map(four);
  });
}

/** Edges between `classes` classes of equal weight; equal edges are merged. */
function edges(values: readonly number[], weightOf: (value: number) => number, classes: number): number[] {
  const sorted = Float64Array.from(values).sort();
  const total = sorted.reduce((sum, v) => sum + weightOf(v), 0);
  const found: number[] = [];
  let sum = 0;
  for (const value of sorted) {
    sum += weightOf(value);
    while (found.length < classes - 1 && sum >= (total * (found.length + 1)) / classes) found.push(four(value));
  }
  return [...new Set(found)];
}

function four(value: number): number {
  return Number(value.toPrecision(4));
}
