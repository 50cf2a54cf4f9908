/** The open episodes of a bed according to IEC 60601-1-8: delays, latching, superseding, acknowledgement, audio pause. */
import { createHash } from 'node:crypto';
import type { Verdict } from './conditions.js';
import {
  concerns,
  HISTORICAL_MS,
  stateOf,
  wasThere,
  type AlarmChange,
  type AlarmRequest,
  type ChangeReason,
  type Episode,
  type EpisodesState,
} from './episode.js';
import { ALARM_KINDS, ALARMS, latches, SUPERSEDES, type AlarmKind } from './kinds.js';
import { forgetAll, holds, isGone, isOver, without } from './lasting.js';
import { breakPauses, countDown, pause, pausedUntil, resume } from './pauses.js';

export interface Moment {
  /** Device clock. */
  readonly at: number;
  /** Wall clock. */
  readonly wall: number;
  /** Device milliseconds since the window of this moment closed; undefined if a command or the passing of time brought it. */
  readonly age?: number | undefined;
}

/** Delays of one kind, device milliseconds. */
export interface Delays {
  readonly on: number;
  readonly off: number;
}

export class Episodes {
  readonly #device: string;
  readonly #state: EpisodesState;

  constructor(device: string, state: EpisodesState) {
    this.#device = device;
    this.#state = state;
  }

  isOpen(kind: AlarmKind): boolean {
    const episode = this.#state.open[kind];
    return episode !== undefined && !episode.latched;
  }

  /** Called when the device's clock was set: delays begin anew, and the times of earlier ends are forgotten. */
  clockStepped(): void {
    this.#forgetDelays();
    this.#state.ends = {};
  }

