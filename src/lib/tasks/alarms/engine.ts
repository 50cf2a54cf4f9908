/**
 * Alarms of one bed over all its leads. Rules, delays and latching run on device time; stalls and pauses on wall time. The
 * state is plain data, so that it travels in the transaction that publishes the changes, and a restart changes nothing.
 */
import { z } from 'zod';
import { MODEL_RATE, WINDOW } from '../../signal/grid.js';
import { readable, verdictOf, type BedView, type Verdict } from './conditions.js';
import { episodesSchema, type AlarmChange, type AlarmRequest } from './episode.js';
import { Episodes, type Moment } from './episodes.js';
import { ALARM_KINDS, ALARMS } from './kinds.js';
import { leadSchema, nextLead, type LeadState, type Observation } from './lead.js';
import { ADULT_LIMITS, delaysOf, type AlarmLimits } from './limits.js';

export const engineStateSchema = z.object({
  /** Device clock: the newest time up to which any lead is known. */
  now: z.number(),
  leads: z.record(z.string(), leadSchema),
  /** Device clock: since when no lead can be read. */
  unreadableSince: z.number().nullable(),
  /** Device clock: start of the epoch with which it was last set. Absent in older states, and if it never was. */
  steppedAt: z.number().optional(),
  /** Wall clock of the last tick. */
  tickedAt: z.number().nullable(),
  episodes: episodesSchema,
});
export type AlarmEngineState = z.infer<typeof engineStateSchema>;

export function emptyState(): AlarmEngineState {
  const episodes = { open: {}, onSince: {}, offSince: {}, onsets: {}, pauses: [] };
  return { now: 0, leads: {}, unreadableSince: null, tickedAt: null, episodes };
}

const WINDOW_MS = (1000 * WINDOW) / MODEL_RATE;
/** A lead that is this far from the newest, in device milliseconds, has no say. */
const FRESH_MS = 15_000;
/** Windows of two leads close at most a window apart; their transport times differ by less than this, wall milliseconds. */
const UNDER_WAY_MS = 1000;
/** A stream is stalled after a window and 10 s of device time, but never before a broker's hiccup would be over (wall time). */
const STALLED_DEVICE_MS = WINDOW_MS + 10_000;
const STALLED_WALL_MS = 5_000;
/** Silence counts while it is watched: time without ticks, as in a restart, counts no more than this. Wall milliseconds. */
const LONGEST_TICK_MS = 5_000;
/**
 * A stream that was silent for this long no longer belongs to the bed, provided that its stall, if any, was acknowledged. Wall
 * milliseconds of counted silence.
 */
const FORGET_MS = 3_600_000;

const NOTHING = { gap: false, clockStepped: false, stream: '' };

export interface TickResult {
  readonly changes: AlarmChange[];
  /** True if the state must be saved, because a restart would otherwise repeat what was done. */
  readonly changed: boolean;
}

export class AlarmEngine {
  readonly #limits: () => AlarmLimits;
  readonly #state: AlarmEngineState;
  readonly #episodes: Episodes;

  /** @param limits called at every evaluation, since limits may change */
  constructor(device: string, state = emptyState(), limits: () => AlarmLimits = () => ADULT_LIMITS) {
    this.#limits = limits;
    this.#state = state;
    this.#episodes = new Episodes(device, state.episodes);
  }

  get state(): AlarmEngineState {
    return this.#state;
  }

  /** Takes in what a segment said. `wall` is milliseconds UTC. */
  observe(observation: Observation, wall: number): AlarmChange[] {
    const { stream } = observation;
    const state = this.#state;
    if (Object.keys(state.leads).length === 0) this.#episodes.beginAnew();
    const [lead, incidents] = nextLead(state.leads[stream], observation, wall);
    state.leads[stream] = lead;
    state.now = this.#newest(lead);
    if (incidents.clockStepped) this.#clockStepped(lead);
    const age = (wall - observation.closedAt) * observation.clockRate;
    return this.#evaluate({ ...incidents, stream }, { at: state.now, wall, age });
  }

