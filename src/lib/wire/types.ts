/**
 * The values of the topics, as schemas/*.avsc has them (units and clocks are documented there). Every `...At` is
 * milliseconds UTC; every index counts from the first sample of the epoch at 300 Hz unless its comment says otherwise.
 */

/** Where a record lies in Kafka. */
export interface Source {
  topic: string;
  partition: number;
  offset: number;
}

/** A segment as the program works with it, made by `resolveSegments` from what came over the wire. */
export interface Segment {
  stream: string;
  epoch: number;
  sequence: number;
  start: number;
  length: number;
  /** Index in the manifest's ladder. */
  rung: number;
  policyVersion: number;
  /** Wall milliseconds: sentAt minus the time at which the last sample had arrived. */
  ageMs: number;
  flags: number;
  /** Predicted error per task: rhythm (nats), peaks. Single precision. Null on records that are not audited. */
  predicted: number[] | null;
  payload: Buffer;
}

/** The fields of a segment that deviates from a usual one. */
export interface Deviation {
  /** Segments of the epoch before this one beyond one for each window: the segment lies in window sequence - extra. */
  extra: number;
  /** Samples at 300 Hz from the window's beginning. 1,792 or more: the segment has no sample at 300 Hz, and `length` is 1. */
  offset: number;
  /** Samples at 300 Hz; 0 stands for a whole window. */
  length: number;
  policyVersion: number;
  flags: number;
  predicted: number[] | null;
}

/** A segment as it lies in a frame. */
export interface WireSegment {
  /** Names the epoch of a stream, together with the frame's run. */
  channel: number;
  sequence: number;
  /** Wall milliseconds from the closing of the segment before it, or for the first from sentAt; may be negative. */
  closedAfter: number;
  rung: number;
  /** Null: a whole window in its usual place. A number: a whole window with that `extra`. */
  deviation: null | number | Deviation;
  payload: Buffer;
}

/** ecg.segments, ecg.audits. */
export interface SegmentFrame {
  version: number;
  /** First 8 bytes of the SHA-256 of the codec's manifest. */
  model: Buffer;
  /** Random number drawn at the gateway's start; channels count from 0 in it. */
  run: number;
  sentAt: number;
  /** Policy version of the segments that do not state another. */
  policyVersion: number;
  segments: WireSegment[];
  /** CRC of 4 bytes over all fields before it: `buildFrames` writes and `isIntact` checks it. */
  crc: Buffer;
}

/** The numbers by which segments name an epoch of a stream. */
export interface ChannelDeclaration {
  run: number;
  channel: number;
  epoch: number;
}

/** ecg.streams. */
export interface StreamInfo {
  stream: string;
  device: string;
  gateway: string;
  /** Ward by which policies may name the stream; null: the gateway was given none. */
  ward: string | null;
  lead: string;
  unit: string;
  gain: number;
  baseline: number;
  rate: number;
  calibrated: boolean;
  model: string;
  clockRate: number;
  /** The newest epochs, at most `CHANNELS_DECLARED`, newest first. */
  channels: ChannelDeclaration[];
  declaredAt: number;
}

/** ecg.signals, ecg.originals. */
export interface SignalWindow {
  stream: string;
  device: string;
  lead: string;
  epoch: number;
  sequence: number;
  start: number;
  length: number;
  rate: number;
  /** Index of the first of `samples`, at `rate`. */
  firstIndex: number;
  gain: number;
  baseline: number;
  /** int16 little-endian. */
  samples: Buffer;
  rung: string;
  lossless: boolean;
  policyVersion: number;
  flags: number;
  nativeBytes: number;
  payloadBytes: number;
  predicted: number[] | null;
  closedAt: number;
  sentAt: number;
  decodedAt: number;
  clockRate: number;
  source: Source;
  /** Hex of the frame's model id. */
  model: string;
}

export type Rhythm = 'N' | 'A' | 'O' | 'NOISE';
export type RhythmStatus = 'LABELLED' | 'NOT_ENOUGH_SIGNAL';

/** ecg.rhythms. */
export interface RhythmWindow {
  stream: string;
  device: string;
  epoch: number;
  sequence: number;
  start: number;
  status: RhythmStatus;
  labels: Rhythm[];
  /** Four per label: N, A, O, NOISE. */
  probabilities: number[];
  /** Device clock of the first sample. */
  firstAt: number;
  closedAt: number;
  classifiedAt: number;
  model: string;
  source: Source;
  segmentSource: Source;
}

/** ecg.beats. */
export interface BeatsWindow {
  stream: string;
  device: string;
  epoch: number;
  sequence: number;
  from: number;
  to: number;
  peaks: number[];
  rateBpm: number | null;
  closedAt: number;
  detectedAt: number;
  model: string;
  source: Source;
  segmentSource: Source;
}

export type AlarmPriority = 'HIGH' | 'MEDIUM' | 'LOW';
export type AlarmCategory = 'PHYSIOLOGICAL' | 'TECHNICAL';
export type AlarmPhase = 'ACTIVE' | 'ACKNOWLEDGED' | 'HELD' | 'LATCHED' | 'ENDED';
export type AlarmReason =
  | 'ONSET'
  | 'RETURNED'
  | 'CONDITION_ENDED'
  | 'UNREADABLE'
  | 'READABLE'
  | 'SUPERSEDED'
  | 'STREAM_ENDED'
  | 'ACKNOWLEDGED'
  | 'PAUSED'
  | 'RESUMED';

