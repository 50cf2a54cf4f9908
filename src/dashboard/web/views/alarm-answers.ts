/** State of an alarm in words, and the buttons that answer it, for the list and the bed alike. */
import type { AlarmChange } from '../../protocol.js';
import { nameOf, PAUSE_MS } from '../alarms.js';
import type { App } from '../app.js';
import { TEXT } from '../text.js';
import { button } from '../ui/dom.js';
import { clock } from '../ui/time.js';

const isPaused = ({ pausedUntil }: AlarmChange, now: number): boolean => pausedUntil !== null && pausedUntil > now;

export function stateOf(alarm: AlarmChange, now: number): string {
  const { state, acknowledgedBy, pausedUntil, historical } = alarm;
  const notes = [
    acknowledgedBy === null ? TEXT.phases[state] : `${TEXT.phases[state]} (${acknowledgedBy})`,
    ...(pausedUntil !== null && isPaused(alarm, now) ? [TEXT.paused(clock(pausedUntil))] : []),
    ...(historical ? [TEXT.historical] : []),
  ];
  return notes.join(', ');
}

/** Returns the buttons; none if the alarm is over or the person may only look. `bed`: name of the bed. */
export function answersTo(app: App, alarm: AlarmChange, bed: string, now: number): HTMLButtonElement[] {
  const { device, id, state, acknowledgedBy } = alarm;
  if (state === 'ENDED' || !app.mayAnswer) return [];
  const send =
    (action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME', of: string | null): (() => void) =>
    () => {
      app.command({ device, action, alarm: of, pauseMs: action === 'PAUSE' ? PAUSE_MS : null });
    };
  const acknowledge = { 'aria-label': TEXT.acknowledgeOf(nameOf(alarm), bed) };
  return [
    ...(acknowledgedBy === null ? [button(TEXT.acknowledge, send('ACKNOWLEDGE', id), acknowledge)] : []),
    isPaused(alarm, now)
      ? button(TEXT.resume, send('RESUME', null), { 'aria-label': TEXT.resumeOf(bed), class: 'second' })
      : button(TEXT.pause, send('PAUSE', null), { 'aria-label': TEXT.pauseOf(bed), class: 'second' }),
  ];
}