  /** Lets wall time pass: call it every second or so. */
  tick(wall: number): TickResult {
    const state = this.#state;
    const passed = Math.min(LONGEST_TICK_MS, Math.max(0, wall - (state.tickedAt ?? wall)));
    state.tickedAt = wall;
    this.#episodes.follow(wall);
    let late = 0;
    for (const lead of Object.values(state.leads)) {
      // If the wall clock was set back, the silence goes on from now.
      lead.heardAt = Math.min(lead.heardAt, wall);
      lead.silence += Math.min(passed, wall - lead.heardAt);
      if (lead.ended) continue;
      lead.stalled ||= lead.silence > Math.max(STALLED_WALL_MS, STALLED_DEVICE_MS / lead.clockRate);
      if (lead.stalled) late = Math.max(late, lead.silence * lead.clockRate);
    }
    const forgotten = this.#forget();
    const moment = { at: state.now, wall };
    const changes: AlarmChange[] = [];
    // No stream came back: the reason is STREAM_ENDED, not CONDITION_ENDED as for a stream that returns.
    const isLeft = forgotten && !Object.values(this.#state.leads).some(({ stalled, ended }) => stalled && !ended);
    if (isLeft) changes.push(...this.#episodes.leave('stream-stalled', moment));
    if (late > 0 || forgotten) changes.push(...this.#evaluate(NOTHING, moment, late));
    changes.push(...this.#episodes.tellPauses(moment));
    return { changes, changed: forgotten || changes.length > 0 };
  }

  /** Carries out a person's request; undefined if it refers to nothing that is there, or comes too late. */
  request(request: AlarmRequest, wall: number): AlarmChange[] | undefined {
    return this.#episodes.request(request, { at: this.#state.now, wall });
  }

  /** Begins all delays anew: the lead's times are by a clock that the others may not have yet. */
  #clockStepped({ epoch, to }: LeadState): void {
    const state = this.#state;
    this.#episodes.clockStepped();
    state.steppedAt = state.now - (to - epoch);
    if (state.unreadableSince !== null) state.unreadableSince = Math.max(state.unreadableSince, state.steppedAt);
  }

  /** Forgets streams by their watched silence: time without ticks makes no stream old. A stall that nobody acknowledged stays. */
  #forget(): boolean {
    const { leads } = this.#state;
    const isSeen = this.#episodes.isSeen('stream-stalled');
    const stays = ({ silence, stalled, ended }: LeadState): boolean =>
      silence < FORGET_MS || (stalled && !ended && !isSeen);
    const kept = Object.entries(leads).filter(([, lead]) => stays(lead));
    if (kept.length === Object.keys(leads).length) return false;
    this.#state.leads = Object.fromEntries(kept);
    return true;
  }

  /** Returns the newest time up to which this lead, or one that has neither ended nor stalled, is known. */
  #newest(lead: LeadState): number {
    return Math.max(lead.to, ...this.#going().map(({ to }) => to));
  }

  #going(): LeadState[] {
    return Object.values(this.#state.leads).filter(({ ended, stalled }) => !ended && !stalled);
  }

  /** `late`: device milliseconds that have passed since the newest sample. Only the rule of `stream-stalled` counts them. */
  #evaluate(incidents: BedView['incidents'], moment: Moment, late = 0): AlarmChange[] {
    const limits = this.#limits();
    const bed = this.#view(incidents);
    const isReadable = readable(bed).length > 0;
    const isHeld = this.#isHeld(bed, isReadable, limits);
    const changes: AlarmChange[] = [];
    for (const kind of ALARM_KINDS) {
      const verdict = this.#sinceStep(verdictOf(kind, bed, limits));
      const when = kind === 'stream-stalled' ? { ...moment, at: moment.at + late } : moment;
      changes.push(...this.#episodes.apply(kind, verdict, delaysOf(limits, kind), when, isReadable));
      const mayHold = isHeld && verdict.is === 'unknown' && ALARMS[kind].category === 'PHYSIOLOGICAL';
      if (mayHold) changes.push(...this.#episodes.hold(kind, moment));
    }
    const leads = Object.values(this.#state.leads);
    if (leads.every(({ ended }) => ended)) changes.push(...this.#episodes.endAll(moment));
    return changes;
  }

  /** Limits `since` to when the clock was last set: no condition has lasted since before. */
  #sinceStep(verdict: Verdict): Verdict {
    const { now, steppedAt } = this.#state;
    if (steppedAt === undefined) return verdict;
    // The bed's time falls back if a lead whose clock is ahead ends.
    this.#state.steppedAt = Math.min(steppedAt, now);
    return { ...verdict, since: Math.max(verdict.since, this.#state.steppedAt) };
  }

  /** Whether the bed has been unreadable for long enough, or no lead has a say. */
  #isHeld({ now, leads }: BedView, isReadable: boolean, { heldSeconds }: AlarmLimits): boolean {
    const state = this.#state;
    if (isReadable) {
      state.unreadableSince = null;
      return false;
    }
    state.unreadableSince = Math.min(now, state.unreadableSince ?? now);
    return leads.length === 0 || now - state.unreadableSince >= 1000 * heldSeconds;
  }

  #view(incidents: BedView['incidents']): BedView {
    const { now, leads } = this.#state;
    const newestClosed = Math.max(...this.#going().map(closedAtOf));
    // The smaller distance by device clock and by wall clock: a lead's clock may be ahead, or a clock may have been set.
    const behind = (lead: LeadState): number =>
      Math.min(Math.abs(now - lead.to), Math.abs(newestClosed - closedAtOf(lead)) * lead.clockRate);
    const live = (lead: LeadState): boolean => !lead.stalled && behind(lead) < FRESH_MS;
    // The last piece of a stream still has its say.
    const present = Object.entries(leads).filter(
      ([stream, lead]) => live(lead) && (!lead.ended || stream === incidents.stream),
    );
    const stalled = Object.entries(leads).filter(([, lead]) => lead.stalled && !lead.ended);
    return {
      now,
      leads: present,
      current: present.filter(([, lead]) => behind(lead) + unjudged(lead) < WINDOW_MS + UNDER_WAY_MS * lead.clockRate),
      stalled: stalled.map(([stream]) => stream),
      incidents,
      asystole: this.#episodes.isOpen('asystole'),
    };
  }
}

/** Milliseconds of the newest signal not searched for beats: stretches between holes may be too short for that. */
function unjudged({ to, beatsTo, readableFrom, judgedTo = to }: LeadState): number {
  return beatsTo > readableFrom ? 0 : Math.max(0, to - judgedTo);
}

/** Wall milliseconds UTC at which the newest segment closed. */
function closedAtOf({ to, offset, clockRate }: LeadState): number {
  return (to - offset) / clockRate;
}
