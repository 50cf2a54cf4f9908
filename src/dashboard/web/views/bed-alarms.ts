/** Open alarms of one bed, with the buttons that answer them. */
import { byUrgency, isQuiet, nameOf, STARS } from '../alarms.js';
import type { App } from '../app.js';
import { bedName, type BedView } from '../store.js';
import { h } from '../ui/dom.js';
import { answersTo, stateOf } from './alarm-answers.js';

export function bedAlarms(app: App, bed: BedView): { readonly element: HTMLElement; update(): void } {
  const element = h('ul', { class: 'bed-alarms' });
  let shown = '';
  return {
    element,
    update: () => {
      const now = app.connection.now();
      const list = [...bed.alarms.values()].sort(byUrgency(now));
      const key = [
        String(app.mayAnswer),
        ...list.map((alarm) => `${alarm.id} ${alarm.priority} ${stateOf(alarm, now)}`),
      ].join('\n');
      if (key === shown) return;
      shown = key;
      const hadFocus = element.contains(document.activeElement);
      element.replaceChildren(
        ...list.map((alarm) =>
          h(
            'li',
            { 'data-priority': alarm.priority, class: isQuiet(alarm, now) ? 'quiet' : undefined },
            h('span', { class: 'badge' }, `${STARS[alarm.priority]} ${nameOf(alarm)}`),
            h('span', { class: 'phase' }, stateOf(alarm, now)),
            ...answersTo(app, alarm, bedName(bed), now),
          ),
        ),
      );
      // Keep the keyboard focus among the buttons.
      if (hadFocus) element.querySelector('button')?.focus();
    },
  };
}
