/** Composes what a bed's leads say, second by second, for the alarm rules. */
import type { AlarmChange } from '../../../../src/lib/tasks/alarms/episode.js';
import { AlarmEngine } from '../../../../src/lib/tasks/alarms/engine.js';
import type { Obstacle, Observation } from '../../../../src/lib/tasks/alarms/lead.js';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { ADULT_LIMITS, type AlarmLimits } from '../../../../src/lib/tasks/alarms/limits.js';

export const T0 = Date.UTC(2026, 0, 2);
const GUARD_MS = 300;
const STEP_MS = (256 / 300) * 1000;

/** Intervals as in atrial fibrillation, ms: none tells the next. */
export function fibrillating(count = 200, mean = 700): number[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, () => Math.round(mean * (0.6 + 0.8 * random.uniform())));
}

export interface Said {
  /** Beats a minute, or intervals in ms, over and over; null: no beat. */
  readonly bpm?: number | null;
  readonly intervals?: readonly number[];
  readonly label?: number | undefined;
  readonly obstacle?: Obstacle | null;
  /** Length of a piece; 2 by default. */
  readonly seconds?: number;
  /** A hole follows: no beat waits for the next piece. */
  readonly cut?: boolean;
  /** Too short for the network that finds beats. */
  readonly unjudged?: boolean;
  readonly over?: Partial<Observation>;
}

/** Wall clock and device clock go together, unless a test moves one. */
export class Ward {
  engine: AlarmEngine;
  readonly #device: string;
  /** A test may change them. */
  limits: AlarmLimits;
  /** Wall milliseconds UTC. */
  wall = T0;
  readonly leads: Lead[];

  constructor({ leads = 1, device = 'bed-1', limits = ADULT_LIMITS } = {}) {
    this.#device = device;
    this.limits = limits;
    this.engine = new AlarmEngine(device, undefined, () => this.limits);
    this.leads = Array.from({ length: leads }, (_, i) => new Lead(this, `${device}.${i + 1}`));
  }

  /** All leads say the same, or each its own, in pieces of two seconds, the clock ticking between them. */
  play(seconds: number, ...said: readonly Said[]): AlarmChange[] {
    const changes: AlarmChange[] = [];
    for (let at = 0; at < seconds; at += 2) {
      this.wall += 2000;
      this.leads.forEach((lead, i) => changes.push(...lead.say(said[i] ?? said[0] ?? {})));
      changes.push(...this.engine.tick(this.wall).changes);
    }
    return changes;
  }

  /** The same, with a hole of so many seconds behind every `run` seconds on all leads; the heart goes on in it. */
  playWithHoles(seconds: number, run: number, hole: number, ...said: readonly Said[]): AlarmChange[] {
    const changes: AlarmChange[] = [];
    for (let at = 0; at < seconds; at += run + hole) {
      this.wall += 1000 * run;
      this.leads.forEach((lead, i) => {
        changes.push(...lead.say({ ...(said[i] ?? said[0] ?? {}), seconds: run, cut: true, unjudged: run < 0.85 }));
      });
      changes.push(...this.engine.tick(this.wall).changes);
      this.wall += 1000 * hole;
      for (const lead of this.leads) lead.lose(hole);
    }
    return changes;
  }

  /** Nothing arrives, the clock ticks every second. */
  wait(seconds: number): AlarmChange[] {
    return Array.from({ length: seconds }, () => {
      this.wall += 1000;
      return this.engine.tick(this.wall).changes;
    }).flat();
  }

  ask(action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME', over: Partial<Parameters<AlarmEngine['request']>[0]> = {}) {
    const request = { action, alarm: null, kind: null, pauseMs: null, author: 'nurse-3', at: this.wall, ...over };
    return this.engine.request(request, this.wall);
  }

