/** Audio pauses of a bed, by the wall clock. A pause silences what it concerns, even what begins later, unless it is graver. */
import { CLOCK_SKEW_MS, concerns, wasThere, type AlarmRequest, type Episode, type Pause } from './episode.js';
import { latches, rankOf, type AlarmKind } from './kinds.js';

/** The longest audio pause, and the one that is meant if the request gives no time. */
const LONGEST_MS = 600_000;
const USUAL_MS = 120_000;

type Entry = readonly [kind: AlarmKind, episode: Episode];

/**
 * Returns the pauses including the requested one; `open` are the episodes that it concerns. Undefined if it is over already, or
 * refers to an episode that was not there. It begins at `wall` (milliseconds UTC) at the latest, whatever the requester's clock
 * says. An episode that began between `at` and `wall` ends it as if the pause had been taken in at once.
 */
export function pause(
  pauses: readonly Pause[],
  { alarm, kind, at, pauseMs }: AlarmRequest,
  open: readonly Entry[],
  wall: number,
): Pause[] | undefined {
  const from = Math.min(at, wall);
  const until = from + Math.min(pauseMs ?? USUAL_MS, LONGEST_MS);
  const meant = open.filter(([, episode]) => wasThere(episode, at));
  if (until <= wall || (alarm !== null && meant.length === 0)) return undefined;
  // A pause set in advance is meant for what is usual at a bed, never for a high alarm that was not there.
  const rank = Math.max(...(meant.length === 0 ? (['tachycardia'] as const) : meant.map(([each]) => each)).map(rankOf));
  const kinds = meant.flatMap(([each, { latched }]) => (latched ? [] : [each]));
  const asked: Pause = { alarm, kind, at: from, until, rank, kinds };
  const isSame = (other: Pause): boolean => other.alarm === alarm && other.kind === kind;
  if (open.every((entry) => meant.includes(entry) || covers(asked, entry[0]))) {
    return [...pauses.filter((other) => !isSame(other)), asked];
  }
  // It ended at once; what it had replaced is over too, but not what was asked for after it.
  const left = pauses.filter((other) => !isSame(other) || other.at > from);
  return left.length < pauses.length ? left : undefined;
}

/**
 * Returns the pauses after a RESUME; undefined if it refers to nothing that is paused. `open` are the episodes that it concerns.
 * A pause that is wider than what is resumed goes on for the rest. Commands come in the order in which they were written, so no
 * clock is needed.
 */
export function resume(
  pauses: readonly Pause[],
  { alarm, kind }: AlarmRequest,
  open: readonly Entry[],
): Pause[] | undefined {
  const ends = (each: Pause): boolean =>
    (alarm === null || alarm === each.alarm) && (kind === null || kind === each.kind);
  const isResumed = ({ resumed = [] }: Pause): boolean =>
    resumed.some((each) => each.alarm === null && each.kind === kind);
  // A kind without an open episode is resumed in advance.
  const isNext = (each: Pause): boolean =>
    alarm === null && each.alarm === null && each.kind === null && !isResumed(each);
  const isPart = (each: Pause): boolean => isNext(each) || open.some((entry) => silences(each, ...entry));
  if (!pauses.some((each) => ends(each) || isPart(each))) return undefined;
  return pauses
    .filter((each) => !ends(each))
    .map((each) => (isPart(each) ? { ...each, resumed: [...(each.resumed ?? []), { alarm, kind }] } : each));
}

/**
 * Returns the pauses that are left when an episode begins, or one that was over comes back. An episode of a higher rank than
 * everything that a pause was set for ends it. So does a high physiological one of a kind that was not active then, whatever
 * else was.
 */
export function breakPauses(pauses: readonly Pause[], kind: AlarmKind, episode: Episode): Pause[] {
  return pauses.filter((each) => !concerns(each, kind, episode) || covers(each, kind));
}

/** Returns what is left of the pauses at `wall`. If that clock was set back by more than two clocks differ, they end no later for it. */
export function countDown(pauses: readonly Pause[], wall: number): Pause[] {
  return pauses.flatMap((each) => {
    const known = each.left ?? each.until - each.at;
    const isSetBack = each.until - wall - known > CLOCK_SKEW_MS;
    const left = Math.min(known, each.until - wall);
    return left > 0 ? [{ ...each, until: isSetBack ? wall + left : each.until, left }] : [];
  });
}

/** Returns the wall time in milliseconds until which the episode makes no sound; null: it may sound. */
export function pausedUntil(pauses: readonly Pause[], kind: AlarmKind, episode: Episode, wall: number): number | null {
  const ends = pauses.filter((each) => each.until > wall && silences(each, kind, episode));
  return ends.length === 0 ? null : Math.max(...ends.map(({ until }) => until));
}

function covers({ rank, kinds = [] }: Pause, kind: AlarmKind): boolean {
  return rankOf(kind) <= rank && (!latches(kind) || kinds.includes(kind));
}

function silences(pause: Pause, kind: AlarmKind, episode: Episode): boolean {
  return concerns(pause, kind, episode) && pause.resumed?.some((scope) => concerns(scope, kind, episode)) !== true;
}
