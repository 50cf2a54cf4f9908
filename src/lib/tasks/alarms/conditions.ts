/** The rules: what the leads of a bed say about each kind of alarm. Times are milliseconds of the device's clock. */
import { MODEL_RATE, WINDOW } from '../../signal/grid.js';
import { RHYTHM_CLASSES } from '../rhythm.js';
import { irregularityOf } from './irregularity.js';
import type { AlarmKind } from './kinds.js';
import { quietOf, silenceOf, type Incidents, type LeadState, type Obstacle } from './lead.js';
import type { AlarmLimits } from './limits.js';
import { missesBeatsOf } from './missed-beats.js';
import { silentSince } from './quiet.js';
import { ratesOf, type Rates } from './rates.js';

/** 'on' and 'off' are certain; 'unknown' leaves an alarm as it is. */
export interface Verdict {
  readonly is: 'on' | 'off' | 'unknown';
  /** If 'on': since when the condition has held. */
  readonly since: number;
  /** The streams that show it. */
  readonly streams: readonly string[];
}

export interface BedView {
  /** The newest time up to which any lead is known. */
  readonly now: number;
  /** Leads that have not ended, are not stalled and are not far behind the newest. */
  readonly leads: readonly (readonly [stream: string, lead: LeadState])[];
  /** Those of `leads` that are less than a window plus transport behind: older signal does not describe the present. */
  readonly current: BedView['leads'];
  readonly stalled: readonly string[];
  /** Momentary events of the newest segment, and its stream. */
  readonly incidents: Incidents & { readonly stream: string };
  /** True while an asystole episode is open. */
  readonly asystole: boolean;
}

const AF = RHYTHM_CLASSES.indexOf('A');
const OTHER = RHYTHM_CLASSES.indexOf('O');
const NOISE = RHYTHM_CLASSES.indexOf('NOISE');
const STEP_MS = (256 / 300) * 1000;

const UNKNOWN: Verdict = { is: 'unknown', since: 0, streams: [] };
const OFF: Verdict = { is: 'off', since: 0, streams: [] };

export function readable({ leads }: Pick<BedView, 'leads'>): readonly (readonly [string, LeadState])[] {
  return leads.filter(([, { obstacle }]) => obstacle === null);
}

export function verdictOf(kind: AlarmKind, bed: BedView, limits: AlarmLimits): Verdict {
  switch (kind) {
    case 'asystole':
      return asystole(bed, limits);
    case 'asystole-or-lead-off':
      return constantLine(bed, 1000 * limits.asystoleSeconds);
    case 'extreme-tachycardia':
      return tooFast(bed, 'fast', limits.extremeTachycardia, limits.rateHysteresis);
    case 'tachycardia':
      return tooFast(bed, 'atLeast', limits.tachycardia, limits.rateHysteresis);
    case 'extreme-bradycardia':
      return tooSlow(bed, 'slow', limits.extremeBradycardia, limits.rateHysteresis);
    case 'bradycardia':
      return tooSlow(bed, 'atMost', limits.bradycardia, limits.rateHysteresis);
    case 'atrial-fibrillation':
      return whereIrregular(bed, ofLabels(bed, AF, limits.atrialFibrillation), limits.irregularity);
    case 'other-rhythm':
      return ofLabels(bed, OTHER, limits.otherRhythm);
    case 'lead-off':
      return leadOff(bed, 1000 * limits.asystoleSeconds);
    case 'saturation':
    case 'noise':
    case 'decode-failed':
      return ofObstacle(bed, kind);
    case 'unwatched':
      return unwatched(bed);
    case 'stream-stalled':
      return bed.stalled.length > 0 ? { is: 'on', since: bed.now, streams: bed.stalled } : OFF;
    case 'gap':
      return incident(bed, bed.incidents.gap);
    case 'clock-stepped':
      return incident(bed, bed.incidents.clockStepped);
  }
}

/**
 * A lead holds asystole back until `asystoleSeconds` of its signal have no beat, however many holes lie in between. Stretches
 * between holes count as silence only if a heart that beats in the holes alone would be below the bradycardia limit.
 */
