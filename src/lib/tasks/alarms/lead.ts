/**
 * What the rules know about one lead: plain data, a function of the segments seen so far. Times are milliseconds UTC of the
 * device's clock unless stated otherwise.
 */
import { z } from 'zod';
import { MODEL_RATE } from '../../signal/grid.js';
import { CONSTANT_SECONDS } from '../../signal/quality.js';
import { IRREGULARITY_BEATS } from './irregularity.js';
import { intervalsOf, RATE_BEATS } from './rates.js';

/** Reasons why a lead cannot be read, the gravest first. 'constant': the line has not even noise, and the device sets no flag. */
const OBSTACLES = ['decode-failed', 'lead-off', 'constant', 'saturation', 'noise'] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** What one segment of one lead said. */
export interface Observation {
  readonly stream: string;
  readonly epoch: number;
  /** Indices in the epoch, at 300 Hz, of the segment's first sample and the one after its last; `from`, `to`: their times. */
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly obstacle: Obstacle | null;
  /** The segment does not continue what is known of the lead, whatever the reason. False behind a hole that was bridged. */
  readonly restarted: boolean;
  /** The stream ended in the regular way, with this segment. */
  readonly last: boolean;
  /** The epoch begins because the device's clock was set, and the edge saw it. */
  readonly clockStepped: boolean;
  /** Beats that became final, up to `beatsTo`. */
  readonly beats: readonly number[];
  readonly beatsTo: number;
  /** Labels (indices of RHYTHM_CLASSES) of the newest steps, each with the time of the step's end. */
  readonly labels: readonly { readonly at: number; readonly label: number }[];
  /** Wall milliseconds UTC at which the last sample was available. */
  readonly closedAt: number;
  /** Device seconds per wall second. */
  readonly clockRate: number;
}

/** What a lead saw before a hole, or before unreadable signal. */
const beforeSchema = z.object({
  /** A beat was seen since the lead was last off. */
  beats: z.boolean(),
  /** Readable stretches since the newest beat, the oldest first. */
  quiet: z.array(z.object({ from: z.number(), to: z.number() })),
  /** The newest intervals between beats: the times of their ends, their lengths, and whether they contain a hole. */
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
  /** Time of that sample: the lead is known up to this time. */
  to: z.number(),
  /** At the end of the newest segment: device clock minus `clockRate` times wall clock. */
  offset: z.number(),
  /** Largest `offset` in the epoch, that of its least late piece; and that of the epoch before, until the two were compared. */
  best: z.number().optional(),
  bestBefore: z.number().nullable().optional(),
  clockRate: z.number(),
  obstacle: z.enum(OBSTACLES).nullable(),
  /** Since when `obstacle` has had its value. */
  since: z.number(),
  /** Beats are final up to here; the signal has been readable since `readableFrom`. */
  beatsTo: z.number(),
  readableFrom: z.number(),
  beats: z.array(z.number()),
  labels: z.array(z.object({ at: z.number(), label: z.number() })),
  /** Readable milliseconds without a beat before `readableFrom`, holes excluded. Absent in older states: none. */
  quietBefore: z.number().optional(),
  /** What the lead saw before `readableFrom` in this epoch; absent in older states. */
  before: beforeSchema.optional(),
  /** Readable signal was searched for beats up to here; absent in older states. */
  judgedTo: z.number().optional(),
  ended: z.boolean(),
  /** Wall milliseconds UTC of the last segment's arrival; `silence`: wall milliseconds since then that were watched. */
  heardAt: z.number(),
  silence: z.number(),
  stalled: z.boolean(),
});
export type LeadState = z.infer<typeof leadSchema>;

/** Momentary events. */
export interface Incidents {
  readonly gap: boolean;
  readonly clockStepped: boolean;
}

/** Smallest clock step that is recognised, device milliseconds. */
const STEP_MS = 2000;
/** Length of an epoch that shows the least delay of its pieces: a delivery that stalled comes in a burst. */
const JUDGED_AFTER_MS = 10_000;
/** Allowance for closing times, which are whole milliseconds of the wall clock. */
const CLOSED_AT_ERROR_MS = 2;
/** Largest number of beats that a rule looks at. */
const KEPT_BEATS = Math.max(RATE_BEATS, IRREGULARITY_BEATS);
/** No rule needs labels older than this. */
const KEPT_LABELS_MS = 60_000;
/** A line that is constant on both sides of a hole this short is constant in it too. */
const SAME_WITHIN_MS = 500;
/** No rule needs stretches without a beat that are older, or shorter, than this. */
const KEPT_QUIET_MS = 30_000;
const LEAST_QUIET_MS = 500;

