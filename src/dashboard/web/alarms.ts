/** How alarms rank, what they are called, and how a person answers them. */
import type { AlarmChange, CommandRequest } from '../protocol.js';
import { ALARM_KINDS, TEXT } from './text.js';
import type { BedView } from './store.js';

export const STARS = { HIGH: '***', MEDIUM: '**', LOW: '*' } as const;
const RANKS = { HIGH: 0, MEDIUM: 1, LOW: 2 } as const;

/** Waits for nobody's eyes any more: seen, or silenced. */
export function isQuiet({ state, pausedUntil }: AlarmChange, now: number): boolean {
  return state === 'ACKNOWLEDGED' || (pausedUntil !== null && pausedUntil > now);
}

/** The most urgent first: what nobody has seen before what somebody has, then by priority, then the newest. */
export function byUrgency(now: number): (a: AlarmChange, b: AlarmChange) => number {
  const rank = (alarm: AlarmChange): number => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0);
  return (a, b) => rank(a) - rank(b) || b.onsetAt - a.onsetAt;
}

export function urgency({ alarms }: BedView, now: number): number {
  return Math.min(6, ...[...alarms.values()].map((alarm) => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0)));
}

export function nameOf({ kind }: AlarmChange): string {
  return ALARM_KINDS[kind] ?? kind;
}

/**
 * Sends what a person asks for; the text says what came of it, or that nobody knows. The list changes when tasks-stream
 * has said so.
 */
export async function sendCommand(command: CommandRequest): Promise<string> {
  try {
    const answer = await fetch('/api/alarm-commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    if (answer.ok) return TEXT.sent[command.action];
    const { error } = (await answer.json()) as { error?: string };
    const say = answer.status >= 500 ? TEXT.notConfirmed : TEXT.notSent;
    return say(error ?? `status ${answer.status}`);
  } catch {
    return TEXT.notConfirmed(TEXT.noAnswer);
  }
}

export const PAUSE_MS = 120_000;
