/** The open episodes of a bed by IEC 60601-1-8: delays, latching, superseding, acknowledgement, audio pause. */
import { createHash } from 'node:crypto';
import type { Verdict } from './conditions.js';
import { concerns, stateOf, type AlarmChange, type AlarmRequest, type ChangeReason, type Episode, type EpisodesState } from './episode.js'; // prettier-ignore
import { ALARM_KINDS, latches, SUPERSEDES, type AlarmKind } from './kinds.js';
import { breakPauses, pause, pausedUntil, resume } from './pauses.js';

export interface Moment {
  /** Device clock. */
  readonly at: number;
  /** Wall clock. */
  readonly wall: number;
}

/** Delays of one kind, device milliseconds. */
export interface Delays {
  readonly on: number;
  readonly off: number;
}

/** An acknowledgement speaks of what was there when it was given; clocks of two machines differ by less. */
const CLOCK_SKEW_MS = 2000;

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

  /** What must last or be gone for a while begins anew: the clock was set, or nothing can be read. */
  forgetDelays(): void {
    this.#state.onSince = {};
    this.#state.offSince = {};
  }

  apply(kind: AlarmKind, { is, since, streams }: Verdict, delays: Delays, moment: Moment): AlarmChange[] {
    const { onSince, offSince } = this.#state;
    const episode = this.#state.open[kind];
    if (is !== 'on') this.#state.onSince = without(onSince, kind);
    if (is !== 'off') this.#state.offSince = without(offSince, kind);
    if (is === 'unknown') return [];
    if (is === 'on') {
      const began = (onSince[kind] ??= Math.min(since, moment.at));
      if (episode !== undefined) return this.#goOn(kind, episode, moment);
      return moment.at - began >= delays.on && !this.#isSuppressed(kind)
        ? this.#raise(kind, began, streams, moment)
        : [];
    }
    if (episode === undefined || episode.latched) return [];
    const gone = (offSince[kind] ??= moment.at);
    if (moment.at - gone >= delays.off) return [this.#end(kind, episode, 'CONDITION_ENDED', moment)];
    return this.#goOn(kind, episode, moment);
  }

  /** Nobody knows any more whether it goes on. */
  hold(kind: AlarmKind, moment: Moment): AlarmChange[] {
    const episode = this.#state.open[kind];
    if (episode === undefined || episode.held || episode.latched) return [];
    episode.held = true;
    return [this.#change(kind, episode, 'UNREADABLE', moment)];
  }

  /** No lead is left that could say more. */
  endAll(moment: Moment): AlarmChange[] {
    return this.#entries().flatMap(([kind, episode]) =>
      episode.latched ? [] : [this.#end(kind, episode, 'STREAM_ENDED', moment)],
    );
  }

  /** Undefined where the request speaks of nothing that is there, or comes too late. */
  request(request: AlarmRequest, moment: Moment): AlarmChange[] | undefined {
    switch (request.action) {
      case 'ACKNOWLEDGE':
        return this.#acknowledge(request, moment);
      case 'PAUSE':
        return this.#pause(request, moment);
      case 'RESUME': {
        const left = resume(this.#state.pauses, request);
        if (left.length === this.#state.pauses.length) return undefined;
        this.#state.pauses = left;
        return this.tellPauses(moment);
      }
    }
  }

  /** Pauses end by themselves; each episode whose sound comes back, or goes, says so. */
  tellPauses(moment: Moment): AlarmChange[] {
    this.#state.pauses = this.#state.pauses.filter(({ until }) => until > moment.wall);
    return this.#entries().flatMap(([kind, episode]) => {
      const until = pausedUntil(this.#state.pauses, kind, episode, moment.wall);
      if (until === episode.pausedUntil) return [];
      return [this.#change(kind, episode, until === null ? 'RESUMED' : 'PAUSED', moment)];
    });
  }

  #acknowledge(request: AlarmRequest, moment: Moment): AlarmChange[] | undefined {
    const meant = this.#entries().filter(
      ([kind, episode]) =>
        concerns(request, kind, episode) &&
        episode.acknowledgedBy === null &&
        episode.raisedAt <= request.at + CLOCK_SKEW_MS,
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
    const meant = this.#entries().filter(([kind, episode]) => concerns(request, kind, episode));
    const kinds = meant.map(([kind]) => kind);
    const pauses = pause(this.#state.pauses, request, kinds, moment.wall);
    if (pauses === undefined) return undefined;
    this.#state.pauses = pauses;
    return this.tellPauses(moment);
  }

  #raise(kind: AlarmKind, onsetAt: number, streams: readonly string[], moment: Moment): AlarmChange[] {
    const episode: Episode = {
      ...{ id: this.#newId(kind, onsetAt), onsetAt, at: onsetAt, raisedAt: moment.wall, streams: [...streams] },
      ...{ held: false, latched: false, acknowledgedBy: null, acknowledgedAt: null, pausedUntil: null },
    };
    this.#state.open[kind] = episode;
    this.#state.pauses = breakPauses(this.#state.pauses, kind, episode);
    const changes = [this.#change(kind, episode, 'ONSET', moment)];
    for (const lower of SUPERSEDES[kind] ?? []) {
      const superseded = this.#state.open[lower];
      if (superseded !== undefined) changes.push(this.#end(lower, superseded, 'SUPERSEDED', moment, episode.id));
    }
    return [...changes, ...this.tellPauses(moment)];
  }

  /** Readable again, or back before it was acknowledged. */
  #goOn(kind: AlarmKind, episode: Episode, moment: Moment): AlarmChange[] {
    const { held, latched } = episode;
    if (!held && !latched) return [];
    episode.held = false;
    episode.latched = false;
    return [this.#change(kind, episode, latched ? 'RETURNED' : 'READABLE', moment)];
  }

  #end(
    kind: AlarmKind,
    episode: Episode,
    reason: ChangeReason,
    moment: Moment,
    supersededBy: string | null = null,
  ): AlarmChange {
    // prettier-ignore
    episode.held = false;
    const seen = episode.acknowledgedBy !== null || supersededBy !== null;
    if (latches(kind) && !seen) {
      episode.latched = true;
      return this.#change(kind, episode, reason, moment);
    }
    this.#state.open = without(this.#state.open, kind);
    return { ...this.#change(kind, episode, reason, moment), state: 'ENDED', supersededBy };
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

  /** The same after a restart, and no other episode's. */
  #newId(kind: AlarmKind, onsetAt: number): string {
    const last = this.#state.onsets[kind] ?? { newest: -Infinity, repeats: 0 };
    const repeats = onsetAt > last.newest ? last.repeats : last.repeats + 1;
    this.#state.onsets[kind] = { newest: Math.max(onsetAt, last.newest), repeats };
    const name = onsetAt > last.newest ? [this.#device, kind, onsetAt] : [this.#device, kind, onsetAt, repeats];
    return createHash('sha256').update(name.join('\n')).digest('hex').slice(0, 16);
  }

  #entries(): [AlarmKind, Episode][] {
    return ALARM_KINDS.flatMap((kind): [AlarmKind, Episode][] => {
      const episode = this.#state.open[kind];
      return episode === undefined ? [] : [[kind, episode]];
    });
  }
}

function without<T extends object>(record: T, key: keyof T): T {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key)) as T;
}