  /** Applies a verdict. `isReadable`: a lead of the bed can be read, so that nothing is held. */
  apply(kind: AlarmKind, verdict: Verdict, delays: Delays, moment: Moment, isReadable: boolean): AlarmChange[] {
    const { is, since, streams } = verdict;
    const { offSince } = this.#state;
    const episode = this.#state.open[kind];
    if (is !== 'on') {
      isGone(this.#state, kind, moment.at);
      if (episode !== undefined) delete episode.differing;
    }
    if (is !== 'off') this.#state.offSince = without(offSince, kind);
    if (is === 'on') {
      const { began, lasted } = holds(this.#state, kind, since, moment.at);
      if (lasted < delays.on && episode?.latched !== false) return [];
      if (episode === undefined || episode.past === true)
        return this.#isSuppressed(kind) ? [] : this.#raise(kind, began, streams, moment);
      return this.#goOn(kind, episode, moment, takesMore(kind, episode, streams, delays, moment.at));
    }
    if (episode === undefined || episode.latched) return [];
    if (is === 'unknown') return isReadable ? this.#goOn(kind, episode, moment) : [];
    const gone = (offSince[kind] = Math.min(offSince[kind] ?? moment.at, moment.at));
    if (moment.at - gone >= delays.off) return [this.#end(kind, episode, 'CONDITION_ENDED', moment)];
    if (!episode.held) return [];
    episode.held = false;
    return [this.#change(kind, episode, 'READABLE', moment)];
  }

  /** Holds the episode: nobody knows any more whether the condition goes on. */
  hold(kind: AlarmKind, moment: Moment): AlarmChange[] {
    const episode = this.#state.open[kind];
    if (episode === undefined || episode.held || episode.latched) return [];
    episode.held = true;
    return [this.#change(kind, episode, 'UNREADABLE', moment)];
  }

  /** True if a person has acknowledged the open episode of the kind, or there is none. */
  isSeen(kind: AlarmKind): boolean {
    const episode = this.#state.open[kind];
    return episode?.acknowledgedBy !== null;
  }

  /** Ends the episode because the leads that showed it no longer belong to the bed. */
  leave(kind: AlarmKind, moment: Moment): AlarmChange[] {
    const episode = this.#state.open[kind];
    return episode === undefined ? [] : [this.#end(kind, episode, 'STREAM_ENDED', moment)];
  }

  /** Called when the bed had no stream left: a latched episode may be another patient's. */
  beginAnew(): void {
    for (const [, episode] of this.#entries()) if (episode.latched) episode.past = true;
  }

  /** Ensures that nothing was raised later than now, even if the wall clock was set back. */
  follow(wall: number): void {
    for (const [, episode] of this.#entries()) episode.raisedAt = Math.min(episode.raisedAt, wall);
  }

  /** Ends all episodes, since no lead is left that could say more. Later conditions begin anew. */
  endAll(moment: Moment): AlarmChange[] {
    this.#forgetDelays();
    return this.#entries().flatMap(([kind, episode]) =>
      episode.latched ? [] : [this.#end(kind, episode, 'STREAM_ENDED', moment)],
    );
  }

  /** Carries out a request; undefined if it refers to nothing that is there, or comes too late. */
  request(request: AlarmRequest, moment: Moment): AlarmChange[] | undefined {
    switch (request.action) {
      case 'ACKNOWLEDGE':
        return this.#acknowledge(request, moment);
      case 'PAUSE':
        return this.#pause(request, moment);
      case 'RESUME': {
        const left = resume(this.#state.pauses, request, this.#concerned(request));
        if (left === undefined) return undefined;
        this.#state.pauses = left;
        return this.tellPauses(moment);
      }
    }
  }

  /** Ends pauses that have run out, and reports each episode whose sound comes back or stops. */
  tellPauses(moment: Moment): AlarmChange[] {
    this.#state.pauses = countDown(this.#state.pauses, moment.wall);
    return this.#entries().flatMap(([kind, episode]) => {
      const until = pausedUntil(this.#state.pauses, kind, episode, moment.wall);
      if (until === episode.pausedUntil) return [];
      return [this.#change(kind, episode, until === null ? 'RESUMED' : 'PAUSED', moment)];
    });
  }

  #acknowledge(request: AlarmRequest, moment: Moment): AlarmChange[] | undefined {
    const meant = this.#concerned(request).filter(
      ([, episode]) => episode.acknowledgedBy === null && wasThere(episode, request.at),
    );
    if (meant.length === 0) return undefined;
    return meant.map(([kind, episode]) => {
      episode.acknowledgedBy = request.author;
      episode.acknowledgedAt = moment.wall;
      if (episode.latched) return this.#end(kind, episode, 'ACKNOWLEDGED', moment);
      return this.#change(kind, episode, 'ACKNOWLEDGED', moment);
    });
  }

  #pause(request: AlarmRequest, moment: Moment): AlarmChange[] | undefined {
    const pauses = pause(this.#state.pauses, request, this.#concerned(request), moment.wall);
    if (pauses === undefined) return undefined;
    this.#state.pauses = pauses;
    return this.tellPauses(moment);
  }

  #forgetDelays(): void {
    forgetAll(this.#state);
    this.#state.offSince = {};
    for (const [, episode] of this.#entries()) delete episode.differing;
  }

  /**
   * Begins an episode, which replaces a past one. `began`: since when the condition has held; time before the end of the last
   * episode of the kind does not count.
   */
  #raise(kind: AlarmKind, began: number, streams: readonly string[], moment: Moment): AlarmChange[] {
    const onsetAt = Math.min(Math.max(began, this.#state.ends?.[kind] ?? began), moment.at);
    const episode: Episode = {
      id: this.#newId(kind, onsetAt),
      onsetAt,
      at: onsetAt,
      raisedAt: moment.wall,
      streams: [...streams],
      held: false,
      latched: false,
      acknowledgedBy: null,
      acknowledgedAt: null,
      pausedUntil: null,
      historical: isHistorical(moment),
    };
    const past = this.#state.open[kind];
    const ended = past === undefined ? [] : [this.#end(kind, past, 'SUPERSEDED', moment, episode.id)];
    this.#state.open[kind] = episode;
    this.#state.pauses = breakPauses(this.#state.pauses, kind, episode);
    return [...ended, this.#change(kind, episode, 'ONSET', moment), ...this.#takeOver(kind, episode, moment)];
  }

  /** Ends the episodes that it supersedes, and reports those that sound again because it has ended their pause. */
  #takeOver(kind: AlarmKind, { id }: Episode, moment: Moment): AlarmChange[] {
    const ended = (SUPERSEDES[kind] ?? []).flatMap((lower) => {
      const superseded = this.#state.open[lower];
      return superseded === undefined ? [] : [this.#end(lower, superseded, 'SUPERSEDED', moment, id)];
    });
    return [...ended, ...this.tellPauses(moment)];
  }

  /**
   * Reports an episode that is readable again, back before it was acknowledged, or for the first time not historical. `isMore`:
   * another lead shows it too, which whoever acknowledged it has not seen.
   */
  #goOn(kind: AlarmKind, episode: Episode, moment: Moment, isMore = false): AlarmChange[] {
    const { held, latched } = episode;
    const isNews = episode.historical === true && episode.acknowledgedBy === null && isFresh(moment);
    if (!held && !latched && !isMore && !isNews) return [];
    episode.held = false;
    episode.latched = false;
    if (latched || isMore) episode.raisedAt = moment.wall;
    if (isMore) Object.assign(episode, { acknowledgedBy: null, acknowledgedAt: null });
    if (latched) this.#state.pauses = breakPauses(this.#state.pauses, kind, episode);
    if (isFresh(moment)) episode.historical = false;
    else if (latched || isMore) episode.historical = isHistorical(moment);
    const change = this.#change(kind, episode, latched || isMore || isNews ? 'RETURNED' : 'READABLE', moment);
    return latched ? [change, ...this.#takeOver(kind, episode, moment)] : [change];
  }

  #end(
    kind: AlarmKind,
    episode: Episode,
    reason: ChangeReason,
    moment: Moment,
    supersededBy: string | null = null,
  ): AlarmChange {
    const isOver = !episode.latched;
    episode.held = false;
    const seen = episode.acknowledgedBy !== null || supersededBy !== null;
    if (latches(kind) && !seen) {
      episode.latched = true;
      return this.#noteEnd(this.#change(kind, episode, reason, moment));
    }
    this.#state.open = without(this.#state.open, kind);
    const end: AlarmChange = { ...this.#change(kind, episode, reason, moment), state: 'ENDED', supersededBy };
    // The condition of a latched episode ended earlier.
    return isOver ? this.#noteEnd(end) : end;
  }

  #noteEnd(change: AlarmChange): AlarmChange {
    isOver(this.#state, change.kind);
    this.#state.ends = { ...this.#state.ends, [change.kind]: change.at };
    return change;
  }

  #change(kind: AlarmKind, episode: Episode, reason: ChangeReason, moment: Moment): AlarmChange {
    episode.at = Math.max(episode.at, moment.at);
    episode.pausedUntil = pausedUntil(this.#state.pauses, kind, episode, moment.wall);
    const { id, onsetAt, at, streams, acknowledgedBy, acknowledgedAt } = episode;
    const told = { id, kind, onsetAt, at, streams, acknowledgedBy, acknowledgedAt };
    return { ...told, pausedUntil: episode.pausedUntil, state: stateOf(episode), reason, supersededBy: null };
  }

  #isSuppressed(kind: AlarmKind): boolean {
    return ALARM_KINDS.some((higher) => this.isOpen(higher) && SUPERSEDES[higher]?.includes(kind) === true);
  }

  /** Returns an id that is the same after a restart, and that no other episode has. */
  #newId(kind: AlarmKind, onsetAt: number): string {
    const last = this.#state.onsets[kind] ?? { newest: -Infinity, repeats: 0 };
    const repeats = onsetAt > last.newest ? last.repeats : last.repeats + 1;
    this.#state.onsets[kind] = { newest: Math.max(onsetAt, last.newest), repeats };
    const name = onsetAt > last.newest ? [this.#device, kind, onsetAt] : [this.#device, kind, onsetAt, repeats];
    return createHash('sha256').update(name.join('\n')).digest('hex').slice(0, 16);
  }

  #concerned(request: AlarmRequest): [AlarmKind, Episode][] {
    return this.#entries().filter(([kind, episode]) => concerns(request, kind, episode));
  }

  #entries(): [AlarmKind, Episode][] {
    return ALARM_KINDS.flatMap((kind): [AlarmKind, Episode][] => {
      const episode = this.#state.open[kind];
      return episode === undefined ? [] : [[kind, episode]];
    });
  }
}

/** Leads that show a condition within a window plus transport of each other are one event. Device milliseconds. */
const TOGETHER_MS = 7_000;

/**
 * Updates an episode's streams to those of the verdict. Returns true if one joins a technical episode later than the first; each
 * waits for the kind's own delays. Leads judge a heart together, so one that joins a physiological episode is no news.
 */
function takesMore(kind: AlarmKind, episode: Episode, streams: readonly string[], delays: Delays, at: number): boolean {
  const added = streams.filter((stream) => !episode.streams.includes(stream));
  if (ALARMS[kind].category === 'PHYSIOLOGICAL') {
    episode.streams = [...episode.streams, ...added];
    return false;
  }
  const gone = episode.streams.filter((stream) => !streams.includes(stream));
  const since = new Map([...added, ...gone].map((each) => [each, Math.min(episode.differing?.[each] ?? at, at)]));
  const lasting = (each: string, delay: number): boolean => at - (since.get(each) ?? at) >= delay;
  const entering = added.filter((each) => lasting(each, delays.on));
  const leaving = gone.filter((each) => lasting(each, delays.off));
  for (const each of [...entering, ...leaving]) since.delete(each);
  const left = [...episode.streams.filter((each) => !leaving.includes(each)), ...entering];
  // Perhaps none that shows it has done so for long enough yet: then the old ones stay.
  if (left.length > 0) episode.streams = left;
  if (since.size > 0) episode.differing = Object.fromEntries(since);
  else delete episode.differing;
  // Leads that come with one frame or one cable are one event.
  const isNews = episode.acknowledgedBy !== null || at - episode.onsetAt > TOGETHER_MS;
  return isNews && entering.length > 0;
}

function isHistorical({ age = 0 }: Moment): boolean {
  return age > HISTORICAL_MS;
}

/** Whether the moment has a window that is not historical: what it shows may ring. */
function isFresh({ age }: Moment): boolean {
  return age !== undefined && age <= HISTORICAL_MS;
}
