/** A ward in which something happens, for pictures and for whoever looks at the whole page. */
import type { KnownStream } from '../../src/dashboard/policy/coverage.js';
import { intervalOf, sumByStream, sumsOf, type TriedAudit } from '../../src/dashboard/policy/preview-sums.js';
import type { PolicyPreview } from '../../src/dashboard/policy/protocol.js';
import { parsePolicy, type Policy } from '../../src/lib/policy/index.js';
import { encode } from '../../src/lib/wire/index.js';
import type { AuditResult, SegmentFrame } from '../../src/lib/wire/index.js';
import {
  alarm,
  beatsWindow,
  rhythm,
  rhythmWindow,
  signalWindow,
  streamInfo,
  WINDOW_MS,
  type Lead,
  type Shape,
} from './signals.js';
import { setInLog, type Station } from './station.js';

const RUNGS = ['neural-6', 'neural-3', 'transform-2', 'lossless'] as const;
const PAYLOADS = { 'neural-6': 14, 'neural-3': 41, 'transform-2': 180, lossless: 890 } as const;
/** A benchmark has no policies/ beside it. */
const SHIPPED = parsePolicy(
  JSON.stringify({
    scope: 'default',
    bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: 20 },
    alpha: 0.01,
    auditShare: 0.001,
  }),
  'the ward',
);
export interface Filling {
  /** Windows that lie behind every bed at the start. */
  readonly behind?: number;
  /** All beds show this; by default each has a rhythm of its own. */
  readonly shape?: Shape;
}

/** Puts a window on when it has ended; the returned function stops that. */
export function fillWard(station: Station, beds: number, filling: Filling = {}): () => void {
  const { behind = 30 } = filling;
  const { ward, system } = station;
  const now = Date.now();
  const publishers = Array.from({ length: beds }, (_, i) => {
    const device = `ward-1-${String(i + 1).padStart(3, '0')}`;
    const epoch = Math.round(now - behind * WINDOW_MS - ((i * 997) % WINDOW_MS));
    const lead: Lead = { device, stream: `${device}.1`, epoch, lead: i % 3 === 0 ? 'MLII' : 'II' };
    const bpm = 52 + ((i * 17) % 60);
    const isAf = i % 14 === 4 || i % 14 === 7;
    const shape = filling.shape ?? shapeOf(i, bpm, isAf);
    /** From this window on the third bed has no beat. */
    const still = filling.shape === undefined && i === 2 ? behind - 1 : Infinity;
    ward.takeStream(streamInfo(lead));
    station.coverage.takeStream(lead.stream, streamInfo(lead));
    system.takeStream('ward-1', lead.stream);
    let n = 0;
    const publish = (): void => {
      for (; epoch + (n + 1) * WINDOW_MS < Date.now(); n++) {
        if (i === 2 && n % 9 === 5) continue;
        const [own, label] = n >= still ? [flat, 'NOISE' as const] : [shape, isAf ? ('A' as const) : ('N' as const)];
        const rung = RUNGS[(n + i) % RUNGS.length] ?? 'lossless';
        const flags = i === 5 ? 16 : 0;
        const over = { rung, lossless: rung === 'lossless', payloadBytes: PAYLOADS[rung], flags };
        const window = signalWindow(lead, n, own, over);
        const result = rhythmWindow(lead, n, i % 5 === 3 && n % 3 === 0 ? 'O' : label);
        const beats = beatsWindow(lead, n, bpm);
        ward.takeSignal(window, 0);
        ward.takeRhythm(result);
        ward.takeBeats(n >= still ? { ...beats, peaks: [], rateBpm: null } : beats);
        system.takeSignal(window);
        system.takeRhythm(result);
        const frame = { topic: 'ecg.segments', partition: 0, offset: 0, key: Buffer.from('ward-1'), value: null };
        if (window.decodedAt > now - 60_000) system.takeFrame({ ...frame, timestamp: window.sentAt }, window.decodedAt);
      }
    };
    publish();
    return publish;
  });
  const bed = (number: number): string => `ward-1-${String(number).padStart(3, '0')}`;
  ward.takeAlarm(alarm(bed(3), 'asystole'));
  ward.takeAlarm(alarm(bed(5), 'atrial-fibrillation'));
  ward.takeAlarm(alarm(bed(6), 'noise'));
  ward.takeAlarm(alarm(bed(8), 'atrial-fibrillation', { state: 'ACKNOWLEDGED', acknowledgedBy: 'nurse-3' }));
  fillCompression(station, beds, now, behind);
  fillPolicies(station);
  const timer = setInterval(() => {
    for (const publish of publishers) publish();
  }, 200);
  return () => {
    clearInterval(timer);
  };
}

/** Without a beat: what an electrode picks up of the mains and of breathing. */
const flat: Shape = (seconds) => 0.02 * Math.sin(1.7 * seconds) + 0.004 * Math.sin(314 * seconds);

function shapeOf(i: number, bpm: number, isAf: boolean): Shape {
  const shape = rhythm(bpm, isAf ? 0.12 : 0.01);
  if (i !== 5) return shape;
  return (seconds) => shape(seconds) + 0.09 * Math.sin(211 * seconds) + 0.07 * Math.sin(137 * seconds + 2 * Math.sin(9 * seconds)); // prettier-ignore
}

