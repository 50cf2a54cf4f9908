/** Audio pauses of a bed, wall clock. A pause silences what it concerns, also what begins while it lasts and is no graver. */
import { CLOCK_SKEW_MS, concerns, type AlarmRequest, type Episode, type Pause } from './episode.js';
import { latches, rankOf, type AlarmKind } from './kinds.js';

/** The longest audio pause, and the one that is meant where none is said. */
const LONGEST_MS = 600_000;
const USUAL_MS = 120_000;

/**
 * The pauses with the one that is asked for; `open` are the episodes that it concerns. Undefined where it is over already, or
 * speaks of an episode that is not there. It begins at `wall` (milliseconds UTC) at the latest, whatever the clock of the
 * person who asks says.
 */
export function pause(
  pauses: readonly Pause[],
  { alarm, kind, at, pauseMs }: AlarmRequest,
  open: readonly (readonly [kind: AlarmKind, episode: Episode])[],
  wall: number,
): Pause[] | undefined {
  const from = Math.min(at, wall);
  const until = from + Math.min(pauseMs ?? USUAL_MS, LONGEST_MS);
  if (until <= wall || (alarm !== null && open.length === 0)) return undefined;
  // Set in advance it is meant for what is usual at a bed: never for what is high and was not there.
  const rank = Math.max(...(open.length === 0 ? (['tachycardia'] as const) : open.map(([each]) => each)).map(rankOf));
  const kinds = open.flatMap(([each, { latched }]) => (latched ? [] : [each]));
  const others = pauses.filter((other) => other.alarm !== alarm || other.kind !== kind);
  return [...others, { alarm, kind, at: from, until, rank, kinds }];
}

/** What is left of the pauses. One that was set after this was asked for stays; clocks of two persons may differ. */
export function resume(pauses: readonly Pause[], { alarm, kind, at }: AlarmRequest): Pause[] {
  const ends = (each: Pause): boolean =>
    each.at <= at + CLOCK_SKEW_MS && (alarm === null || alarm === each.alarm) && (kind === null || kind === each.kind);
  return pauses.filter((each) => !ends(each));
}

/**
 * What is left when an episode begins, or one that was over comes back. One of a higher rank than all that the pause was set for
 * ends it, and so does a high physiological one of a kind that was not active then, whatever else was.
 */
export function breakPauses(pauses: readonly Pause[], kind: AlarmKind, episode: Episode): Pause[] {
  const covers = ({ rank, kinds = [] }: Pause): boolean => rankOf(kind) <= rank && (!latches(kind) || kinds.includes(kind)); // prettier-ignore
  return pauses.filter((each) => !concerns(each, kind, episode) || covers(each));
}

/** Wall milliseconds until which the episode makes no sound; null: it may. */
export function pausedUntil(pauses: readonly Pause[], kind: AlarmKind, episode: Episode, wall: number): number | null {
  const ends = pauses.filter(({ until, ...scope }) => until > wall && concerns(scope, kind, episode));
  return ends.length === 0 ? null : Math.max(...ends.map(({ until }) => until));
}
