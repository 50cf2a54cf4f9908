/** Chart of predicted against true errors of audited records, one task at a time. */
import type { CompressionReport, TaskErrors } from '../../protocol.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { createTrend } from '../ui/trend.js';
import { dataTable } from './data-table.js';

const words = TEXT.charts;
const TASKS = ['rhythm', 'peaks'] as const;
/** Smallest error that the logarithmic axes show. */
const FLOOR = 1e-5;
const MOST_ROWS = 100;

interface Pair {
  readonly predicted: number;
  readonly true: number;
}

export interface ErrorTrend {
  readonly element: HTMLElement;
  set(errors: CompressionReport['errors']): void;
  readonly close: () => void;
}

export function errorTrend(): ErrorTrend {
  const format = (value: number): string => value.toPrecision(2);
  const trend = createTrend({
    height: 280,
    label: words.below(words.errors),
    time: false,
    logarithmic: true,
    xLabel: words.predicted,
    lines: [
      { label: words.true, colour: 'peak', dots: true, format },
      { label: words.bound, colour: 'high', format },
    ],
  });
  const numbers = dataTable(`${words.errors}, ${words.most(MOST_ROWS)}`, words.errorColumns);
  const select = h(
    'select',
    { 'aria-label': words.task },
    ...TASKS.map((value) => h('option', { value }, words.tasks[value])),
  );
  let newest: CompressionReport['errors'] | undefined;
  const show = (): void => {
    const errors = newest?.[select.value === 'peaks' ? 'peaks' : 'rhythm'];
    if (errors === undefined) return;
    const pairs = pairsOf(errors);
    const at = (value: number): number => Math.max(FLOOR, value);
    trend.set([
      pairs.map(({ predicted }) => at(predicted)),
      pairs.map((pair) => at(pair.true)),
      pairs.map(() => errors.bound),
    ]);
    numbers.set(() => rowsOf(pairs, errors.bound));
  };
  select.addEventListener('change', show);
  return {
    element: h('div', {}, select, trend.element, numbers.element),
    set: (errors) => {
      newest = errors;
      show();
    },
    close: trend.close,
  };
}

/** Records whose two errors are known, sorted by the predicted one. */
function pairsOf({ records }: TaskErrors): Pair[] {
  return records
    .flatMap(({ predicted, true: found }) => (predicted === null || found === null ? [] : [{ predicted, true: found }]))
    .sort((a, b) => a.predicted - b.predicted);
}

function rowsOf(pairs: readonly Pair[], bound: number | null): string[][] {
  const within = (error: number): string =>
    bound === null ? TEXT.compression.none : error <= bound ? words.yes : words.no;
  return pairs
    .toSorted((a, b) => b.true - a.true)
    .slice(0, MOST_ROWS)
    .map((pair) => [pair.true.toFixed(4), pair.predicted.toFixed(4), within(pair.true)]);
}