/** Returns the lead after a segment, and what happened between it and the last one. `now` is wall milliseconds UTC. */
export function nextLead(known: LeadState | undefined, observed: Observation, now: number): [LeadState, Incidents] {
  const seen = withConstantLine(known, observed);
  const { epoch, end, from, to, obstacle, clockRate } = seen;
  const offset = to - seen.closedAt * clockRate;
  const isVoid = known?.epoch !== epoch || seen.restarted || obstacle !== null || known.obstacle !== null;
  const { clockStepped, ...clock } = followClock(known, seen, offset);
  const incidents = { gap: isGap(known, seen, clockStepped), clockStepped };
  const readableFrom = obstacle !== null ? to : isVoid ? from : known.readableFrom;
  // A piece that continues the signal but has not been searched for beats yet is not silence.
  const waits = !isVoid && seen.beatsTo <= from;
  const beatsTo = obstacle !== null ? to : waits ? known.beatsTo : seen.beatsTo;
  // Beats and labels of unreadable signal have no say, however late they come.
  const beats = [...(isVoid ? [] : known.beats), ...seen.beats].filter((beat) => beat >= readableFrom);
  const quietBefore =
    beats.length > 0 || known === undefined || known.ended ? 0 : isVoid ? quietOf(known) : known.quietBefore;
  const before = beforeOf(known, seen, isVoid);
  const judgedBefore = (known?.epoch === epoch ? known.judgedTo : undefined) ?? from;
  const labels = [...(isVoid ? [] : known.labels), ...seen.labels].filter(({ at }) => at > readableFrom);
  const lead: LeadState = {
    epoch,
    next: end,
    to,
    offset,
    ...clock,
    clockRate,
    obstacle,
    since: isSame(known, seen) ? known.since : from,
    beatsTo,
    readableFrom,
    beats: beats.slice(-KEPT_BEATS),
    labels: labels.filter(({ at }) => at > to - KEPT_LABELS_MS),
    quietBefore: quietBefore ?? 0,
    before: beats.length > 0 ? { ...before, beats: true, quiet: [] } : before,
    judgedTo: obstacle === null && beatsTo > readableFrom ? beatsTo : judgedBefore,
    ended: seen.last,
    heardAt: now,
    silence: 0,
    stalled: false,
  };
  return [lead, incidents];
}

/** Whether the same obstacle, or none, continues, if need be across a short hole. */
function isSame(known: LeadState | undefined, { epoch, from, obstacle }: Observation): known is LeadState {
  return known?.epoch === epoch && known.obstacle === obstacle && Math.abs(from - known.to) <= SAME_WITHIN_MS;
}

/** Carries nothing over from another epoch, which has another clock, or across a lead-off: the electrode may lie elsewhere. */
function beforeOf(known: LeadState | undefined, { epoch, obstacle, to }: Observation, isVoid: boolean): Before {
  if (known?.epoch !== epoch || known.ended) return NOTHING_BEFORE;
  const before = known.before ?? { ...NOTHING_BEFORE, beats: known.beats.length > 0 };
  if ([obstacle, known.obstacle].includes('lead-off')) return NOTHING_BEFORE;
  if (!isVoid) return before;
  const stretch = { from: known.beatsTo - silenceOf(known), to: known.beatsTo };
  return {
    beats: before.beats,
    quiet: [...before.quiet, stretch].filter(
      (each) => each.to - each.from >= LEAST_QUIET_MS && each.from > to - KEPT_QUIET_MS,
    ),
    intervals: [...before.intervals, ...intervalsOf(known.beats, before.last)].slice(1 - RATE_BEATS),
    last: known.beats.at(-1) ?? before.last,
  };
}

/**
 * Whether there is a hole in the samples of an epoch, samples are missing before the first of a new one, or an epoch begins well
 * after the previous one ended, as behind a long hole. A clock that steps forward or drifts is no gap. Nor is a stream that
 * stalled, which has its own alarm.
 */
function isGap(known: LeadState | undefined, { epoch, start, from }: Observation, clockStepped: boolean): boolean {
  if (known === undefined) return false;
  if (known.epoch === epoch) return start > known.next;
  if (epoch < known.epoch) return false;
  return start > 0 || (!known.ended && !known.stalled && !clockStepped && from - known.to > STEP_MS);
}

/**
 * A clock step begins a new epoch. Either the edge says so, or the epoch begins before the newest sample of the old one, or the
 * least delay of its pieces differs, as when a device comes back with another clock. Within an epoch samples are placed by
 * count, so that a late piece was delivered late.
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

/** Whether a new epoch begins before the old one's newest sample; `to` is rounded up to a sample, and epochs to milliseconds. */
function isBack(known: LeadState, epoch: number): boolean {
  return epoch !== known.epoch && known.to - epoch > 1000 / MODEL_RATE + 0.5;
}

/** Between holes a piece may be too short to be called constant: it continues a line that is. */
function withConstantLine(known: LeadState | undefined, seen: Observation): Observation {
  const { epoch, obstacle, from, to } = seen;
  const isShort = obstacle === null && to - from < 1000 * CONSTANT_SECONDS;
  const continues = known?.epoch === epoch && known.obstacle === 'constant' && from - known.to <= SAME_WITHIN_MS;
  return isShort && continues ? { ...seen, obstacle: 'constant' } : seen;
}

/** Milliseconds without a beat, counted in readable signal only, and not across a hole. */
export function silenceOf({ beats, readableFrom, beatsTo }: LeadState): number {
  return beatsTo - (beats.at(-1) ?? readableFrom);
}

/** The same, added up across holes and unreadable signal. If it is long, the lead does not hold back asystole. */
export function quietOf(lead: LeadState): number {
  return silenceOf(lead) + (lead.beats.length > 0 ? 0 : (lead.quietBefore ?? 0));
}
