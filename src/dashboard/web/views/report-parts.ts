/** Pieces of the two pages of figures. */
import { h } from '../ui/dom.js';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Powers of 1000. */
export function bytes(count: number): string {
  const power = count === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(count)) / 3));
  const value = count / 1000 ** power;
  return `${value.toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}

export function figure(value: string, name: string, help: string): HTMLElement {
  return h(
    'div',
    { class: 'figure' },
    h('div', { class: 'value' }, value),
    h('div', { class: 'name' }, name),
    h('div', { class: 'help' }, help),
  );
}

export function panel(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return h('section', { class: 'panel' }, h('h3', {}, title), ...children);
}

export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
  none?: string,
): HTMLElement {
  if (rows.length === 0 && none !== undefined) return h('p', { class: 'empty' }, none);
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
  );
}
