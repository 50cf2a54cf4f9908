/** Says to a screen reader what appeared, and to everybody what came of a click. */
import { h } from './dom.js';

const SHOWN_MS = 4_000;

const urgent = h('div', { class: 'visually-hidden', role: 'alert', 'aria-live': 'assertive' });
const calm = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
const note = h('div', { class: 'note', role: 'status', 'aria-live': 'polite', hidden: true });

export const announcers: readonly HTMLElement[] = [urgent, calm, note];

export function announce(text: string, isUrgent: boolean): void {
  (isUrgent ? urgent : calm).textContent = text;
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shown for a moment. */
export function notify(text: string): void {
  note.textContent = text;
  note.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    note.hidden = true;
  }, SHOWN_MS);
}
