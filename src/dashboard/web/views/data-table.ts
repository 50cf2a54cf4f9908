/** Numbers of a chart, for anyone who cannot see it or wants to read them. Nothing is built while the table is closed. */
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { table } from './report-parts.js';

type Rows = readonly (readonly string[])[];

export interface DataTable {
  readonly element: HTMLElement;
  /** `rows` is called only while the table is open. */
  set(rows: () => Rows): void;
}

export function dataTable(label: string, columns: readonly string[]): DataTable {
  const body = h('div', { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': label });
  const element = h('details', { class: 'data-table' }, h('summary', {}, TEXT.charts.values(label)), body);
  let rows: () => Rows = () => [];
  let shown: string | undefined;
  const show = (): void => {
    if (!element.open) return;
    const wanted = rows();
    const key = JSON.stringify(wanted);
    // An unchanged table is left alone, so that readers keep their place in it.
    if (key === shown) return;
    shown = key;
    body.replaceChildren(table(columns, wanted, TEXT.system.none));
  };
  element.addEventListener('toggle', show);
  return {
    element,
    set: (next) => {
      rows = next;
      show();
    },
  };
}
