/** The list of alarms: filter, acknowledge, pause. */
import type { AlarmChange } from '../../protocol.js';
import { byUrgency, isQuiet, nameOf, STARS } from '../alarms.js';
import type { App, View } from '../app.js';
import { bedName } from '../store.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { timeElement } from '../ui/time.js';
import { answersTo, stateOf } from './alarm-answers.js';

const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;

export function alarmsView(app: App): View {
  const shown = new Set<string>([...PRIORITIES, 'ACKNOWLEDGED']);
  const search = h('input', {
    type: 'search',
    placeholder: TEXT.alarmList.search,
    'aria-label': TEXT.alarmList.search,
  });
  const box = (name: string, label: string): HTMLLabelElement => {
    const input = h('input', { type: 'checkbox', checked: shown.has(name) });
    input.addEventListener('change', () => {
      if (input.checked) shown.add(name);
      else shown.delete(name);
      isDirty = true;
    });
    return h('label', {}, input, label);
  };
  const filters = h(
    'fieldset',
    { class: 'bar' },
    h('legend', { class: 'visually-hidden' }, TEXT.alarmList.filters),
    ...PRIORITIES.map((name) => box(name, `${STARS[name]} ${TEXT.priorities[name]}`)),
    box('ACKNOWLEDGED', TEXT.alarmList.acknowledged),
    box('ENDED', TEXT.alarmList.ended),
    search,
  );
  const body = h('tbody');
  const empty = h('p', { class: 'empty' }, TEXT.noAlarms);
  const table = h(
    'table',
    { class: 'alarm-list' },
    h('caption', { class: 'visually-hidden' }, TEXT.alarmList.caption),
    h('thead', {}, h('tr', {}, ...TEXT.alarmList.columns.map((name) => h('th', { scope: 'col' }, name)))),
    body,
  );
  app.connection.watch({ beds: [], whole: null, reports: [] });
  const rows = new Map<string, { readonly key: string; readonly element: HTMLTableRowElement }>();
  let isDirty = true;
  search.addEventListener('input', () => {
    isDirty = true;
  });
  const stop = app.store.alarmsChanged.on(() => {
    isDirty = true;
  });

  const wanted = (now: number): AlarmChange[] => {
    const open = [...app.store.beds.values()].flatMap(({ alarms }) => [...alarms.values()]);
    const text = search.value.trim().toLowerCase();
    const matches = (alarm: AlarmChange): boolean =>
      shown.has(alarm.priority) &&
      (alarm.state === 'ENDED' || alarm.acknowledgedBy === null || shown.has('ACKNOWLEDGED')) &&
      (text === '' || `${alarm.device} ${nameOf(alarm)}`.toLowerCase().includes(text));
    const ended = shown.has('ENDED') ? app.store.ended.toReversed() : [];
    return [...open.filter(matches).sort(byUrgency(now)), ...ended.filter(matches)];
  };

  const refresh = (): void => {
    const now = app.connection.now();
    const list = wanted(now);
    empty.hidden = list.length > 0;
    const focused = document.activeElement;
    const left = new Set(rows.keys());
    let place: Element | null = body.firstElementChild;
    for (const alarm of list) {
      left.delete(alarm.id);
      const key = `${alarm.state} ${alarm.reason} ${String(isQuiet(alarm, now))} ${String(alarm.pausedUntil)} ${String(app.mayAnswer)}`;
      let row = rows.get(alarm.id);
      if (row?.key !== key) {
        const element = alarmRow(app, alarm, now);
        const hadFocus = row?.element.contains(document.activeElement) ?? false;
        if (row !== undefined) {
          if (place === row.element) place = element;
          row.element.replaceWith(element);
        }
        // Keep the keyboard focus in the row of an alarm that was answered.
        if (hadFocus) (element.querySelector('button') ?? element.querySelector('a'))?.focus();
        row = { key, element };
        rows.set(alarm.id, row);
      }
      if (row.element === place) place = place.nextElementSibling;
      else body.insertBefore(row.element, place);
    }
    for (const id of left) {
      rows.get(id)?.element.remove();
      rows.delete(id);
    }
    if (focused instanceof HTMLElement && body.contains(focused) && document.activeElement !== focused) focused.focus();
  };

  return {
    element: h('section', { class: 'alarms' }, filters, table, empty),
    title: TEXT.views.alarms,
    update: () => {
      if (!isDirty) return;
      isDirty = false;
      refresh();
    },
    close: () => {
      stop();
    },
  };
}

function alarmRow(app: App, alarm: AlarmChange, now: number): HTMLTableRowElement {
  const { device, priority, state, message, onsetAt, id } = alarm;
  const name = bedName(app.store.bed(device));
  return h(
    'tr',
    {
      'data-priority': priority,
      'data-alarm': id,
      class: state === 'ENDED' ? 'ended' : isQuiet(alarm, now) ? 'quiet' : undefined,
    },
    h('td', {}, h('span', { class: 'badge' }, `${STARS[priority]} ${TEXT.priorities[priority]}`)),
    h('td', {}, h('a', { href: `#/bed/${encodeURIComponent(device)}`, title: device }, name)),
    h('td', { title: message }, nameOf(alarm)),
    h('td', {}, stateOf(alarm, now)),
    h('td', {}, timeElement(onsetAt)),
    h('td', { class: 'answers' }, ...answersTo(app, alarm, name, now)),
  );
}
