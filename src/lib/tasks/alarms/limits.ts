/**
 * Alarm limits, as a policy carries them. A limit that is left out has the customary adult value: rates 50 to 120,
 * extremes 20 beyond the high limit and 10 below the low one, asystole after 4 s (Philips HeartStart XL+ and IntelliVue
 * MP2, instructions for use: heart rate and arrhythmia alarms).
 */
import { z } from 'zod';
import { ALARM_KINDS, type AlarmKind } from './kinds.js';

/** Beats per minute. */
const rate = (standard: number) => z.number().min(15).max(300).default(standard);
/** Seconds of device time. */
const seconds = (standard: number, min = 0, max = 120) => z.number().min(min).max(max).default(standard);
/** Coefficient of sample entropy: src/lib/tasks/alarms/irregularity.ts. */
const entropy = (standard: number) => z.number().min(-10).max(2).default(standard);
const share = (standard: number) => z.number().min(0).max(1).default(standard);

/** A rhythm alarm begins when the rhythm's share of the readable steps in the window reaches `onShare`. */
const rhythm = (windowSeconds: number) =>
  z
    .strictObject({ windowSeconds: seconds(windowSeconds, 10, 60), onShare: share(0.75), offShare: share(0.25) })
    .prefault({});

/** Seconds for which a condition must hold before its alarm begins, and be gone before it ends. */
const DELAYS: Readonly<Record<AlarmKind, readonly [on: number, off: number]>> = {
  // The 4 s without a beat are the delay.
  asystole: [0, 2],
  'asystole-or-lead-off': [0, 2],
  // The rules take time by themselves: six of seven intervals must be short, or three long.
  'extreme-tachycardia': [0, 5],
  'extreme-bradycardia': [0, 5],
  tachycardia: [5, 5],
  bradycardia: [5, 5],
  // The window is the delay.
  'atrial-fibrillation': [0, 0],
  'other-rhythm': [10, 10],
  'lead-off': [0, 2],
  'stream-stalled': [0, 0],
  unwatched: [30, 10],
  // Momentary conditions stay up long enough to be seen.
  'decode-failed': [0, 10],
  saturation: [5, 5],
  noise: [10, 10],
  gap: [0, 10],
  'clock-stepped': [0, 10],
};

/** Kinds that last for an instant: with an on delay they would never be raised. */
const INSTANT = ['gap', 'clock-stepped'] as const satisfies readonly AlarmKind[];

const delays = z
  .strictObject(
    Object.fromEntries(
      ALARM_KINDS.map((kind) => {
        const [on, off] = DELAYS[kind];
        return [kind, z.strictObject({ onSeconds: seconds(on), offSeconds: seconds(off) }).prefault({})];
      }),
    ) as Record<AlarmKind, z.ZodPrefault<z.ZodObject<Record<'onSeconds' | 'offSeconds', z.ZodDefault<z.ZodNumber>>>>>,
  )
  .prefault({});

export const alarmLimitsSchema = z
  .strictObject({
    /**
     * Asystole after this long without a valid beat. tasks-stream learns of beats 0.3 s late; the edge closes a window early
     * after 4.4 s without one.
     */
    asystoleSeconds: seconds(4, 3, 10),
    extremeTachycardia: rate(140),
    tachycardia: rate(120),
    bradycardia: rate(50),
    extremeBradycardia: rate(40),
    /** Beats per minute by which the rate must be back inside its limit. */
    rateHysteresis: z.number().min(1).max(30).default(5),
    atrialFibrillation: rhythm(20),
    otherRhythm: rhythm(30),
    /** How irregular beats must be for atrial fibrillation to begin, and how regular for it to end whatever the labels say. */
    irregularity: z.strictObject({ onEntropy: entropy(-1.2), offEntropy: entropy(-2) }).prefault({}),
    /** After this long without a readable lead, an active alarm is held as unreadable. */
    heldSeconds: seconds(10),
    delays,
  })
  .superRefine((limits, context) => {
    const below = (low: keyof typeof limits, high: keyof typeof limits, by = 0): void => {
      const [a, b] = [Number(limits[low]), Number(limits[high])];
      if (a + by >= b)
        context.addIssue({
          code: 'custom',
          path: [low],
          message: `is ${a}${by > 0 ? ` and with rateHysteresis ${a + by}` : ''}; allowed: below ${high}, which is ${b}`,
        });
    };
    below('extremeBradycardia', 'bradycardia');
    below('bradycardia', 'tachycardia', 2 * limits.rateHysteresis);
    below('tachycardia', 'extremeTachycardia');
    const { onEntropy, offEntropy } = limits.irregularity;
    if (offEntropy >= onEntropy)
      context.addIssue({
        code: 'custom',
        path: ['irregularity', 'offEntropy'],
        message: `is ${offEntropy}; allowed: below onEntropy, which is ${onEntropy}`,
      });
    for (const name of ['atrialFibrillation', 'otherRhythm'] as const) {
      const { onShare, offShare } = limits[name];
      if (offShare >= onShare)
        context.addIssue({
          code: 'custom',
          path: [name, 'offShare'],
          message: `is ${offShare}; allowed: below onShare, which is ${onShare}`,
        });
    }
  });

/**
 * Returns further mistakes in limits that are being set: on delays of momentary kinds. Stored limits are accepted as they are:
 * a reader that refused them would lose the policy's bounds too.
 */
export function instantsDelayed({ delays }: AlarmLimits): { readonly path: string[]; readonly message: string }[] {
  return INSTANT.filter((kind) => delays[kind].onSeconds > 0).map((kind) => ({
    path: ['delays', kind, 'onSeconds'],
    message: `is ${delays[kind].onSeconds}; allowed: 0, since it lasts for an instant`,
  }));
}

/** Milliseconds of device time. */
export function delaysOf({ delays }: AlarmLimits, kind: AlarmKind): { readonly on: number; readonly off: number } {
  const isInstant = INSTANT.some((each) => each === kind);
  return { on: isInstant ? 0 : 1000 * delays[kind].onSeconds, off: 1000 * delays[kind].offSeconds };
}

export type AlarmLimits = z.output<typeof alarmLimitsSchema>;

export const ADULT_LIMITS: AlarmLimits = alarmLimitsSchema.parse({});