/** ecg.alarms. */
export interface AlarmEvent {
  id: string;
  device: string;
  streams: string[];
  stream: string | null;
  epoch: number | null;
  sequence: number | null;
  /** Hashes of the models' manifests by part. */
  models: Record<string, string>;
  kind: string;
  priority: AlarmPriority;
  category: AlarmCategory;
  /** State of the episode after this event, and what led to it. */
  state: AlarmPhase;
  reason: AlarmReason;
  onsetAt: number;
  at: number;
  emittedAt: number;
  historical: boolean;
  message: string;
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
  /** Wall clock: no sound until then. */
  pausedUntil: number | null;
  /** Id of the episode that took its place. */
  supersededBy: string | null;
  source: Source | null;
}

export type AlarmAction = 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME';

/** ecg.alarm-commands. */
export interface AlarmCommand {
  id: string;
  device: string;
  action: AlarmAction;
  /** Id of the episode; null: all open ones. */
  alarm: string | null;
  kind: string | null;
  pauseMs: number | null;
  author: string;
  at: number;
}

/** ecg.alarm-state. */
export interface AlarmState {
  device: string;
  json: string;
  updatedAt: number;
  source: Source | null;
}

export type AuditOutcome = 'COMPLETE' | 'INCOMPLETE' | 'UNPAIRED';

/** ecg.audit-results. Errors that are not finite are null and count as a violation. */
export interface AuditResult {
  stream: string;
  device: string;
  epoch: number;
  record: number;
  sequences: number[];
  outcome: AuditOutcome;
  rungs: string[];
  rhythmError: number | null;
  rhythmErrorCausal: number | null;
  peaksError: number | null;
  prdn: number | null;
  /** Largest PRDN of its segments, each by itself: what a policy bounds. */
  prdnWindow: number | null;
  beatsMissed: number | null;
  beatsInvented: number | null;
  /** Errors of tasks of one's own, by name; null if one is not finite or not loaded. */
  taskErrors: Record<string, number | null> | null;
  bounds: {
    rhythm: number | null;
    peaks: number | null;
    reconstruction: number | null;
    weightedSum: number | null;
    tasks: Record<string, number> | null;
  };
  violated: boolean;
  predicted: number[][] | null;
  nativeBytes: number;
  payloadBytes: number;
  policyVersion: number;
  evaluatedAt: number;
  models: Record<string, string>;
  source: Source;
}

/** A complete policy, as it lies on the topic. src/lib/policy has its rules, docs/policy.md its meaning. */
export interface WirePolicy {
  bounds: {
    rhythm: number;
    peaks: number;
    /** PRDN of a window, percent. */
    reconstruction: number | null;
    /** Sum of the errors of rhythm and peaks, each times its weight. */
    weightedSum: number | null;
    /** Bounds on tasks of one's own, by name. */
    tasks: Record<string, number> | null;
  };
  weights: { rhythm: number; peaks: number };
  alpha: number;
  /** Names; null: all. */
  rungs: string[] | null;
  auditShare: number;
  tasksOn: 'decoded' | 'originals';
  alarms: WireAlarmLimits;
}

interface WireRhythmLimits {
  windowSeconds: number;
  onShare: number;
  offShare: number;
}

/** Alarm limits, complete: src/lib/tasks/alarms/limits.ts. */
interface WireAlarmLimits {
  asystoleSeconds: number;
  extremeTachycardia: number;
  tachycardia: number;
  bradycardia: number;
  extremeBradycardia: number;
  rateHysteresis: number;
  atrialFibrillation: WireRhythmLimits;
  otherRhythm: WireRhythmLimits;
  irregularity: { onEntropy: number; offEntropy: number };
  heldSeconds: number;
  delays: Record<string, { onSeconds: number; offSeconds: number }>;
}

/** ecg.policy. */
export interface PolicyChange {
  id: string;
  version: number;
  scope: string;
  author: string;
  at: number;
  /** Null: the scope has no policy of its own any more. */
  policy: WirePolicy | null;
}

/** ecg.deadletter. */
export interface DeadLetter {
  topic: string;
  partition: number;
  offset: number;
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  reason: string;
  message: string;
  at: number;
}

/** Topic -> value. */
export interface TopicValues {
  'ecg.segments': SegmentFrame;
  'ecg.audits': SegmentFrame;
  'ecg.streams': StreamInfo;
  'ecg.signals': SignalWindow;
  'ecg.originals': SignalWindow;
  'ecg.rhythms': RhythmWindow;
  'ecg.beats': BeatsWindow;
  'ecg.alarms': AlarmEvent;
  'ecg.alarm-state': AlarmState;
  'ecg.alarm-commands': AlarmCommand;
  'ecg.audit-results': AuditResult;
  'ecg.policy': PolicyChange;
  'ecg.deadletter': DeadLetter;
}

export type WireTopic = keyof TopicValues;
