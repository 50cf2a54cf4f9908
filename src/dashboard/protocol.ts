/**
 * Messages between server and page; docs/dashboard.md describes their order. Only types, because the page is built from this
 * file too. Every `...At` and every other time is milliseconds UTC, of the clock that its comment names.
 */
import type { AlarmEvent, AuditResult, Rhythm } from '../lib/wire/types.js';

export type Role = 'viewer' | 'clinician' | 'admin';

/** Person who looks at the page. */
export interface Viewer {
  /** Opaque id: author of alarm commands. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** True if nobody had to log in, which the page then says. */
  readonly openAccess: boolean;
}

/** First message of every connection. */
export interface Hello {
  readonly type: 'hello';
  /** Random name of this run of the server. */
  readonly instance: string;
  /** False: beds and alarms follow anew, and the page must drop those that it holds. */
  readonly resumed: boolean;
  /** Wall clock of the server. */
  readonly now: number;
  readonly viewer: Viewer;
  readonly version: string;
}

/** Changes in order, up to and including number `sequence`. */
export interface Update {
  readonly type: 'update';
  readonly sequence: number;
  /** Wall clock of the server. */
  readonly now: number;
  readonly events: readonly PageEvent[];
}

export interface StreamEvent {
  readonly kind: 'stream';
  readonly stream: string;
  readonly device: string;
  readonly gateway: string;
  readonly lead: string;
  /** Device seconds per wall second. */
  readonly clockRate: number;
  readonly calibrated: boolean;
}

/** Arrival of a window, without its samples. */
export interface WindowEvent {
  readonly kind: 'window';
  readonly stream: string;
  readonly device: string;
  readonly rung: string;
  readonly lossless: boolean;
  readonly payloadGain: number;
  /** Flags as on ecg.segments. */
  readonly flags: number;
  /** Device clock: end of the last sample. */
  readonly endAt: number;
  /** Wall clock of the gateway when the last sample had arrived. */
  readonly closedAt: number;
}

export interface RhythmEvent {
  readonly kind: 'rhythm';
  readonly stream: string;
  readonly device: string;
  readonly epoch: number;
  /** Model-rate index of the first label's step. */
  readonly start: number;
  /** One per 256 samples; empty if there is not enough signal. */
  readonly labels: readonly Rhythm[];
}

export interface BeatsEvent {
  readonly kind: 'beats';
  readonly stream: string;
  readonly device: string;
  readonly epoch: number;
  /** Model-rate indices in the epoch. */
  readonly from: number;
  readonly to: number;
  readonly peaks: readonly number[];
  readonly rateBpm: number | null;
}

export type AlarmChange = Omit<AlarmEvent, 'models' | 'source'>;

export interface AlarmChangeEvent {
  readonly kind: 'alarm';
  readonly change: AlarmChange;
}

export type Audit = Omit<AuditResult, 'models' | 'source' | 'sequences'>;

export interface AuditEvent {
  readonly kind: 'audit';
  readonly result: Audit;
}

export type PageEvent = StreamEvent | WindowEvent | RhythmEvent | BeatsEvent | AlarmChangeEvent | AuditEvent;

/** Header of a binary message; 16-bit little-endian samples follow. */
export interface WindowHeader {
  readonly stream: string;
  readonly device: string;
  readonly epoch: number;
  readonly sequence: number;
  /** Model-rate index of the first sample, and number of model-rate samples. */
  readonly start: number;
  readonly length: number;
  /** Samples per second, and index of the first sample in the epoch, at that rate. */
  readonly rate: number;
  readonly firstIndex: number;
  /** ADC units per mV, and value at 0 mV. */
  readonly gain: number;
  readonly baseline: number;
  readonly rung: string;
  readonly lossless: boolean;
  readonly flags: number;
  readonly clockRate: number;
}

