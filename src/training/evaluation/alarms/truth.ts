/** When each alarm would be right, from the onsets and from what a recording's beats and rhythms really do. */
import { ALARMS, ALARM_KINDS, type AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import type { AlarmLimits } from '../../../lib/tasks/alarms/limits.js';
import { joinSpans, rhythmSpans, type Annotated, type Span } from './annotated.js';
import type { Onset } from './onsets.js';

/**
 * By kind, the stretches in which an alarm of that kind is not false. Seconds from the start of the recording; they may extend
 * beyond its end, where its last piece closes.
 */
export type RightWhen = Readonly<Record<AlarmKind, readonly Span[]>>;

/** How long after the end of its cause an alarm may come: pieces close and beats become final later. */
export const GRACE_S = 10;
/** A rhythm is classified from a context of 30 s, of which a part is enough. */
const RHYTHM_GRACE_S = 30;
/** Number of intervals over which a recording's true rate is taken. */
const RATE_INTERVALS = 4;
/** Intervals down to this much below the limit are not clear cases. */
const PAUSE_MARGIN_S = 0.5;
/** 'Other rhythm' is false only if all beats of the classifier's context are normal. */
const CONTEXT_S = 30;

const PHYSIOLOGICAL = ALARM_KINDS.filter((kind) => ALARMS[kind].category === 'PHYSIOLOGICAL');
/** Alarms that an annotator's remark on signal quality excuses. */
const UNREADABLE: readonly AlarmKind[] = ['noise', 'saturation', 'lead-off', 'unwatched'];

/** By kind of the alarm that is due: other alarms that are not false while the event lasts. */
const ALSO_RIGHT: Readonly<Partial<Record<AlarmKind, readonly AlarmKind[]>>> = {
  asystole: ['asystole-or-lead-off', 'extreme-bradycardia', 'bradycardia'],
  'asystole-or-lead-off': ['asystole', 'extreme-bradycardia', 'bradycardia', 'lead-off'],
  'extreme-tachycardia': ['tachycardia', 'other-rhythm'],
  tachycardia: ['other-rhythm'],
  'extreme-bradycardia': ['bradycardia', 'other-rhythm'],
  bradycardia: ['other-rhythm'],
  'atrial-fibrillation': ['other-rhythm'],
  'lead-off': ['asystole-or-lead-off', 'saturation'],
  noise: ['saturation', 'lead-off', 'unwatched'],
};

export const VF_LIKE = 'vf-like';

/** No alarm that a monitor raises for a fibrillating heart is false. */
function alsoRight({ kind, variant }: Onset): readonly AlarmKind[] {
  return variant === VF_LIKE ? [...PHYSIOLOGICAL, 'noise'] : (ALSO_RIGHT[kind] ?? []);
}

/** Alarms that satisfy an onset. For fibrillation, which has no beats to count, either high-priority alarm does. */
export function answersOf({ kind, variant }: Onset): readonly AlarmKind[] {
  return variant === VF_LIKE ? ['asystole', 'extreme-tachycardia'] : [kind];
}

/** @param annotated undefined if the recording has no annotations: then only the onsets are known */
export function rightWhen(
  onsets: readonly Onset[],
  annotated: Annotated | undefined,
  { rate, seconds, limits }: { readonly rate: number; readonly seconds: number; readonly limits: AlarmLimits },
): RightWhen {
  const spans = new Map<AlarmKind, Span[]>(ALARM_KINDS.map((kind) => [kind, []]));
  const allow = (kinds: readonly AlarmKind[], from: number, to: number, grace = GRACE_S): void => {
    for (const kind of kinds) spans.get(kind)?.push({ from, to: to + grace });
  };
  for (const onset of onsets) {
    const grace = onset.kind === 'atrial-fibrillation' ? RHYTHM_GRACE_S : GRACE_S;
    allow([onset.kind], onset.onsetSeconds, onset.endSeconds, grace);
    allow(alsoRight(onset), onset.onsetSeconds, onset.endSeconds, RHYTHM_GRACE_S);
  }
  if (annotated !== undefined) {
    for (const { from, to } of annotated.flutter) allow(PHYSIOLOGICAL, from, to, RHYTHM_GRACE_S);
    for (const { from, to } of annotated.noisy) allow(UNREADABLE, from, to);
    for (const { from, to } of rhythmSpans(annotated, ['AFIB', 'AFL'])) {
      allow(['atrial-fibrillation'], from, to, RHYTHM_GRACE_S);
    }
    const beats = annotated.beats.map(({ frame }) => frame / rate);
    allowRates(beats, limits, allow);
    for (const { from, to } of notPlain(annotated, rate, seconds)) allow(['other-rhythm'], from, to, 0);
  } else {
    allow(['other-rhythm'], 0, seconds);
  }
  return Object.fromEntries(
    ALARM_KINDS.map((kind) => [kind, joinSpans(spans.get(kind) ?? [])]),
  ) as unknown as RightWhen;
}

/** Allows alarms for what the annotated beats really did: rates beyond a limit less its hysteresis, and pauses. */
function allowRates(
  beats: readonly number[],
  limits: AlarmLimits,
  allow: (kinds: readonly AlarmKind[], from: number, to: number) => void,
): void {
  const { rateHysteresis: margin } = limits;
  for (let i = 0; i + 1 < beats.length; i++) {
    const [first, next] = [beats[i]!, beats[i + 1]!];
    if (next - first >= limits.asystoleSeconds - PAUSE_MARGIN_S) allow(['asystole'], first, next);
    const last = beats[i + RATE_INTERVALS];
    if (last === undefined) continue;
    const bpm = (60 * RATE_INTERVALS) / (last - first);
    if (bpm > limits.tachycardia - margin) allow(['tachycardia'], first, last);
    if (bpm > limits.extremeTachycardia - margin) allow(['extreme-tachycardia'], first, last);
    if (bpm < limits.bradycardia + margin) allow(['bradycardia'], first, last);
    if (bpm < limits.extremeBradycardia + margin) allow(['extreme-bradycardia'], first, last);
  }
}

/** Where 'other rhythm' may be right: everywhere except in sinus rhythm whose last 30 s have only normal beats. */
function notPlain(annotated: Annotated, rate: number, seconds: number): Span[] {
  const odd = annotated.beats
    .filter(({ symbol }) => symbol !== 'N')
    .map(({ frame }) => ({ from: frame / rate, to: frame / rate + CONTEXT_S }));
  const sinus = rhythmSpans(annotated, ['N']);
  const other: Span[] = [];
  let at = 0;
  for (const { from, to } of [...sinus, { from: seconds, to: seconds }]) {
    if (from > at) other.push({ from: at, to: from + CONTEXT_S });
    at = Math.max(at, to);
  }
  return joinSpans([...odd, ...other]);
}
