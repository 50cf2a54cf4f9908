/** How alarms rank, what they are called, and how a person answers them. */
import type { AlarmChange, CommandRequest } from '../protocol.js';
import { ALARM_KINDS, TEXT } from './text.js';
import { bedName, firstLead, type BedView, type Store } from './store.js';
import { vitalsOf } from './vitals.js';

export const STARS = { HIGH: '***', MEDIUM: '**', LOW: '*' } as const;
const RANKS = { HIGH: 0, MEDIUM: 1, LOW: 2 } as const;

/** Waits for nobody's eyes any more: seen, also where no lead can be read since, or silenced. */
export function isQuiet({ acknowledgedBy, pausedUntil }: AlarmChange, now: number): boolean {
  return acknowledgedBy !== null || (pausedUntil !== null && pausedUntil > now);
}

/** The most urgent first: what nobody has seen before what somebody has, then by priority, then the newest. */
export function byUrgency(now: number): (a: AlarmChange, b: AlarmChange) => number {
  const rank = (alarm: AlarmChange): number => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0);
  return (a, b) => rank(a) - rank(b) || b.onsetAt - a.onsetAt;
}

export function urgency({ alarms }: BedView, now: number): number {
  return Math.min(6, ...[...alarms.values()].map((alarm) => RANKS[alarm.priority] + (isQuiet(alarm, now) ? 3 : 0)));
}

/**
 * The most urgent priority that is to be heard. What a backlog told is mute while its bed is caught up with: `historical` is
 * of a change, and an episode that is still open when results are live again is none of the past.
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

/** What is said of alarms that began together, and how; undefined where none of them waits for anybody. */
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