function asystole(bed: BedView, { asystoleSeconds, bradycardia }: AlarmLimits): Verdict {
  const limit = 1000 * asystoleSeconds;
  const leads = readable({ leads: bed.current });
  const constant = bed.leads.filter(([, { obstacle }]) => obstacle === 'constant');
  // A line that first went quiet and then flat is still the same asystole.
  if (leads.length === 0) return bed.asystole && constant.length > 0 ? on(bed.now, constant) : UNKNOWN;
  const silent = leads.flatMap((entry) => {
    const since = silentSince(entry[1], limit, 60_000 / bradycardia);
    return since === undefined ? [] : [{ entry, since }];
  });
  if (silent.length > 0 && leads.every(([, lead]) => quietOf(lead) >= limit)) {
    return on(
      Math.max(...silent.map(({ since }) => since)),
      silent.map(({ entry }) => entry),
    );
  }
  // After a gap nothing is known until a beat comes: only a beat ends the alarm.
  return hasBeats(bed, limit) ? OFF : UNKNOWN;
}

/** A constant line without a flag of the device, and no lead with beats. */
function constantLine(bed: BedView, limit: number): Verdict {
  if (hasBeats(bed, limit)) return OFF;
  const constant = bed.leads.filter(([, { obstacle }]) => obstacle === 'constant');
  const long = constant.filter(([, { since, to }]) => to - since >= limit);
  if (long.length > 0) return on(Math.min(...long.map(([, { since }]) => since + limit)), long);
  return UNKNOWN;
}

/** A lead is off by its flag, or if its line is constant while another lead has beats, so that it cannot be asystole. */
function leadOff(bed: BedView, limit: number): Verdict {
  const beats = hasBeats(bed, limit);
  const off = bed.leads.filter(([, { obstacle }]) => obstacle === 'lead-off' || (beats && obstacle === 'constant'));
  if (off.length > 0) return on(Math.min(...off.map(([, { since }]) => since)), off);
  return bed.leads.length === 0 ? UNKNOWN : OFF;
}

/** Obstacles that raise an alarm of their own, of medium priority at least. */
const TOLD: readonly (Obstacle | null)[] = ['decode-failed', 'lead-off', 'constant'];
/** Milliseconds of readable signal at a stretch that suffice to judge rates and silence. */
const WATCHED_MS = 3000;
/** Longest piece in milliseconds: a window. Before the newest piece, a lead that is gone now may have been readable. */
const PIECE_MS = (1000 * WINDOW) / MODEL_RATE;

/** 'on' if no lead has been readable for WATCHED_MS at a stretch, unless all have an obstacle with an alarm of its own. */
function unwatched({ now, leads }: BedView): Verdict {
  const isWatched = ({ obstacle, readableFrom, to }: LeadState): boolean =>
    obstacle === null && to - readableFrom >= WATCHED_MS;
  if (leads.some(([, lead]) => isWatched(lead))) return OFF;
  const shown = leads.filter(([, { obstacle }]) => !TOLD.includes(obstacle));
  if (shown.length === 0) return UNKNOWN;
  const since = shown.map(([, lead]) => (lead.obstacle === null ? lead.readableFrom : lead.since));
  return on(Math.max(now - PIECE_MS, ...since), shown);
}

function ofObstacle(bed: BedView, obstacle: Obstacle): Verdict {
  const shown = bed.leads.filter(([, lead]) => lead.obstacle === obstacle);
  if (shown.length > 0) return on(Math.min(...shown.map(([, { since }]) => since)), shown);
  return bed.leads.length === 0 ? UNKNOWN : OFF;
}

/** Too fast by the lower bound of the rate; back inside by its upper bound. */
function tooFast(bed: BedView, which: 'fast' | 'atLeast', limit: number, hysteresis: number): Verdict {
  const isBack = ({ atMost }: Rates): boolean => atMost !== undefined && atMost < limit - hysteresis;
  return ofRates(bed.now, withoutMissedBeats(readable(bed)), which, (rate) => rate > limit, isBack);
}

function tooSlow(bed: BedView, which: 'slow' | 'atMost', limit: number, hysteresis: number): Verdict {
  const isBack = ({ atLeast }: Rates): boolean => atLeast !== undefined && atLeast > limit + hysteresis;
  return ofRates(bed.now, readable(bed), which, (rate) => rate < limit, isBack);
}

