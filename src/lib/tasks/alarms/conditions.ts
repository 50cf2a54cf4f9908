/** The rules: what the leads of a bed say of each kind of alarm. Times are milliseconds of the device's clock. */
import { MODEL_RATE, WINDOW } from '../../signal/grid.js';
import { RHYTHM_CLASSES } from '../rhythm.js';
import { irregularityOf } from './irregularity.js';
import type { AlarmKind } from './kinds.js';
import { quietOf, silenceOf, type Incidents, type LeadState, type Obstacle } from './lead.js';
import type { AlarmLimits } from './limits.js';
import { missesBeatsOf } from './missed-beats.js';
import { silentSince } from './quiet.js';
import { ratesOf, type Rates } from './rates.js';

/** 'on' and 'off' are certain, since when; 'unknown' keeps what is. */
export interface Verdict {
  readonly is: 'on' | 'off' | 'unknown';
  /** Where 'on': since when the condition has held. */
  readonly since: number;
  /** The streams that show it. */
  readonly streams: readonly string[];
}

export interface BedView {
  /** The newest time that any lead is known to. */
  readonly now: number;
  /** Leads that have not ended, are not stalled and not far behind the newest. */
  readonly leads: readonly (readonly [stream: string, lead: LeadState])[];
  /** Those of them of which no whole window is missing: what a lead said before that says nothing of now. */
  readonly current: BedView['leads'];
  readonly stalled: readonly string[];
  /** What the newest segment brought, and of which stream it is. */
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
 * A lead holds it back for as long as `asystoleSeconds` of its signal have no beat, however many holes are in them. It is silent by
 * stretches between holes only where a heart that beats in the holes alone would be slower than the limit of bradycardia.
 */
function asystole(bed: BedView, { asystoleSeconds, bradycardia }: AlarmLimits): Verdict {
  const limit = 1000 * asystoleSeconds;
  const leads = readable({ leads: bed.current });
  const constant = bed.leads.filter(([, { obstacle }]) => obstacle === 'constant');
  // A line that went quiet and then flat is still the same asystole.
  if (leads.length === 0) return bed.asystole && constant.length > 0 ? on(bed.now, constant) : UNKNOWN;
  const silent = leads.flatMap((entry) => {
    const since = silentSince(entry[1], limit, 60_000 / bradycardia);
    return since === undefined ? [] : [{ entry, since }];
  });
  if (silent.length > 0 && leads.every(([, lead]) => quietOf(lead) >= limit)) {
    return on(Math.max(...silent.map(({ since }) => since)), silent.map(({ entry }) => entry)); // prettier-ignore
  }
  // After a gap nothing is known until a beat: only a beat ends the alarm.
  return hasBeats(bed, limit) ? OFF : UNKNOWN;
}

/** A constant line, no flag of the device, and no lead that says anything else. */
function constantLine(bed: BedView, limit: number): Verdict {
  if (hasBeats(bed, limit)) return OFF;
  const constant = bed.leads.filter(([, { obstacle }]) => obstacle === 'constant');
  const long = constant.filter(([, { since, to }]) => to - since >= limit);
  if (long.length > 0) return on(Math.min(...long.map(([, { since }]) => since + limit)), long);
  return UNKNOWN;
}

/** The device says so, or the line is constant while another lead has beats: then it is no asystole. */
function leadOff(bed: BedView, limit: number): Verdict {
  const beats = hasBeats(bed, limit);
  const off = bed.leads.filter(([, { obstacle }]) => obstacle === 'lead-off' || (beats && obstacle === 'constant'));
  if (off.length > 0) return on(Math.min(...off.map(([, { since }]) => since)), off);
  return bed.leads.length === 0 ? UNKNOWN : OFF;
}

/** Signal of which an alarm that is medium at least tells of its own. */
const TOLD: readonly (Obstacle | null)[] = ['decode-failed', 'lead-off', 'constant'];
/** Of so much readable signal at a stretch, milliseconds, rates and silence are told. */
const WATCHED_MS = 3000;
/** A piece is a window at most: before it a lead may have been readable that is gone. */
const PIECE_MS = (1000 * WINDOW) / MODEL_RATE;

/** No lead has been readable at a stretch, and not all of them for a reason that is told anyway. */
function unwatched({ now, leads }: BedView): Verdict {
  const isWatched = ({ obstacle, readableFrom, to }: LeadState): boolean => obstacle === null && to - readableFrom >= WATCHED_MS; // prettier-ignore
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

/** The heart has this rate at least; that it is back inside is told by what it has at most. */
function tooFast(bed: BedView, which: 'fast' | 'atLeast', limit: number, hysteresis: number): Verdict {
  const isBack = ({ atMost }: Rates): boolean => atMost !== undefined && atMost < limit - hysteresis;
  return ofRates(bed.now, withoutMissedBeats(readable(bed)), which, (rate) => rate > limit, isBack);
}

function tooSlow(bed: BedView, which: 'slow' | 'atMost', limit: number, hysteresis: number): Verdict {
  const isBack = ({ atLeast }: Rates): boolean => atLeast !== undefined && atLeast > limit + hysteresis;
  return ofRates(bed.now, readable(bed), which, (rate) => rate < limit, isBack);
}

/** Beyond the limit on all readable leads that have a rate; back inside the hysteresis by the usual rate of one. */
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

/** Leads on which beats of another are missed say nothing of a fast rate. */
function withoutMissedBeats(leads: BedView['leads']): BedView['leads'] {
  return leads.filter(([, { beats }]) => !leads.some(([, other]) => missesBeatsOf(beats, other.beats)));
}

/** Four kinds ask for them; a lead is another object with every segment. */
const ratesKnown = new WeakMap<LeadState, Rates>();

function ratesOfLead(lead: LeadState): Rates {
  const { beats, beatsTo, readableFrom, before } = lead;
  const rates = ratesKnown.get(lead) ?? ratesOf(beats, beatsTo, before && { ...before, end: readableFrom });
  ratesKnown.set(lead, rates);
  return rates;
}

/** The share of one class among the readable steps of all leads; unknown while they fill less than half of the window. */
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
 * Fibrillation is irregular on every readable lead that has beats enough to say so; until one has, nothing begins. Where all are
 * regular it is none, whatever the labels say; between the two limits what is stays.
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
