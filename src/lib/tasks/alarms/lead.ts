/**
 * What the rules know of one lead: plain data, a function of the segments seen so far. Times are milliseconds UTC of the
 * device's clock where nothing else is said.
 */
import { z } from 'zod';
import { IRREGULARITY_BEATS } from './irregularity.js';
import { intervalsOf, RATE_BEATS } from './rates.js';

/** Why a lead cannot be read, the gravest first. 'constant': not even noise on the line, and no flag of the device. */
const OBSTACLES = ['decode-failed', 'lead-off', 'constant', 'saturation', 'noise'] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** What one segment of one lead said. */
export interface Observation {
  readonly stream: string;
  readonly epoch: number;
  /** First sample of the segment and the one after its last, indices in the epoch at 300 Hz; times of both. */
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly obstacle: Obstacle | null;
  /** What is known of the lead begins anew with this segment, whatever the reason: not behind a hole that was bridged. */
  readonly restarted: boolean;
  /** The stream ended as it should. */
  readonly last: boolean;
  /** The epoch begins because the device's clock was set: the edge saw it. */
  readonly clockStepped: boolean;
  /** Beats that became final, up to `beatsTo`. */
  readonly beats: readonly number[];
  readonly beatsTo: number;
  /** Labels (indices of RHYTHM_CLASSES) of the newest steps with the time of each step's end. */
  readonly labels: readonly { readonly at: number; readonly label: number }[];
  /** Wall milliseconds UTC at which the last sample was there. */
  readonly closedAt: number;
  /** Device seconds a wall second. */
  readonly clockRate: number;
}

/** What a lead saw before a hole, or before signal that could not be read. */
const beforeSchema = z.object({
  /** A beat was seen since the lead was last off. */
  beats: z.boolean(),
  /** Readable stretches since the newest beat, the oldest first. */
  quiet: z.array(z.object({ from: z.number(), to: z.number() })),
  /** The newest intervals between beats: where they end, their length, and whether a hole lies in them. */
  intervals: z.array(z.object({ at: z.number(), ms: z.number(), across: z.boolean() })),
  /** The last beat. */
  last: z.number().nullable(),
});
type Before = z.infer<typeof beforeSchema>;
const NOTHING_BEFORE: Before = { beats: false, quiet: [], intervals: [], last: null };

export const leadSchema = z.object({
  epoch: z.number(),
  /** Index of the sample that follows without a hole. */
  next: z.number(),
  /** Time of that sample: the lead is known up to here. */
  to: z.number(),
  /** Device clock minus wall clock at rate 1, at the end of the newest segment. */
  offset: z.number(),
  /** Largest `offset` of the epoch, that of the piece which was the least late; and of the epoch before, until this one has been held against it. */
  best: z.number().optional(),
  bestBefore: z.number().nullable().optional(),
  clockRate: z.number(),
  obstacle: z.enum(OBSTACLES).nullable(),
  /** Since when there has been that obstacle, or none. */
  since: z.number(),
  /** Up to here beats are final; readable from `readableFrom` on. */
  beatsTo: z.number(),
  readableFrom: z.number(),
  beats: z.array(z.number()),
  labels: z.array(z.object({ at: z.number(), label: z.number() })),
  /** Readable milliseconds without a beat before `readableFrom`, holes left out. Older states say nothing: none. */
  quietBefore: z.number().optional(),
  /** What it saw before `readableFrom` in this epoch; older states say nothing. */
  before: beforeSchema.optional(),
  /** Up to here readable signal was looked at for beats; older states say nothing. */
  judgedTo: z.number().optional(),
  ended: z.boolean(),
  /** Wall milliseconds UTC of the last segment's arrival, and of the silence since then that was watched. */
  heardAt: z.number(),
  silence: z.number(),
  stalled: z.boolean(),
});
export type LeadState = z.infer<typeof leadSchema>;

/** What happens in an instant. */
export interface Incidents {
  readonly gap: boolean;
  readonly clockStepped: boolean;
}

/** A step of the clock, device milliseconds; closing times come in whole milliseconds of wall clock. */
const STEP_MS = 2000;
/** So much of an epoch shows how late its pieces are at least: a delivery that stalled comes in a burst. */
const JUDGED_AFTER_MS = 10_000;
const CLOSED_AT_ERROR_MS = 2;
/** Beats that a rule looks at. */
const KEPT_BEATS = Math.max(RATE_BEATS, IRREGULARITY_BEATS);
/** Labels older than this are of no rule's interest. */
const KEPT_LABELS_MS = 60_000;
/** A line that is constant on both sides of so short a hole is so in it. */
const SAME_WITHIN_MS = 500;
/** Stretches without a beat that are older, or shorter, are of no rule's interest. */
const KEPT_QUIET_MS = 30_000;
const LEAST_QUIET_MS = 500;

