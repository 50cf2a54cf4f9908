/** Parts that the report views share: figures, panels and tables. */
import { TEXT } from '../text.js';
import { h, setText } from '../ui/dom.js';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Formats a number of bytes in powers of 1000. */
export function bytes(count: number): string {
  const power = count === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(count)) / 3));
  const value = count / 1000 ** power;
  return `${value.toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}

export interface Figure {
  readonly value: string;
  readonly name: string;
  readonly help: string;
}

export interface LiveFigures {
  readonly element: HTMLElement;
  /** Changes only the texts that differ, so that a selection and a screen reader's place in the others stay. */
  set(figures: readonly Figure[]): void;
}

export function liveFigures(): LiveFigures {
  const element = h('div', { class: 'figures' });
  return {
    element,
    set: (figures) => {
      fit(element, figures.length, () =>
        h('div', { class: 'figure' }, ...PARTS.map((part) => h('div', { class: part }))),
      );
      figures.forEach((figure, i) => {
        PARTS.forEach((part, k) => {
          fill(element.children[i]?.children[k], figure[part]);
        });
      });
    },
  };
}

const PARTS = ['value', 'name', 'help'] as const;

export function panel(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return h('section', { class: 'panel' }, h('h3', {}, title), ...children);
}

export type Cell = string | Node;

export interface LiveTable {
  readonly element: HTMLElement;
  /** Changes only the cells that differ, so that the scroll position, a selection and a screen reader's place stay. */
  set(rows: readonly (readonly Cell[])[]): void;
}

/** Creates a table that changes while it is read, in a region that can also be scrolled by keyboard. */
export function liveTable(label: string, columns: readonly string[]): LiveTable {
  const made = table(columns, []);
  const body = made.querySelector('tbody');
  const empty = h('p', { class: 'empty' }, TEXT.system.none);
  return {
    element: h('div', { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': label }, made, empty),
    set: (rows) => {
      made.hidden = rows.length === 0;
      empty.hidden = rows.length > 0;
      if (body === null) return;
      fit(body, rows.length, () => h('tr', {}, ...columns.map(() => h('td'))));
      rows.forEach((cells, i) => {
        cells.forEach((cell, k) => {
          fill(body.children[i]?.children[k], cell);
        });
      });
    },
  };
}

/** Adds or removes children at the end until there are `count`. */
function fit(parent: Element, count: number, make: () => Element): void {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(make());
}

function fill(element: Element | undefined, cell: Cell): void {
  if (element === undefined) return;
  if (typeof cell === 'string') setText(element, cell);
  else if (element.firstChild?.isEqualNode(cell) !== true) element.replaceChildren(cell);
}

export function table(columns: readonly string[], rows: readonly (readonly Cell[])[], none?: string): HTMLElement {
  if (rows.length === 0 && none !== undefined) return h('p', { class: 'empty' }, none);
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
  );
}
