/** Shows times in the viewer's time zone, with UTC on hover. */
import { h, setAttribute, setText } from './dom.js';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function clock(at: number): string {
  return CLOCK.format(at);
}

/** Time of day, with the date if it is not today. */
export function moment(at: number): string {
  const today = DAY.format(Date.now());
  const day = DAY.format(at);
  return day === today ? clock(at) : `${day} ${clock(at)}`;
}

export function timeElement(at: number): HTMLTimeElement {
  const element = h('time');
  setTime(element, at);
  return element;
}

export function setTime(element: HTMLTimeElement, at: number): void {
  const utc = new Date(at).toISOString();
  setText(element, moment(at));
  setAttribute(element, 'datetime', utc);
  setAttribute(element, 'title', `${utc.replace('T', ' ').slice(0, 19)} UTC (shown: ${ZONE})`);
}
