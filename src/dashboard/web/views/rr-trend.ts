/** Chart of the intervals between R peaks, one dot each, with a table by minute. */
import { firstLead, type BedView } from '../store.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { clock } from '../ui/time.js';
import { createTrend } from '../ui/trend.js';
import { dataTable } from './data-table.js';
import { intervalsOf, rrMinutes } from './rr-minutes.js';

const UPDATE_MS = 2_000;

export function rrTrend(bed: BedView): { readonly element: HTMLElement; update(): void; close(): void } {
  const words = TEXT.charts;
  const trend = createTrend({
    height: 190,
    label: words.below(words.rr),
    least: 400,
    lines: [{ label: TEXT.bedView.rr, colour: 'peak', dots: true, format: (value) => value.toFixed(0) }],
  });
  const numbers = dataTable(words.rr, words.rrColumns);
  let updatedAt = -Infinity;
  return {
    element: h('div', {}, trend.element, numbers.element),
    update: () => {
      if (performance.now() - updatedAt < UPDATE_MS) return;
      updatedAt = performance.now();
      const intervals = intervalsOf(firstLead(bed)?.beats ?? []);
      trend.set([intervals.map(({ at }) => at / 1000), intervals.map(({ ms }) => ms)]);
      numbers.set(() =>
        rrMinutes(intervals).map(({ at, count, shortest, median, longest }) => [
          clock(at),
          String(count),
          ...[shortest, median, longest].map((ms) => ms.toFixed(0)),
        ]),
      );
    },
    close: trend.close,
  };
}
