/** The kinds of alarm, with their priority by IEC 60601-1-8 and the text that a person reads. docs/alarms.md has the reasons. */

/** Kinds that supersede others come before them. */
export const ALARM_KINDS = [
  'asystole',
  'asystole-or-lead-off',
  'extreme-tachycardia',
  'extreme-bradycardia',
  'tachycardia',
  'bradycardia',
  'atrial-fibrillation',
  'other-rhythm',
  'lead-off',
  'stream-stalled',
  'unwatched',
  'decode-failed',
  'saturation',
  'noise',
  'gap',
  'clock-stepped',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export type AlarmPriority = 'HIGH' | 'MEDIUM' | 'LOW';

export interface AlarmDescription {
  readonly priority: AlarmPriority;
  readonly category: 'PHYSIOLOGICAL' | 'TECHNICAL';
  readonly message: string;
}

const physiological = (priority: AlarmPriority, message: string): AlarmDescription => ({
  priority,
  category: 'PHYSIOLOGICAL',
  message,
});
const technical = (priority: AlarmPriority, message: string): AlarmDescription => ({
  priority,
  category: 'TECHNICAL',
  message,
});

export const ALARMS: Readonly<Record<AlarmKind, AlarmDescription>> = {
  asystole: physiological('HIGH', 'Asystole or ventricular fibrillation: no valid beat'),
  'asystole-or-lead-off': physiological('HIGH', 'Asystole or lead off: the line is constant'),
  'extreme-tachycardia': physiological('HIGH', 'Extreme tachycardia'),
  'extreme-bradycardia': physiological('HIGH', 'Extreme bradycardia'),
  tachycardia: physiological('MEDIUM', 'Tachycardia'),
  bradycardia: physiological('MEDIUM', 'Bradycardia'),
  'atrial-fibrillation': physiological('MEDIUM', 'Atrial fibrillation'),
  'other-rhythm': physiological('LOW', 'Rhythm that is neither normal nor atrial fibrillation'),
  'lead-off': technical('MEDIUM', 'Lead off: check the electrodes'),
  'stream-stalled': technical('MEDIUM', 'No signal arrives: the bed is not watched'),
  unwatched: technical('MEDIUM', 'No lead can be read for long enough: the bed is not watched'),
  'decode-failed': technical('MEDIUM', 'A segment could not be decoded or read'),
  saturation: technical('LOW', 'The signal is at the limit of its range'),
  noise: technical('LOW', 'Noise: the signal cannot be read'),
  gap: technical('LOW', 'Samples are missing'),
  'clock-stepped': technical('LOW', "The device's clock was set: times are not continuous"),
};

/** Kinds about rates and rhythms, which require a beating heart. */
const OF_BEATS: readonly AlarmKind[] = [
  'extreme-bradycardia',
  'bradycardia',
  'extreme-tachycardia',
  'tachycardia',
  'atrial-fibrillation',
  'other-rhythm',
];

/** Kind -> kinds that end, and do not begin, while its condition holds. */
export const SUPERSEDES: Readonly<Partial<Record<AlarmKind, readonly AlarmKind[]>>> = {
  asystole: ['asystole-or-lead-off', ...OF_BEATS],
  'asystole-or-lead-off': OF_BEATS,
  'extreme-tachycardia': ['tachycardia'],
  'extreme-bradycardia': ['bradycardia'],
  'atrial-fibrillation': ['other-rhythm'],
};

const RANKS: Readonly<Record<AlarmPriority, number>> = { LOW: 1, MEDIUM: 2, HIGH: 3 };

/** Larger is more urgent. */
export function rankOf(kind: AlarmKind): number {
  return RANKS[ALARMS[kind].priority];
}

/** Whether the alarm stays until a person has acknowledged it, as high physiological ones do. */
export function latches(kind: AlarmKind): boolean {
  const { priority, category } = ALARMS[kind];
  return priority === 'HIGH' && category === 'PHYSIOLOGICAL';
}