/** 'on' if all readable leads that have a rate are beyond the limit; 'off' if the usual rate of one is back by the hysteresis. */
function ofRates(
  now: number,
  leads: BedView['leads'],
  which: keyof Rates,
  isBeyond: (rate: number) => boolean,
  isBack: (rates: Rates) => boolean,
): Verdict {
  const rates = leads.map((entry) => [entry, ratesOfLead(entry[1])] as const);
  const known = rates.flatMap(([entry, of]) => (of[which] === undefined ? [] : [[entry, of[which]] as const]));
  if (known.length > 0 && known.every(([, rate]) => isBeyond(rate))) {
    const shown = known.map(([entry]) => entry);
    return on(now, shown);
  }
  return rates.some(([, of]) => isBack(of)) ? OFF : UNKNOWN;
}

/** Leaves out leads that miss beats of another lead: they have no say in a fast rate. */
function withoutMissedBeats(leads: BedView['leads']): BedView['leads'] {
  return leads.filter(([, { beats }]) => !leads.some(([, other]) => missesBeatsOf(beats, other.beats)));
}

/** Rates by lead, since four kinds ask for them. A lead is a new object with every segment. */
const ratesKnown = new WeakMap<LeadState, Rates>();

function ratesOfLead(lead: LeadState): Rates {
  const { beats, beatsTo, readableFrom, before } = lead;
  const rates = ratesKnown.get(lead) ?? ratesOf(beats, beatsTo, before && { ...before, end: readableFrom });
  ratesKnown.set(lead, rates);
  return rates;
}

/** Judges the share of one class among the readable steps of all leads on which these fill half of the window, if any. */
function ofLabels(
  bed: BedView,
  label: number,
  limits: { readonly windowSeconds: number; readonly onShare: number; readonly offShare: number },
): Verdict {
  const window = 1000 * limits.windowSeconds;
  const leads = readable(bed).map(([stream, lead]) => {
    const steps = lead.labels.filter((step) => step.at > lead.to - window && step.label !== NOISE);
    return { stream, count: steps.length, of: steps.filter((step) => step.label === label).length };
  });
  const full = leads.filter(({ count }) => count * STEP_MS >= window / 2);
  if (full.length === 0) return UNKNOWN;
  const share = full.reduce((sum, { of }) => sum + of, 0) / full.reduce((sum, { count }) => sum + count, 0);
  if (share >= limits.onShare) return { is: 'on', since: bed.now, streams: full.map(({ stream }) => stream) };
  return share <= limits.offShare ? OFF : UNKNOWN;
}

/**
 * Fibrillation must be irregular on every readable lead that has enough beats to judge; until one has, nothing begins. If all of
 * them are regular, it is 'off' whatever the labels say. Between the two limits the labels can end it, but not begin it.
 */
function whereIrregular(bed: BedView, named: Verdict, limits: AlarmLimits['irregularity']): Verdict {
  const leads = readable(bed).flatMap(([, { beats, beatsTo }]) => irregularityOf(beats, beatsTo) ?? []);
  if (leads.length > 0 && leads.every((irregularity) => irregularity <= limits.offEntropy)) return OFF;
  if (named.is !== 'on') return named;
  return leads.length > 0 && leads.every((irregularity) => irregularity >= limits.onEntropy) ? named : UNKNOWN;
}

function incident({ now, incidents, leads }: BedView, happened: boolean): Verdict {
  if (happened) return { is: 'on', since: now, streams: [incidents.stream] };
  return leads.length === 0 ? UNKNOWN : OFF;
}

function hasBeats({ current }: BedView, limit: number): boolean {
  return readable({ leads: current }).some(([, lead]) => beating(lead, limit));
}

function beating(lead: LeadState, limit: number): boolean {
  return lead.beats.length > 0 && silenceOf(lead) < limit;
}

function on(since: number, leads: readonly (readonly [string, LeadState])[]): Verdict {
  return { is: 'on', since, streams: leads.map(([stream]) => stream) };
}
