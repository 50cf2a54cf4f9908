/** Scores onsets met and false alarms, by kind. docs/alarm-evaluation.md has the definitions and a worked example. */
import { ALARM_KINDS, type AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import { inSpans } from './annotated.js';
import type { Onset } from './onsets.js';
import { poissonInterval } from './poisson.js';
import { answersOf, GRACE_S, type RightWhen } from './truth.js';

/** An alarm that became active. Times are seconds of device time from the start of the recording. */
export interface Raise {
  readonly kind: AlarmKind;
  /** When the piece that raised the alarm could be sent. */
  readonly at: number;
  /** Seconds that the chain takes from there to the alarm, by the budget. */
  readonly chain: number;
}

export interface ScoredRecording {
  readonly seconds: number;
  readonly onsets: readonly Onset[];
  readonly right: RightWhen;
  /** In order of time. */
  readonly raises: readonly Raise[];
}

export interface DelayScore {
  readonly onsets: number;
  readonly detected: number;
  /** Seconds from the onset to the alarm, over the onsets detected; null if there are none. */
  readonly p50s: number | null;
  readonly p95s: number | null;
}

export interface KindScore extends DelayScore {
  /** Null if there was no signal in which an alarm of the kind could have been false. */
  readonly falsePer24h: number | null;
  /** Exact Poisson interval of falsePer24h, 95%. */
  readonly falseInterval: readonly [number, number] | null;
  /** Hours of signal in which an alarm of the kind would have been false. */
  readonly hours: number;
}

export interface VariantScore extends DelayScore {
  /** Onsets met, by the kind of the first alarm that met them. */
  readonly by: Readonly<Partial<Record<AlarmKind, number>>>;
}

interface Met {
  readonly onset: Onset;
  readonly raise: Raise | undefined;
}

export function scoreAlarms(recordings: readonly ScoredRecording[]): Record<AlarmKind, KindScore> {
  const met = recordings.flatMap(meet);
  return Object.fromEntries(
    ALARM_KINDS.map((kind) => {
      const alarms = recordings.reduce((sum, recording) => sum + falseAlarms(recording, kind), 0);
      const hours = recordings.reduce((sum, recording) => sum + wrongSeconds(recording, kind), 0) / 3600;
      const own = met.filter(({ onset }) => onset.kind === kind);
      return [kind, { ...delays(own), ...ratePer24h(alarms, hours), hours }];
    }),
  ) as Record<AlarmKind, KindScore>;
}

/** Scores of the same onsets by how they were made: `kind/variant`. */
export function scoreVariants(recordings: readonly ScoredRecording[]): Record<string, VariantScore> {
  const groups = new Map<string, Met[]>();
  for (const one of recordings.flatMap(meet)) {
    const key = `${one.onset.kind}/${one.onset.variant ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return Object.fromEntries(
    [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, own]) => {
        const by: Partial<Record<AlarmKind, number>> = {};
        for (const { raise } of own) if (raise !== undefined) by[raise.kind] = (by[raise.kind] ?? 0) + 1;
        return [key, { ...delays(own), by }];
      }),
  );
}

/** Events per 24 h with their exact 95% interval; nulls if there were no hours. */
export function ratePer24h(count: number, hours: number): Pick<KindScore, 'falsePer24h' | 'falseInterval'> {
  if (hours <= 0) return { falsePer24h: null, falseInterval: null };
  const [low, high] = poissonInterval(count);
  return { falsePer24h: (24 * count) / hours, falseInterval: [(24 * low) / hours, (24 * high) / hours] };
}

/** All onsets that require an alarm, each with the first alarm that meets it, from the onset to shortly after its end. */
function meet({ onsets, raises }: ScoredRecording): Met[] {
  const used = new Set<Raise>();
  return onsets
    .filter(({ expected }) => expected)
    .map((onset) => {
      const answers = answersOf(onset);
      const raise = raises.find(
        (one) =>
          !used.has(one) &&
          answers.includes(one.kind) &&
          one.at >= onset.onsetSeconds &&
          one.at <= onset.endSeconds + GRACE_S,
      );
      if (raise !== undefined) used.add(raise);
      return { onset, raise };
    });
}

function falseAlarms({ raises, right }: ScoredRecording, kind: AlarmKind): number {
  return raises.filter((raise) => raise.kind === kind && !inSpans(right[kind], raise.at)).length;
}

function wrongSeconds({ seconds, right }: ScoredRecording, kind: AlarmKind): number {
  return right[kind].reduce((left, { from, to }) => left - (Math.min(seconds, to) - Math.min(seconds, from)), seconds);
}

function delays(met: readonly Met[]): DelayScore {
  const seconds = met
    .flatMap(({ onset, raise }) => (raise === undefined ? [] : [raise.at + raise.chain - onset.onsetSeconds]))
    .sort((a, b) => a - b);
  return {
    onsets: met.length,
    detected: seconds.length,
    p50s: percentile(seconds, 0.5),
    p95s: percentile(seconds, 0.95),
  };
}

/** Nearest-rank percentile: the smallest value that at least `share` of all values do not exceed; null of none. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
