/** Table of a bed's audited records: what compression cost the tasks. */
import type { BedView } from '../store.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { timeElement } from '../ui/time.js';

const RECORD_MS = (8960 * 1000) / 300;
const SHOWN = 12;

export function auditTable(bed: BedView): { readonly element: HTMLElement; update(): void } {
  const words = TEXT.bedView;
  const body = h('tbody');
  const empty = h('p', { class: 'empty' }, words.noAudits);
  const table = h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...words.auditColumns.map((name) => h('th', { scope: 'col' }, name)))),
    body,
  );
  let shown: BedView['audits'] | undefined;
  return {
    element: h('div', { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': words.audits }, table, empty),
    update: () => {
      if (shown === bed.audits) return;
      shown = bed.audits;
      empty.hidden = shown.length > 0;
      table.hidden = shown.length === 0;
      const number = (value: number | null, digits: number): string =>
        value === null ? TEXT.compression.none : value.toFixed(digits);
      const error = (value: number | null, bound: number | null): string =>
        bound === null ? number(value, 4) : words.errorOf(number(value, 4), String(bound));
      body.replaceChildren(
        ...shown
          .slice(-SHOWN)
          .reverse()
          .map((audit) => {
            const { epoch, record, rungs, outcome, prdn, rhythmError, peaksError, bounds, violated } = audit;
            const { beatsMissed, beatsInvented } = audit;
            const verdict = outcome !== 'COMPLETE' ? words.incomplete : violated ? words.violated : words.kept;
            return h(
              'tr',
              { class: violated ? 'violated' : undefined },
              h('td', {}, timeElement(epoch + record * RECORD_MS)),
              h('td', {}, [...new Set(rungs)].join(', ')),
              h('td', {}, prdn === null ? TEXT.compression.none : words.unit(prdn)),
              h('td', {}, error(rhythmError, bounds.rhythm)),
              h('td', {}, error(peaksError, bounds.peaks)),
              h('td', {}, `${number(beatsMissed, 0)} / ${number(beatsInvented, 0)}`),
              h('td', {}, verdict),
            );
          }),
      );
    },
  };
}
