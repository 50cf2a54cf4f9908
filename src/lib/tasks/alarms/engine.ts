/**
 * Alarms of one bed over all its leads, on device time. One event begins and one ends each episode, with an id that a
 * restart does not change; the state is plain data, so that it travels in the transaction that publishes the events.
 */
import { createHash } from 'node:crypto';
import { RHYTHM_CLASSES } from '../rhythm.js';
import { ADULT_LIMITS, type AlarmLimits } from './limits.js';
import { ALARM_KINDS, type AlarmKind } from './kinds.js';

/** What one segment of one lead said. Times are milliseconds UTC of the device's clock. */
export interface Observation {
  readonly stream: string;
  /** The interval whose beats are final now, half-open. */
  readonly beatsFrom: number;
  readonly beatsTo: number;
  readonly beats: readonly number[];
  readonly rate: number | null;
  /** Labels of the newest steps with the time of each step's end; none where there is not enough signal. */
  readonly labels: readonly { readonly at: number; readonly label: number }[];
  /** False for a lead that is off, saturated or constant: it has no say. */
  readonly readable: boolean;
  /** A gap or a new epoch came before this segment: what was known of the lead is void. */
  readonly restarted: boolean;
}

export interface AlarmChange {
  readonly id: string;
  readonly kind: AlarmKind;
  readonly state: 'ACTIVE' | 'ENDED';
  readonly onsetAt: number;
  readonly at: number;
}

interface LeadState {
  readable: boolean;
  /** Time from which the lead is known without a hole. */
  since: number;
  beatsTo: number;
  lastBeat: number | null;
  rate: number | null;
  labels: { at: number; label: number }[];
}

interface Episode {
  id: string;
  onsetAt: number;
}

export interface AlarmEngineState {
  leads: Record<string, LeadState>;
  active: Partial<Record<AlarmKind, Episode>>;
  /** Since when a condition that must last has held. */
  pending: Partial<Record<AlarmKind, number>>;
}

/** A lead that is this far behind the newest has ended or stalled: it has no say either. */
const FRESH_MS = 15_000;

const AF = RHYTHM_CLASSES.indexOf('A');
const NOISE = RHYTHM_CLASSES.indexOf('NOISE');

export class AlarmEngine {
  readonly #device: string;
  readonly #limits: AlarmLimits;
  readonly #state: AlarmEngineState;

  constructor(device: string, state?: AlarmEngineState, limits: AlarmLimits = ADULT_LIMITS) {
    this.#device = device;
    this.#limits = limits;
    this.#state = state ?? { leads: {}, active: {}, pending: {} };
  }

  get state(): AlarmEngineState {
    return this.#state;
  }

  observe(observation: Observation): AlarmChange[] {
    const lead = this.#updateLead(observation);
    const now = lead.beatsTo;
    const leads = Object.values(this.#state.leads).filter(
      ({ readable, beatsTo }) => readable && now - beatsTo < FRESH_MS,
    );
    // What must last is not known to last while nothing can be read.
    if (leads.length === 0) this.#state.pending = {};
    const changes: AlarmChange[] = [];
    for (const kind of ALARM_KINDS) {
      const verdict = leads.length === 0 ? 'unknown' : this.#verdict(kind, leads, now);
      const change = this.#apply(kind, verdict, now);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  #updateLead(observation: Observation): LeadState {
    const known = this.#state.leads[observation.stream];
    const lead: LeadState =
      known === undefined || observation.restarted
        ? {
            readable: true,
            since: observation.beatsFrom,
            beatsTo: observation.beatsFrom,
            lastBeat: null,
            rate: null,
            labels: [],
          }
        : known;
    lead.readable = observation.readable;
    lead.beatsTo = observation.beatsTo;
    lead.lastBeat = observation.beats.at(-1) ?? lead.lastBeat;
    lead.rate = observation.rate;
    const oldest = observation.beatsTo - this.#limits.afWindow;
    lead.labels = [...lead.labels, ...observation.labels].filter(({ at }) => at > oldest);
    this.#state.leads[observation.stream] = lead;
    return lead;
  }

  /** 'on' and 'off' are certain; 'unknown' keeps what is. */
  #verdict(kind: AlarmKind, leads: readonly LeadState[], now: number): 'on' | 'off' | 'unknown' {
    const limits = this.#limits;
    switch (kind) {
      case 'asystole': {
        const silence = leads.map(({ lastBeat, since, beatsTo }) => beatsTo - (lastBeat ?? since));
        if (silence.every((ms) => ms >= limits.asystole)) return 'on';
        // After a gap nothing is known until a beat: only a beat ends the alarm.
        return leads.some(({ lastBeat }, i) => lastBeat !== null && silence[i]! < limits.asystole) ? 'off' : 'unknown';
      }
      case 'tachycardia':
        return this.#rateVerdict(kind, leads, now, (rate) => rate > limits.tachycardia, (rate) => rate < limits.tachycardia - limits.hysteresis); // prettier-ignore
      case 'bradycardia':
        return this.#rateVerdict(kind, leads, now, (rate) => rate < limits.bradycardia, (rate) => rate > limits.bradycardia + limits.hysteresis); // prettier-ignore
      case 'atrial-fibrillation': {
        const shares = leads.map((lead) => afShare(lead, limits.afWindow)).filter((share) => share !== undefined);
        if (shares.length === 0) return 'unknown';
        if (shares.some((share) => share >= limits.afOn)) return 'on';
        return shares.every((share) => share <= limits.afOff) ? 'off' : 'unknown';
      }
    }
  }

  /** Beyond the limit on all leads that have a rate, for as long as the delay; back inside the hysteresis to end. */
  #rateVerdict(
    kind: AlarmKind,
    leads: readonly LeadState[],
    now: number,
    beyond: (rate: number) => boolean,
    back: (rate: number) => boolean,
  ): 'on' | 'off' | 'unknown' {
    const rates = leads.map(({ rate }) => rate).filter((rate) => rate !== null);
    if (rates.length === 0 || !rates.every(beyond)) {
      this.#state.pending = Object.fromEntries(Object.entries(this.#state.pending).filter(([key]) => key !== kind));
      return rates.some(back) ? 'off' : 'unknown';
    }
    const since = (this.#state.pending[kind] ??= now);
    return now - since >= this.#limits.rateDelay ? 'on' : 'unknown';
  }

  #apply(kind: AlarmKind, verdict: 'on' | 'off' | 'unknown', now: number): AlarmChange | undefined {
    const { active } = this.#state;
    const episode = active[kind];
    if (verdict === 'on' && episode === undefined) {
      const id = createHash('sha256').update(`${this.#device}\n${kind}\n${now}`).digest('hex').slice(0, 16);
      active[kind] = { id, onsetAt: now };
      return { id, kind, state: 'ACTIVE', onsetAt: now, at: now };
    }
    if (verdict === 'off' && episode !== undefined) {
      this.#state.active = Object.fromEntries(Object.entries(active).filter(([key]) => key !== kind));
      return { id: episode.id, kind, state: 'ENDED', onsetAt: episode.onsetAt, at: now };
    }
    return undefined;
  }
}

/** Share of AF among the readable steps; undefined while they fill less than half of the window. */
function afShare(lead: LeadState, window: number): number | undefined {
  const readable = lead.labels.filter(({ label }) => label !== NOISE);
  const stepMs = (256 / 300) * 1000;
  if (readable.length * stepMs < window / 2) return undefined;
  return readable.filter(({ label }) => label === AF).length / readable.length;
}
