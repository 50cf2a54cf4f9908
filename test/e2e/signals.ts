/** Windows with a known shape, as decoder-stream and tasks-stream would write them. */
import type {
  AlarmEvent,
  BeatsWindow,
  Rhythm,
  RhythmWindow,
  SignalWindow,
  StreamInfo,
} from '../../src/lib/wire/index.js';

export const RATE = 300;
export const WINDOW = 1792;
export const WINDOW_MS = (1000 * WINDOW) / RATE;
const STEPS = 7;
/** ADC units per mV, and value at 0 mV. */
const GAIN = 200;
const BASELINE = 10;
const source = { topic: 'ecg.segments', partition: 0, offset: 0 };

/** mV at `seconds` of device time since the epoch. */
export type Shape = (seconds: number) => number;

/** 0 and 1 mV, half a second each. */
export const square: Shape = (seconds) => (seconds % 1 < 0.5 ? 1 : 0);

/** P, Q, R, S, T as bells: amplitude in mV, place and width in seconds from the R peak. */
const BELLS = [
  [0.12, -0.17, 0.022],
  [-0.09, -0.028, 0.009],
  [1.05, 0, 0.011],
  [-0.22, 0.03, 0.01],
  [0.27, 0.24, 0.05],
] as const;

/** A regular rhythm; `wander` moves the beats by so many seconds. */
export function rhythm(bpm: number, wander = 0): Shape {
  const interval = 60 / bpm;
  const at = (beat: number): number => beat * interval + wander * Math.sin(7.3 * beat) + 0.3;
  return (seconds) => {
    const near = Math.round((seconds - 0.3) / interval);
    let value = 0.03 * Math.sin(1.7 * seconds);
    for (const beat of [near - 1, near, near + 1]) {
      for (const [mv, place, width] of BELLS)
        value += mv * Math.exp(-(((seconds - at(beat) - place) / width) ** 2) / 2);
    }
    return value;
  };
}

export interface Lead {
  readonly device: string;
  readonly stream: string;
  readonly epoch: number;
  readonly lead?: string;
  readonly gateway?: string;
}

export function streamInfo({ device, stream, epoch, lead = 'II', gateway = 'ward-1' }: Lead): StreamInfo {
  return {
    stream,
    device,
    gateway,
    ward: null,
    lead,
    unit: 'mV',
    gain: GAIN,
    baseline: BASELINE,
    rate: RATE,
    calibrated: true,
    model: 'ab'.repeat(32),
    clockRate: 1,
    declaredAt: Date.now(),
    channels: [{ run: 1, channel: 0, epoch }],
  };
}

/** Window `n` of the lead's epoch. */
export function signalWindow(lead: Lead, n: number, shape: Shape, over: Partial<SignalWindow> = {}): SignalWindow {
  const { device, stream, epoch } = lead;
  const start = n * WINDOW;
  const samples = Int16Array.from({ length: WINDOW }, (_, i) =>
    Math.round(BASELINE + GAIN * shape((start + i) / RATE)),
  );
  const closedAt = epoch + (n + 1) * WINDOW_MS;
  return {
    stream,
    device,
    lead: lead.lead ?? 'II',
    epoch,
    sequence: n,
    start,
    length: WINDOW,
    rate: RATE,
    firstIndex: start,
    gain: GAIN,
    baseline: BASELINE,
    samples: Buffer.from(samples.buffer),
    rung: 'neural-3',
    lossless: false,
    policyVersion: 0,
    flags: 0,
    nativeBytes: 4300,
    payloadBytes: 61,
    predicted: null,
    closedAt: Math.round(closedAt),
    sentAt: Math.round(closedAt) + 400,
    decodedAt: Math.round(closedAt) + 700,
    clockRate: 1,
    source,
    model: '0123456789abcdef',
    ...over,
  };
}

export function rhythmWindow({ device, stream, epoch }: Lead, n: number, label: Rhythm): RhythmWindow {
  const at = Math.round(epoch + (n + 1) * WINDOW_MS);
  const labels = Array.from({ length: STEPS }, () => label);
  return {
    stream,
    device,
    epoch,
    sequence: n,
    start: n * WINDOW,
    status: 'LABELLED',
    labels,
    probabilities: labels.flatMap(() => [0.7, 0.1, 0.1, 0.1]),
    firstAt: Math.round(epoch + n * WINDOW_MS),
    closedAt: at,
    classifiedAt: at + 900,
    model: 'cd',
    source,
    segmentSource: source,
  };
}

export function beatsWindow({ device, stream, epoch }: Lead, n: number, bpm: number): BeatsWindow {
  const [from, to] = [n * WINDOW, (n + 1) * WINDOW];
  const peaks: number[] = [];
  for (let beat = 0; ; beat++) {
    const peak = Math.round(RATE * ((beat * 60) / bpm + 0.3));
    if (peak >= to) break;
    if (peak >= from) peaks.push(peak);
  }
  const at = Math.round(epoch + (n + 1) * WINDOW_MS);
  return {
    stream,
    device,
    epoch,
    sequence: n,
    from,
    to,
    peaks,
    rateBpm: bpm,
    closedAt: at,
    detectedAt: at + 900,
    model: 'ef',
    source,
    segmentSource: source,
  };
}

const MESSAGES = {
  asystole: ['HIGH', 'No beat for 4 s.'],
  'atrial-fibrillation': ['MEDIUM', 'Atrial fibrillation.'],
  noise: ['LOW', 'Noise on every lead.'],
} as const;

/** The onset of an alarm, now. */
export function alarm(device: string, kind: keyof typeof MESSAGES, over: Partial<AlarmEvent> = {}): AlarmEvent {
  const [priority, message] = MESSAGES[kind];
  const now = Date.now();
  return {
    id: `${device}/${kind}/1`,
    device,
    streams: [`${device}.1`],
    stream: `${device}.1`,
    epoch: 0,
    sequence: 0,
    models: {},
    kind,
    priority,
    category: kind === 'noise' ? 'TECHNICAL' : 'PHYSIOLOGICAL',
    state: 'ACTIVE',
    reason: 'ONSET',
    onsetAt: now,
    at: now,
    emittedAt: now,
    historical: false,
    message,
    acknowledgedBy: null,
    acknowledgedAt: null,
    pausedUntil: null,
    supersededBy: null,
    source: null,
    ...over,
  };
}
