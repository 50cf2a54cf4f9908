/** The alarms there are, with their priority by IEC 60601-1-8 and the words a person reads. */
export const ALARM_KINDS = ['asystole', 'tachycardia', 'bradycardia', 'atrial-fibrillation'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export interface AlarmDescription {
  readonly priority: 'HIGH' | 'MEDIUM' | 'LOW';
  readonly category: 'PHYSIOLOGICAL' | 'TECHNICAL';
  readonly message: string;
}

export const ALARMS: Readonly<Record<AlarmKind, AlarmDescription>> = {
  asystole: {
    priority: 'HIGH',
    category: 'PHYSIOLOGICAL',
    message: 'Asystole or ventricular fibrillation: no beat for 4 s',
  },
  tachycardia: { priority: 'MEDIUM', category: 'PHYSIOLOGICAL', message: 'Tachycardia' },
  bradycardia: { priority: 'MEDIUM', category: 'PHYSIOLOGICAL', message: 'Bradycardia' },
  'atrial-fibrillation': { priority: 'MEDIUM', category: 'PHYSIOLOGICAL', message: 'Atrial fibrillation' },
};
