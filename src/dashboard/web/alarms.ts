/** Ranks, names and answers alarms. */
import type { AlarmChange, CommandRequest } from '../protocol.js';
import { ALARM_KINDS, TEXT } from './text.js';
import { bedName, firstLead, type BedView, type Store } from './store.js';
import { vitalsOf } from './vitals.js';

export const STARS = { HIGH: '***', MEDIUM: '**', LOW: '*' } as const;
const RANKS = { HIGH: 0, MEDIUM: 1, LOW: 2 } as const;

/** Whether an alarm needs nobody's attention: acknowledged, even if no lead can be read since, or silenced. */
export function isQuiet({ acknowledgedBy, pausedUntil }: AlarmChange, now: number): boolean {
  return acknowledgedBy !== null || (pausedUntil !== null && pausedUntil > now);
}

/** Sorts the most urgent first: alarms that nobody has seen before the others, then by priority, then the newest. */
export function byUrgency(now: number): (a: AlarmChange, b: AlarmChange) => number {
  const rank = (alarm: AlarmChange): number => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0);
  return (a, b) => rank(a) - rank(b) || b.onsetAt - a.onsetAt;
}

export function urgency({ alarms }: BedView, now: number): number {
  return Math.min(6, ...[...alarms.values()].map((alarm) => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0)));
}

/**
 * Returns the most urgent priority that is to be heard. Historical alarms are mute while their bed's backlog is worked off.
 * `historical` describes a change: an episode that is still open once results are live again is a present one, and sounds.
 */
export function soundingOf(beds: Iterable<BedView>, now: number): AlarmChange['priority'] | undefined {
  const heard = [...beds].flatMap((bed) => {
    const waiting = [...bed.alarms.values()].filter((alarm) => !isQuiet(alarm, now));
    if (!waiting.some(({ historical }) => historical) || isJudgedLive(bed, now)) return waiting;
    return waiting.filter(({ historical }) => !historical);
  });
  return heard.sort(byUrgency(now))[0]?.priority;
}

function isJudgedLive(bed: BedView, now: number): boolean {
  const { isSilent, isBehind } = vitalsOf(firstLead(bed), now);
  return !isSilent && !isBehind;
}

/** Returns the announcement of alarms that began together; undefined if none of them needs attention. */
export function announcementOf(
  changes: readonly AlarmChange[],
  store: Pick<Store, 'bed'>,
  now: number,
): { readonly text: string; readonly isUrgent: boolean } | undefined {
  const news = changes.filter((alarm) => !alarm.historical && !isQuiet(alarm, now)).sort(byUrgency(now));
  const [first] = news;
  if (first === undefined) return undefined;
  const text = TEXT.announce(nameOf(first), bedName(store.bed(first.device)), TEXT.priorities[first.priority]);
  return { text: news.length === 1 ? text : TEXT.announceMany(news.length, text), isUrgent: first.priority === 'HIGH' };
}

export function nameOf({ kind }: AlarmChange): string {
  return ALARM_KINDS[kind] ?? kind;
}

/**
 * Sends a person's command. Returns text that tells the outcome, or that it is unknown. The list changes only when
 * tasks-stream confirms the command.
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