/** The lead after a segment, and what happened between it and the last one. `now` is wall milliseconds UTC. */
export function nextLead(known: LeadState | undefined, seen: Observation, now: number): [LeadState, Incidents] {
  const { epoch, end, from, to, obstacle, clockRate } = seen;
  const offset = to - seen.closedAt * clockRate;
  const isVoid = known?.epoch !== epoch || seen.restarted || obstacle !== null || known.obstacle !== null;
  const { clockStepped, ...clock } = followClock(known, seen, offset);
  const incidents = { gap: isGap(known, seen, clockStepped), clockStepped };
  const readableFrom = obstacle !== null ? to : isVoid ? from : known.readableFrom;
  // A piece that goes on with what is there, and in which nobody has looked for beats yet, is no silence.
  const waits = !isVoid && seen.beatsTo <= from;
  const beatsTo = obstacle !== null ? to : waits ? known.beatsTo : seen.beatsTo;
  // Beats and labels of what could not be read have no say, however late they come.
  const beats = [...(isVoid ? [] : known.beats), ...seen.beats].filter((beat) => beat >= readableFrom);
  const quietBefore = beats.length > 0 || known === undefined || known.ended ? 0 : isVoid ? quietOf(known) : known.quietBefore; // prettier-ignore
  const before = beforeOf(known, seen, isVoid);
  const judgedBefore = (known?.epoch === epoch ? known.judgedTo : undefined) ?? from;
  const labels = [...(isVoid ? [] : known.labels), ...seen.labels].filter(({ at }) => at > readableFrom);
  const lead: LeadState = {
    ...{ epoch, next: end, to, offset, ...clock, clockRate, obstacle },
    since: isSame(known, seen) ? known.since : from,
    beatsTo,
    readableFrom,
    beats: beats.slice(-KEPT_BEATS),
    labels: labels.filter(({ at }) => at > to - KEPT_LABELS_MS),
    quietBefore: quietBefore ?? 0,
    before: beats.length > 0 ? { ...before, beats: true, quiet: [] } : before,
    judgedTo: obstacle === null && beatsTo > readableFrom ? beatsTo : judgedBefore,
    ended: seen.last,
    ...{ heardAt: now, silence: 0, stalled: false },
  };
  return [lead, incidents];
}

/** The same reason, or none, also behind a short hole. */
function isSame(known: LeadState | undefined, { epoch, from, obstacle }: Observation): known is LeadState {
  return known?.epoch === epoch && known.obstacle === obstacle && Math.abs(from - known.to) <= SAME_WITHIN_MS;
}

/** Another epoch has another clock, and an electrode that was off may lie elsewhere. */
function beforeOf(known: LeadState | undefined, { epoch, obstacle, to }: Observation, isVoid: boolean): Before {
  if (known?.epoch !== epoch || known.ended) return NOTHING_BEFORE;
  const before = known.before ?? { ...NOTHING_BEFORE, beats: known.beats.length > 0 };
  if ([obstacle, known.obstacle].includes('lead-off')) return NOTHING_BEFORE;
  if (!isVoid) return before;
  const stretch = { from: known.beatsTo - silenceOf(known), to: known.beatsTo };
  return {
    beats: before.beats,
    quiet: [...before.quiet, stretch].filter((each) => each.to - each.from >= LEAST_QUIET_MS && each.from > to - KEPT_QUIET_MS), // prettier-ignore
    intervals: [...before.intervals, ...intervalsOf(known.beats, before.last)].slice(1 - RATE_BEATS),
    last: known.beats.at(-1) ?? before.last,
  };
}

/**
 * A hole in the samples of an epoch, samples missing before the first of a new one, or an epoch that begins later than the one
 * before ended, as behind a long hole. A clock that steps forward or drifts leaves none; of a stream that stalled its own
 * alarm told.
 */
function isGap(known: LeadState | undefined, { epoch, start, from }: Observation, clockStepped: boolean): boolean {
  if (known === undefined) return false;
  if (known.epoch === epoch) return start > known.next;
  if (epoch < known.epoch) return false;
  return start > 0 || (!known.ended && !known.stalled && !clockStepped && from - known.to > STEP_MS);
}

/**
 * A clock that steps begins an epoch: the edge says so, or it begins before the old one's newest sample, or with another least
 * delay of its pieces, as where a device comes back with another clock. Within an epoch samples are placed by count, and what
 * comes late was delivered late.
 */
function followClock(
  known: LeadState | undefined,
  seen: Observation,
  offset: number,
): { readonly best: number; readonly bestBefore: number | null; readonly clockStepped: boolean } {
  const { epoch, to, clockRate } = seen;
  const isSeen = known !== undefined && (seen.clockStepped || isBack(known, epoch));
  if (known?.clockRate !== clockRate) return { best: offset, bestBefore: null, clockStepped: isSeen };
  const knownBest = known.best ?? known.offset;
  const best = epoch === known.epoch ? Math.max(knownBest, offset) : offset;
  const bestBefore = known.bestBefore ?? (epoch === known.epoch ? null : knownBest);
  const least = STEP_MS + CLOSED_AT_ERROR_MS * clockRate;
  const judged = to - epoch >= JUDGED_AFTER_MS;
  const moved = bestBefore !== null && (best - bestBefore > least || (judged && bestBefore - best > least));
  const clockStepped = isSeen || moved;
  return { best, bestBefore: clockStepped || judged ? null : bestBefore, clockStepped };
}

/** A new epoch begins before the old one's newest sample. */
function isBack(known: LeadState, epoch: number): boolean {
  return epoch !== known.epoch && epoch < known.to;
}

/** Milliseconds without a beat; of readable signal alone, and not across a hole. */
export function silenceOf({ beats, readableFrom, beatsTo }: LeadState): number {
  return beatsTo - (beats.at(-1) ?? readableFrom);
}

/** The same, added up over holes and what could not be read: where it is long the lead does not speak for a heart. */
export function quietOf(lead: LeadState): number {
  return silenceOf(lead) + (lead.beats.length > 0 ? 0 : (lead.quietBefore ?? 0));
}