/** What the page asks for; only the newest message counts. */
export interface Watch {
  readonly type: 'watch';
  /** Beds of which the tile's lead is wanted (tile-lead.ts). */
  readonly beds: readonly string[];
  /** Bed of which all leads are wanted. */
  readonly whole: string | null;
  /** Which reports are wanted, every few seconds. */
  readonly reports: readonly ('compression' | 'system')[];
}

/** Bytes at each stage, over one minute or in total. */
export interface Gains {
  readonly nativeBytes: number;
  readonly payloadBytes: number;
  /** Batches of ecg.segments and ecg.audits in the broker's log, before replication. */
  readonly wireBytes: number;
  /** Part of `wireBytes` that belongs to audits. */
  readonly auditBytes: number;
  readonly segments: number;
}

/** Gains of one minute; null without bytes. `at`: start of the minute, wall clock. */
export interface MinuteGains {
  readonly at: number;
  readonly wireGain: number | null;
  readonly payloadGain: number | null;
}

export interface WardGains {
  readonly gateway: string;
  readonly gains: Gains;
  readonly recent: Gains;
  /** The last hour, oldest first. */
  readonly minutes: readonly MinuteGains[];
}

export interface Violations {
  readonly hours: number;
  readonly records: number;
  readonly violated: number;
  /** 95% interval of the rate, widened because records of one stream are alike; null without records. */
  readonly interval: readonly [number, number] | null;
}

/** Errors of one task on complete audited records, in the task's unit. */
export interface TaskErrors {
  /** Bound of the newest audited record. */
  readonly bound: number | null;
  /** Largest predicted error among a record's segments, and the true error of the record. */
  readonly records: readonly { readonly predicted: number | null; readonly true: number | null }[];
}

export interface Savings {
  readonly currency: string;
  readonly amount: number;
}

export interface CompressionReport {
  readonly type: 'compression';
  /** Wall clock from which bytes are counted. */
  readonly since: number;
  readonly total: Gains;
  /** The last five whole minutes and the current one. */
  readonly recent: Gains;
  /** The paper's CG, samples in / numbers out, as the mean over whole records; null if no used rung has one. */
  readonly meanElementGain: number | null;
  readonly wards: readonly WardGains[];
  /** The whole installation over the last day, oldest first. */
  readonly minutes: readonly MinuteGains[];
  readonly rungs: readonly { readonly rung: string; readonly segments: number; readonly payloadBytes: number }[];
  readonly violations: readonly Violations[];
  readonly errors: { readonly rhythm: TaskErrors; readonly peaks: TaskErrors };
  readonly savings: Savings | null;
}

export interface SystemReport {
  readonly type: 'system';
  readonly services: readonly { readonly name: string; readonly members: number; readonly state: string }[];
  /** Gateways with the wall time of their newest frame. */
  readonly gateways: readonly { readonly gateway: string; readonly newestAt: number; readonly streams: number }[];
  readonly lag: readonly {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly lag: number;
  }[];
  /** Wall time of the broker's answer that `services` and `lag` are from; null before the first. */
  readonly groupsAt: number | null;
  /** Records per second on each topic over the last minute. */
  readonly throughput: readonly { readonly topic: string; readonly perSecond: number }[];
  /** Latency since a window's last sample over the last minute, wall milliseconds. */
  readonly latency: readonly { readonly stage: string; readonly p50: number | null; readonly p99: number | null }[];
  readonly deadLetters: readonly { readonly reason: string; readonly count: number; readonly newestAt: number }[];
  readonly connections: number;
  /** Newest version on ecg.policy; 0 if there is none. */
  readonly policyVersion: number;
}

export type ServerMessage = Hello | Update | CompressionReport | SystemReport;

/** Body of POST /api/alarm-commands. */
export interface CommandRequest {
  readonly device: string;
  readonly action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME';
  /** Id of an episode; null: all of the bed. */
  readonly alarm: string | null;
  readonly pauseMs: number | null;
}