function fillPolicies({ policyLog, system }: Station): void {
  const put = (scope: string, author: string, over: Partial<Policy>): void => {
    setInLog(policyLog, system, { scope, author, policy: { ...SHIPPED.policy, ...over } });
  };
  const { bounds } = SHIPPED.policy;
  put('default', 'physician-2', {});
  put('ward:icu', 'physician-2', { bounds: { ...bounds, rhythm: 0.05 }, auditShare: 0.01 });
  put('default', 'physician-5', { bounds: { ...bounds, rhythm: 0.5, reconstruction: 20 }, auditShare: 0.002 });
}

/** Figures of a preview, made up as everything here. */
export function madeUpPreview(streams: readonly KnownStream[]): Omit<PolicyPreview, 'standing'> {
  const now = Date.now();
  const tried = streams.slice(0, 6).flatMap(({ stream, device }, i) =>
    Array.from({ length: 8 }, (_, record): TriedAudit => {
      const payloadBytes = 380 + 110 * ((7 * i) % 5);
      const rungs: Record<string, number> = record === 3 && i % 2 === 1 ? { 'neural-6': 2, lossless: 3 } : { 'neural-6': 3, 'neural-3': 2 }; // prettier-ignore
      const rhythmError = Math.exp(-3.6 + 1.3 * Math.sin(2.3 * record + i));
      const audit = { ...auditOf(stream, device, record), payloadBytes: payloadBytes + 240 + 50 * i };
      return [audit, { payloadBytes, rungs, rhythmError, peaksError: rhythmError / 9, prdn: 12 + i + (record % 3) }];
    }),
  );
  const limits = { bounds: { rhythm: 0.5, peaks: 0.1, reconstruction: 20 } };
  const found = sumByStream(tried, limits);
  return {
    streams: found,
    all: sumsOf(tried, limits),
    interval: intervalOf(tried, limits),
    without: streams.length - found.length,
    wanted: 48,
    gone: 0,
    from: now - 3_600_000,
    to: now - 120_000,
  };
}

/** A complete audit of little consequence. */
function auditOf(stream: string, device: string, record: number): AuditResult {
  return {
    stream,
    device,
    epoch: 0,
    record,
    sequences: [],
    outcome: 'COMPLETE',
    rungs: ['neural-3', 'neural-6'],
    rhythmError: 0.01,
    rhythmErrorCausal: 0.01,
    peaksError: 0.01,
    prdn: 11 + record,
    prdnWindow: 13 + record,
    beatsMissed: 0,
    beatsInvented: record % 2,
    taskErrors: null,
    bounds: { rhythm: 0.05, peaks: 0.1, reconstruction: null, weightedSum: null, tasks: null },
    violated: false,
    predicted: null,
    nativeBytes: 21_504,
    payloadBytes: 300,
    policyVersion: 0,
    evaluatedAt: 0,
    models: {},
    source: { topic: 'ecg.originals', partition: 0, offset: 0 },
  };
}

function fillCompression(
  { ward, compression, system, ladder }: Station,
  beds: number,
  now: number,
  behind: number,
): void {
  for (let i = 0; i < Math.min(beds, 8); i++) {
    const device = `ward-1-${String(i + 1).padStart(3, '0')}`;
    for (let record = 0; record < 6; record++) {
      const rhythmError = Math.exp(-5 + 1.6 * Math.sin(2.3 * record + i) + 0.9 * Math.sin(7.1 * record * i));
      const result: AuditResult = {
        ...auditOf(`${device}.1`, device, record),
        epoch: Math.round(now - behind * WINDOW_MS),
        rhythmError,
        rhythmErrorCausal: rhythmError,
        violated: rhythmError > 0.05,
        evaluatedAt: now - record * 600_000,
        predicted: [[Math.exp(-4.6 + 1.6 * Math.sin(2.3 * record + i)), 0.1]],
      };
      ward.takeAudit(result);
      compression.takeAudit(result);
    }
  }
  for (let minute = 50; minute >= 0; minute--) {
    const value = frame(minute, beds, ladder.id);
    const timestamp = now - minute * 60_000;
    compression.takeFrame({
      topic: 'ecg.segments',
      partition: 0,
      offset: 0,
      timestamp,
      key: Buffer.from('ward-1'),
      value,
    });
  }
  compression.takeStream('ward-1-001.1', streamInfo({ device: 'ward-1-001', stream: 'ward-1-001.1', epoch: now }));
  system.groups = {
    services: ['decoder-stream', 'tasks-stream', 'alarm-webhook'].map((name, i) => ({
      name,
      members: i < 2 ? 1 : 0,
      state: i < 2 ? 'Stable' : 'Empty',
    })),
    lag: Array.from({ length: 4 }, (_, partition) => ({
      group: 'tasks-stream',
      topic: 'ecg.signals',
      partition,
      lag: 1 + (partition % 2),
    })),
    groupsAt: now,
  };
}

/** Segments of channel 0 in one minute. */
function frame(minute: number, beds: number, model: Buffer): Buffer {
  const segments = Array.from({ length: beds * 10 }, (_, i) => ({
    channel: 0,
    sequence: i,
    closedAfter: 0,
    rung: (i + (minute % 3)) % 3 === 0 ? 6 : 8,
    deviation: null,
    payload: Buffer.alloc(30 + 25 * ((minute + i) % 3) + Math.round(9 * Math.sin(minute / 3))),
  }));
  const head = { version: 1, model, run: 1, sentAt: Date.now(), policyVersion: 0 };
  const value: SegmentFrame = { ...head, segments, crc: Buffer.alloc(4) };
  return encode('ecg.segments', value);
}