  /** The process is replaced; state goes through JSON. */
  restart(): void {
    const state = JSON.parse(JSON.stringify(this.engine.state)) as AlarmEngine['state'];
    this.engine = new AlarmEngine(this.#device, state, () => this.limits);
  }
}

export class Lead {
  readonly #ward: Ward;
  readonly name: string;
  epoch = T0;
  index = 0;
  #lastBeat = 0;
  #beats = 0;
  #labelled = 0;
  #beatsTo = 0;
  #isLost = false;
  /** A hole, or another epoch, lies before the next piece. */
  #restarts = false;

  constructor(ward: Ward, name: string) {
    this.#ward = ward;
    this.name = name;
  }

  /** Samples are lost: the next piece begins later. */
  skip(seconds: number): void {
    this.index += 300 * seconds;
    this.#ward.wall += 1000 * seconds;
    this.#restart();
  }

  /** Samples are lost, and with them the beats that are in them; the clock is the caller's. */
  lose(seconds: number): void {
    this.index += Math.round(300 * seconds);
    this.#beatsTo = (this.index * 1000) / 300;
    this.#labelled = this.#beatsTo;
    this.#isLost = true;
    this.#restarts = true;
  }

  /** A new epoch begins at a time of the device's clock. */
  begin(epoch: number): void {
    this.epoch = epoch;
    this.index = 0;
    this.#restart();
  }

  #restart(): void {
    this.#restarts = true;
    const now = (this.index * 1000) / 300;
    this.#lastBeat = now;
    this.#beatsTo = now;
    this.#labelled = now;
  }

  say({ bpm = 60, intervals, label, obstacle = null, seconds = 2, cut, unjudged, over = {} }: Said): AlarmChange[] {
    const from = (this.index * 1000) / 300;
    const to = from + 1000 * seconds;
    const judgedTo = unjudged === true ? from : to;
    const beatsTo = obstacle === null && cut !== true ? judgedTo - GUARD_MS : judgedTo;
    const beats: number[] = [];
    const next = (): number => {
      if (intervals !== undefined) return intervals[this.#beats % intervals.length] ?? Infinity;
      return bpm === null ? Infinity : 60_000 / bpm;
    };
    if (bpm === null) this.#lastBeat = Math.max(this.#lastBeat, beatsTo - 100_000);
    if (this.#isLost) {
      for (let beat = this.#lastBeat + next(); beat < this.#beatsTo; beat += next()) {
        this.#beats += 1;
        this.#lastBeat = beat;
      }
    }
    this.#isLost = false;
    for (let beat = Math.max(this.#lastBeat + next(), this.#beatsTo); beat < beatsTo; beat += next()) {
      beats.push(beat);
      this.#beats += 1;
      this.#lastBeat = beat;
    }
    const labels: { at: number; label: number }[] = [];
    for (; this.#labelled + STEP_MS <= to; this.#labelled += STEP_MS) {
      if (label !== undefined) labels.push({ at: this.epoch + this.#labelled + STEP_MS, label });
    }
    const start = this.index;
    this.index += Math.round(300 * seconds);
    this.#beatsTo = beatsTo;
    const restarted = this.#restarts;
    this.#restarts = false;
    return this.#ward.engine.observe(
      {
        stream: this.name,
        epoch: this.epoch,
        start,
        end: this.index,
        from: this.epoch + from,
        to: this.epoch + to,
        obstacle,
        restarted,
        last: false,
        clockStepped: false,
        closedAt: this.#ward.wall,
        clockRate: 1,
        beats: beats.map((beat) => this.epoch + beat),
        beatsTo: this.epoch + beatsTo,
        labels,
        ...over,
      },
      this.#ward.wall,
    );
  }
}

export const brief = (changes: readonly AlarmChange[]): string[] =>
  changes.map(({ kind, state, reason }) => `${kind} ${state} ${reason}`);

/** Only the kinds that begin so. */
export const of = (changes: readonly AlarmChange[], kind: string): string[] =>
  changes.filter((change) => change.kind === kind).map(({ state, reason }) => `${state} ${reason}`);
