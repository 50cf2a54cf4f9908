import path from 'node:path';
import { DynamicDeepError } from '../../errors/index.js';
import type { Lead, Recording } from '../types.js';
import { readWhole } from './files.js';
import { parseHeader, type Header } from './header.js';
import { openSegments, readSegments } from './multi.js';
import { openSegment, readSegment, type Range } from './segment.js';
import { DEFAULT_GAIN, type SignalSpec } from './signal-line.js';

/** A lead before its samples are read. */
export type LeadInfo = Omit<Lead, 'samples'>;

export interface ReadOptions {
  /** First frame; 0 by default. */
  readonly from?: number;
  /** Frame after the last one; the record's end by default and at most. */
  readonly to?: number;
  /** If true, signal files shorter than their header says are an error instead of a warning. */
  readonly strict?: boolean;
  /** Chooses the leads to keep; all by default. The others take no memory. */
  readonly leads?: (there: readonly LeadInfo[]) => readonly LeadInfo[];
  /** Maximum number of samples of all kept leads together (4 bytes each). */
  readonly maxSamples?: number;
}

const MAX_SAMPLES = 2 ** 28;

/**
 * Reads a WFDB record: header, signal files and, for a multi-segment record, its segments. Samples are native ADC values of
 * each lead at its own rate, MISSING where the file has none. `start` is the time of the first frame read. A lead in a unit
 * other than volts is kept, uncalibrated and with a warning; so is one without a gain.
 *
 * @param file path of the record, with or without `.hea`
 * @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID, RECORD_UNSUPPORTED; CONFIG_INVALID for a bad range; and whatever
 * `options.leads` throws, before samples are read
 */
export async function readRecording(file: string, options: ReadOptions = {}): Promise<Recording> {
  const { folder, header } = await readHeader(file);
  const strict = options.strict ?? false;
  const warnings: string[] = [];
  if (header.segments) {
    const record = await openSegments(header, header.segments, folder, strict, readHeader);
    const range = clamp(options, record.frames);
    const kept = choose(header, record.signals, options);
    bound(record.signals, kept, range, options, header.name);
    const samples = await readSegments(record, range, kept, (message) => warnings.push(message));
    return recording(header, record.signals, kept, samples, range.from, [...record.warnings, ...warnings]);
  }
  const segment = await openSegment(header, folder, strict);
  const range = clamp(options, segment.frames);
  const kept = choose(header, header.signals, options);
  bound(header.signals, kept, range, options, header.name);
  const samples = await readSegment(segment, range, kept, (message) => warnings.push(message));
  return recording(header, header.signals, kept, samples, range.from, [...segment.warnings, ...warnings]);
}

/** Reads a header by the record's path, with or without `.hea`. @throws DynamicDeepError */
export async function readHeader(file: string): Promise<{ folder: string; header: Header }> {
  const base = file.replace(/\.hea$/, '');
  const bytes = await readWhole(`${base}.hea`);
  return { folder: path.dirname(base), header: parseHeader(decodeText(bytes), path.basename(`${base}.hea`)) };
}

/** Decodes the text of a header. Headers should be ASCII; in practice units and lead names are UTF-8 or Latin-1. */
function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Says for each signal whether it is kept. */
function choose(header: Header, signals: readonly SignalSpec[], { leads }: ReadOptions): boolean[] {
  const there = signals.map((signal) => infoOf(signal, header));
  const kept = new Set(leads?.(there) ?? there);
  return there.map((info) => kept.has(info));
}

function infoOf(signal: SignalSpec, header: Header): LeadInfo {
  const { name, gain, baseline, calibrated, foreignUnit, rails } = signal;
  const rate = header.rate * signal.samplesPerFrame;
  const unit = foreignUnit === undefined ? {} : { foreignUnit };
  return { name, rate, gain, baseline, calibrated, ...unit, ...(rails ? { rails } : {}) };
}

function clamp(options: ReadOptions, frames: number): Range {
  const { from = 0, to = frames } = options;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw new DynamicDeepError('CONFIG_INVALID', `frames ${from} to ${to} are not a range`);
  }
  return { from: Math.min(from, frames), to: Math.min(to, frames) };
}

function bound(
  signals: readonly SignalSpec[],
  kept: readonly boolean[],
  range: Range,
  options: ReadOptions,
  name: string,
): void {
  const perFrame = signals.reduce((sum, signal, s) => sum + (kept[s] ? signal.samplesPerFrame : 0), 0);
  const samples = perFrame * (range.to - range.from);
  const limit = options.maxSamples ?? MAX_SAMPLES;
  if (samples <= limit) return;
  throw new DynamicDeepError(
    'RECORD_UNSUPPORTED',
    `${name}: ${samples} samples are more than the ${limit} that are held at once: take fewer of its leads, or cut it into shorter records`,
  );
}

function recording(
  header: Header,
  signals: readonly SignalSpec[],
  kept: readonly boolean[],
  samples: readonly Int32Array[],
  from: number,
  warnings: readonly string[],
): Recording {
  const leads = signals.flatMap((signal, s): Lead[] =>
    kept[s] ? [{ ...infoOf(signal, header), samples: samples[s]! }] : [],
  );
  const foreign = signals.flatMap(({ name, foreignUnit }) =>
    foreignUnit === undefined ? [] : [`lead ${name} is in ${foreignUnit}, which is no voltage`],
  );
  const assumed = leads.flatMap(({ name, calibrated, foreignUnit }) =>
    calibrated || foreignUnit !== undefined
      ? []
      : [`lead ${name} states no gain: ${DEFAULT_GAIN} units a millivolt assumed`],
  );
  return {
    name: header.name,
    rate: header.rate,
    leads,
    ...(header.start ? { start: new Date(header.start.getTime() + Math.round((from / header.rate) * 1000)) } : {}),
    warnings: [...warnings, ...foreign, ...assumed],
  };
}
