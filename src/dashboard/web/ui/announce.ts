/** Tells screen readers what has appeared, and everybody the outcome of a click. */
import { h } from './dom.js';

const SHOWN_MS = 4_000;
/** Long enough to be read out after others. */
const SPOKEN_MS = 30_000;

const urgent = h('div', { class: 'visually-hidden', role: 'alert', 'aria-live': 'assertive', 'aria-atomic': 'false' });
const calm = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'false' });
const note = h('div', { class: 'note', role: 'status', 'aria-live': 'polite', hidden: true });

export const announcers: readonly HTMLElement[] = [urgent, calm, note];

/** Adds a line of its own, so that alarms that begin together or again are each read out. */
export function announce(text: string, isUrgent: boolean): void {
  const line = h('p', {}, text);
  (isUrgent ? urgent : calm).append(line);
  setTimeout(() => {
    line.remove();
  }, SPOKEN_MS);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows text for a moment. */
export function notify(text: string): void {
  note.textContent = text;
  note.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    note.hidden = true;
  }, SHOWN_MS);
}
