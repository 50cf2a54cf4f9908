import path from 'node:path';
import { DynamicDeepError } from '../../errors/index.js';
import { MISSING } from '../types.js';
import { inside, sizeOf } from './files.js';
import { bytesFor, formatOf, framesIn, readGroup, type Group } from './group.js';
import type { Header } from './header.js';
import type { SignalSpec } from './signal-line.js';
import { FORMATS, type SampleFormat } from './formats.js';
import { invalid } from './text.js';

/** A record of one segment whose signal files have been found and measured but not read. */
export interface Segment {
  readonly header: Header;
  /** Frames that can be read. */
  readonly frames: number;
  readonly groups: readonly Group[];
  readonly warnings: readonly string[];
}

/** Frames `from` <= t < `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Placeholder format for groups without samples. */
const NO_SAMPLES: SampleFormat = FORMATS.get(16)!;

/**
 * Finds the signal files of a header and determines how many frames they hold.
 *
 * @param strict files shorter than the header says are an error instead of a warning
 * @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID, RECORD_UNSUPPORTED
 */
export async function openSegment(header: Header, folder: string, strict: boolean): Promise<Segment> {
  const groups = groupsOf(header, folder);
  const warnings: string[] = [];
  const counts: number[] = [];
  for (const group of groups) {
    if (group.file === undefined) continue;
    const size = await sizeOf(group.file);
    const { whole, begun } = framesIn(group, size);
    const file = path.basename(group.file);
    if (header.frames === undefined) {
      counts.push(whole);
    } else if (begun < header.frames || size < bytesFor(group, header.frames)) {
      const expected = bytesFor(group, header.frames);
      const problem = `expected ${expected} bytes (${header.frames} frames), got ${size} (${whole} whole frames)`;
      if (strict) throw invalid(file, problem);
      warnings.push(`${file}: ${problem}`);
      counts.push(Math.min(begun, header.frames));
    } else {
      counts.push(header.frames);
    }
  }
  const frames = counts.length > 0 ? Math.max(...counts) : (header.frames ?? 0);
  if (header.frames === undefined && counts.some((count) => count !== frames)) {
    warnings.push(`${header.name}: the signal files hold different numbers of frames; ends are marked missing`);
  }
  return { header, frames, groups, warnings: [...header.warnings, ...warnings] };
}

/**
 * Reads frames `from` <= t < `to` <= segment.frames of the signals that are kept.
 *
 * @param kept for each signal; the samples of a signal that is not kept are summed for its checksum but not held
 * @param warn called for checksums that do not match; they are compared only if the whole segment is read
 * @returns for each signal (to - from) x samplesPerFrame ADC values, MISSING where the file has none; empty if not kept
 */
export async function readSegment(
  segment: Segment,
  { from, to }: Range,
  kept: readonly boolean[],
  warn: (message: string) => void,
): Promise<Int32Array[]> {
  const all: Int32Array[] = [];
  for (const group of segment.groups) {
    const first = all.length;
    const leads = group.signals.map((signal, s) =>
      new Int32Array(kept[first + s] ? (to - from) * signal.samplesPerFrame : 0).fill(MISSING),
    );
    all.push(...leads);
    if (group.file === undefined) continue;
    const stored = segment.header.frames ?? segment.frames;
    const sums = await readGroup({ ...group, file: group.file }, from, to, stored, leads);
    const complete = from === 0 && to === stored;
    group.signals.forEach((signal, s) => {
      if (!complete || signal.checksum === undefined || (signal.checksum & 0xffff) === sums[s]) return;
      warn(`${segment.header.name}, lead ${signal.name}: checksum ${signal.checksum} expected, got ${int16(sums[s]!)}`);
    });
  }
  return all;
}

function groupsOf(header: Header, folder: string): Group[] {
  const groups: Group[] = [];
  let members: SignalSpec[] = [];
  header.signals.forEach((signal, s) => {
    members.push(signal);
    if (header.signals[s + 1]?.file === signal.file) return;
    groups.push(groupOf(members, header.name, folder));
    members = [];
  });
  return groups;
}

function groupOf(signals: readonly SignalSpec[], where: string, folder: string): Group {
  const [first] = signals as readonly [SignalSpec, ...SignalSpec[]];
  const samplesPerFrame = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  const shared = { byteOffset: first.byteOffset, signals, samplesPerFrame };
  if (first.file === '~' || signals.every((signal) => signal.format === 0)) return { ...shared, format: NO_SAMPLES };
  if (first.file === '-') throw new DynamicDeepError('RECORD_UNSUPPORTED', `${where}: samples from standard input`);
  if (signals.some((signal) => signal.format !== first.format)) {
    throw invalid(where, `the signals of ${first.file} differ in format`);
  }
  return { ...shared, format: formatOf(first, where), file: inside(folder, first.file) };
}

function int16(sum: number): number {
  return (sum << 16) >> 16;
}
