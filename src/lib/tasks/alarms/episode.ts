/** Episodes and the commands and changes that concern them: plain data. */
import { z } from 'zod';
import { ALARM_KINDS, type AlarmKind } from './kinds.js';

/** Age of a window, milliseconds of the device's clock, beyond which its changes are news of the past. */
export const HISTORICAL_MS = 60_000;

/** A command speaks of what was there when it was given; clocks of two machines differ by less. Wall milliseconds. */
const CLOCK_SKEW_MS = 2000;

export const episodeSchema = z.object({
  id: z.string(),
  /** Device clock: when the condition began; of the newest event. */
  onsetAt: z.number(),
  at: z.number(),
  /** Wall clock of its first event, or of the one that told it anew: what was asked before did not mean it. */
  raisedAt: z.number(),
  streams: z.array(z.string()),
  /** No lead can be read: nobody knows whether it goes on. */
  held: z.boolean(),
  /** Over, but not acknowledged. */
  latched: z.boolean(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: z.number().nullable(),
  /** Wall clock, as the newest event told it. */
  pausedUntil: z.number().nullable(),
  /** Its onset or return was news of the past, and no window that is younger has shown it since. Older states say nothing. */
  historical: z.boolean().optional(),
  /** Device clock: since when streams have shown it that are not in `streams`, or those in it no longer do. */
  differing: z.record(z.string(), z.number()).optional(),
  /** Latched, and all streams of the bed were forgotten since: a return is another event. Older states say nothing. */
  past: z.boolean().optional(),
});
export type Episode = z.infer<typeof episodeSchema>;

/** An episode, a kind, or where both are null all that is open. */
const scopeSchema = z.object({ alarm: z.string().nullable(), kind: z.string().nullable() });
type Scope = z.infer<typeof scopeSchema>;

export const pauseSchema = scopeSchema.extend({
  /** Wall clock: when it was asked for, and its end. */
  at: z.number(),
  until: z.number(),
  /** A new episode of a higher rank ends it. */
  rank: z.number(),
  /** Kinds that were active when it was set: a high one that was not ends it. Older states say nothing: none was. */
  kinds: z.array(z.string()).optional(),
  /** Milliseconds to its end when that was last looked at. Older states say nothing. */
  left: z.number().optional(),
  /** What sounds in it, since it was resumed. Older states say nothing: nothing was. */
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

/** What a person asks, as ecg.alarm-commands has it. */
export interface AlarmRequest {
  readonly action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME';
  /** Episode; null: all open ones. */
  readonly alarm: string | null;
  readonly kind: string | null;
  readonly pauseMs: number | null;
  readonly author: string;
  /** Wall milliseconds UTC at which it was asked. */
  readonly at: number;
}

const times = z.partialRecord(z.enum(ALARM_KINDS), z.number());
export const episodesSchema = z.object({
  open: z.partialRecord(z.enum(ALARM_KINDS), episodeSchema),
  /** Since when a condition has held, or has been gone. Device clock. */
  onSince: times,
  offSince: times,
  /** Of conditions that may come and go: when one was last there, and for how long it was gone since `onSince`. Older states have none. */
  onLast: times.optional(),
  onGone: times.optional(),
  /** Newest onset of a kind, and how often one was not later: a clock that was set back must not bring an id again. */
  onsets: z.partialRecord(z.enum(ALARM_KINDS), z.object({ newest: z.number(), repeats: z.number() })),
  /** Device clock: when the last episode of a kind was over. Older states have none. */
  ends: times.optional(),
  pauses: z.array(pauseSchema),
});
export type EpisodesState = z.infer<typeof episodesSchema>;

export function stateOf({ held, latched, acknowledgedBy }: Episode): EpisodeState {
  if (latched) return 'LATCHED';
  if (held) return 'HELD';
  return acknowledgedBy === null ? 'ACTIVE' : 'ACKNOWLEDGED';
}

/** True where a command or pause speaks of the episode. */
export function concerns(scope: Readonly<Scope>, kind: AlarmKind, { id }: Pick<Episode, 'id'>): boolean {
  return (scope.alarm === null || scope.alarm === id) && (scope.kind === null || scope.kind === kind);
}

/** True where who asked at `at` may have seen it; wall milliseconds. */
export function wasThere({ raisedAt }: Pick<Episode, 'raisedAt'>, at: number): boolean {
  return raisedAt <= at + CLOCK_SKEW_MS;
}
