/** Episodes, and the commands and changes that concern them: plain data. */
import { z } from 'zod';
import { ALARM_KINDS, type AlarmKind } from './kinds.js';

/** Age of a window, milliseconds of the device's clock, beyond which its changes are historical. */
export const HISTORICAL_MS = 60_000;

/** Clocks of two machines differ by less, wall milliseconds. A command applies to what was there when it was given. */
export const CLOCK_SKEW_MS = 2000;

export const episodeSchema = z.object({
  id: z.string(),
  /** Device clock: when the condition began, and when the newest event happened. */
  onsetAt: z.number(),
  at: z.number(),
  /** Wall clock of the first event, or of the one that raised it again: commands given before it do not apply. */
  raisedAt: z.number(),
  streams: z.array(z.string()),
  /** No lead can be read, so nobody knows whether the condition goes on. */
  held: z.boolean(),
  /** Over, but not acknowledged. */
  latched: z.boolean(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: z.number().nullable(),
  /** Wall clock, as reported with the newest event. */
  pausedUntil: z.number().nullable(),
  /** The onset or return was historical, and no younger window has shown the condition since. Absent in older states. */
  historical: z.boolean().optional(),
  /** By stream, device clock: since when one not in `streams` has shown the condition, or one in `streams` no longer does. */
  differing: z.record(z.string(), z.number()).optional(),
  /** Latched, and all streams of the bed were forgotten since: a return is another event. Absent in older states. */
  past: z.boolean().optional(),
});
export type Episode = z.infer<typeof episodeSchema>;

/** An episode, a kind, or, if both are null, everything that is open. */
const scopeSchema = z.object({ alarm: z.string().nullable(), kind: z.string().nullable() });
type Scope = z.infer<typeof scopeSchema>;

export const pauseSchema = scopeSchema.extend({
  /** Wall clock: when it was asked for, and when it ends. */
  at: z.number(),
  until: z.number(),
  /** A new episode of a higher rank ends it. */
  rank: z.number(),
  /** Kinds that were active when it was set; a high one that was not ends it. Absent in older states: none was. */
  kinds: z.array(z.string()).optional(),
  /** Milliseconds to its end when this was last checked. Absent in older states. */
  left: z.number().optional(),
  /** What has been resumed and so sounds during the pause. Absent in older states: nothing. */
  resumed: z.array(scopeSchema).optional(),
});
export type Pause = z.infer<typeof pauseSchema>;

export type EpisodeState = 'ACTIVE' | 'ACKNOWLEDGED' | 'HELD' | 'LATCHED' | 'ENDED';
export type ChangeReason =
  | 'ONSET'
  | 'RETURNED'
  | 'CONDITION_ENDED'
  | 'UNREADABLE'
  | 'READABLE'
  | 'SUPERSEDED'
  | 'STREAM_ENDED'
  | 'ACKNOWLEDGED'
  | 'PAUSED'
  | 'RESUMED';

/** One change of one episode; times as in Episode. */
export interface AlarmChange {
  readonly id: string;
  readonly kind: AlarmKind;
  readonly state: EpisodeState;
  readonly reason: ChangeReason;
  readonly onsetAt: number;
  readonly at: number;
  readonly streams: readonly string[];
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: number | null;
  readonly pausedUntil: number | null;
  readonly supersededBy: string | null;
}

/** A person's request, as in ecg.alarm-commands. */
export interface AlarmRequest {
  readonly action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME';
  /** Episode; null: all open ones. */
  readonly alarm: string | null;
  readonly kind: string | null;
  readonly pauseMs: number | null;
  readonly author: string;
  /** Wall milliseconds UTC at which the request was made. */
  readonly at: number;
}

const times = z.partialRecord(z.enum(ALARM_KINDS), z.number());
export const episodesSchema = z.object({
  open: z.partialRecord(z.enum(ALARM_KINDS), episodeSchema),
  /** Device clock: since when a condition has held, or has been gone. */
  onSince: times,
  offSince: times,
  /** For conditions that may come and go: when last present, and how long gone since `onSince`. Absent in older states. */
  onLast: times.optional(),
  onGone: times.optional(),
  /** Newest onset of a kind, and how many onsets were not later: a clock that was set back must not repeat an id. */
  onsets: z.partialRecord(z.enum(ALARM_KINDS), z.object({ newest: z.number(), repeats: z.number() })),
  /** Device clock: when the last episode of a kind was over. Absent in older states. */
  ends: times.optional(),
  pauses: z.array(pauseSchema),
});
export type EpisodesState = z.infer<typeof episodesSchema>;

export function stateOf({ held, latched, acknowledgedBy }: Episode): EpisodeState {
  if (latched) return 'LATCHED';
  if (held) return 'HELD';
  return acknowledgedBy === null ? 'ACTIVE' : 'ACKNOWLEDGED';
}

/** Whether a command or pause refers to the episode. */
export function concerns(scope: Readonly<Scope>, kind: AlarmKind, { id }: Pick<Episode, 'id'>): boolean {
  return (scope.alarm === null || scope.alarm === id) && (scope.kind === null || scope.kind === kind);
}

/** Whether somebody who asked at `at`, wall milliseconds, may have seen the episode. */
export function wasThere({ raisedAt }: Pick<Episode, 'raisedAt'>, at: number): boolean {
  return raisedAt <= at + CLOCK_SKEW_MS;
}
