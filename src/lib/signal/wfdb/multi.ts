import { MISSING } from '../types.js';
import { inside } from './files.js';
import type { Header, SegmentSpec } from './header.js';
import { openSegment, readSegment, type Range, type Segment } from './segment.js';
import { convert, matchSignals, referenceSignals } from './layout.js';
import type { SignalSpec } from './signal-line.js';
import { invalid } from './text.js';

/** Position of a segment in the record, and which of its signals belongs to which lead. */
interface Placed {
  readonly segment: Segment;
  /** First frame in the record. */
  readonly at: number;
  readonly frames: number;
  /** For each lead of the record the index of the segment's signal; -1 if the segment lacks it. */
  readonly source: readonly number[];
}

/** A multi-segment record whose segments have been found but not read. */
export interface MultiSegment {
  readonly frames: number;
  readonly signals: readonly SignalSpec[];
  readonly placed: readonly Placed[];
  readonly warnings: readonly string[];
}

type ReadHeader = (file: string) => Promise<{ folder: string; header: Header }>;

/**
 * Opens the segments of a record. With a layout (a first segment of 0 samples) leads are matched by name and may be absent from
 * a segment. Without one every segment has the same signals in the same order.
 *
 * @throws DynamicDeepError FILE_NOT_FOUND, RECORD_INVALID, RECORD_UNSUPPORTED
 */
export async function openSegments(
  master: Header,
  specs: readonly SegmentSpec[],
  folder: string,
  strict: boolean,
  readHeader: ReadHeader,
): Promise<MultiSegment> {
  const warnings = [...master.warnings];
  // Long monitoring records name the same few headers many times.
  const opened = new Map<string, Segment>();
  const open = async (spec: SegmentSpec): Promise<Segment> => {
    const known = opened.get(spec.record);
    if (known) return known;
    const { folder: own, header } = await readHeader(inside(folder, spec.record));
    if (header.segments) throw invalid(master.name, `segment ${spec.record} is itself a multi-segment record`);
    if (header.rate !== master.rate)
      throw invalid(master.name, `segment ${spec.record} has another sampling frequency`);
    const segment = await openSegment(header, own, strict);
    opened.set(spec.record, segment);
    warnings.push(...segment.warnings);
    return segment;
  };
  const first = specs[0];
  const layout = first?.frames === 0 && first.record !== '~' ? (await open(first)).header.signals : undefined;
  const found: { spec: SegmentSpec; at: number; segment?: Segment }[] = [];
  let at = 0;
  for (const spec of layout ? specs.slice(1) : specs) {
    if (spec.record === '~') found.push({ spec, at });
    else found.push({ spec, at, segment: await open(spec) });
    at += spec.frames;
  }
  if (!Number.isSafeInteger(at)) throw invalid(master.name, 'the segments are longer than can be counted');
  if (master.frames !== undefined && master.frames !== at) {
    warnings.push(`${master.name}: expected ${master.frames} frames, its segments have ${at}`);
  }
  const segments = found.flatMap(({ segment }) => (segment ? [segment] : []));
  const shape = layout ?? segments[0]?.header.signals ?? [];
  const placed = found.flatMap(({ spec, at, segment }): Placed[] => {
    if (!segment) return [];
    const match = matchSignals(shape, segment.header, layout !== undefined, master.name);
    warnings.push(...match.warnings);
    if (segment.frames < spec.frames) {
      const problem = `segment ${spec.record}: expected ${spec.frames} frames, got ${segment.frames}`;
      if (strict) throw invalid(master.name, problem);
      warnings.push(`${master.name}, ${problem}`);
    }
    return [{ segment, at, frames: Math.min(spec.frames, segment.frames), source: match.source }];
  });
  const used = placed.map(({ segment, source }) => ({ signals: segment.header.signals, source }));
  const reference = referenceSignals(shape, used, master.name);
  return {
    frames: at,
    signals: reference.signals,
    placed,
    warnings: [...new Set([...warnings, ...reference.warnings])],
  };
}

/** Reads frames `from` <= t < `to` of the leads that are kept; the result is as that of `readSegment`. */
export async function readSegments(
  record: MultiSegment,
  { from, to }: Range,
  kept: readonly boolean[],
  warn: (message: string) => void,
): Promise<Int32Array[]> {
  const leads = record.signals.map((signal, lead) =>
    new Int32Array(kept[lead] ? (to - from) * signal.samplesPerFrame : 0).fill(MISSING),
  );
  for (const { segment, at, frames, source } of record.placed) {
    const first = Math.max(from, at);
    const last = Math.min(to, at + frames);
    if (first >= last) continue;
    const used = segment.header.signals.map((_, s) => source.some((own, lead) => own === s && kept[lead]));
    const parts = await readSegment(segment, { from: first - at, to: last - at }, used, warn);
    source.forEach((s, lead) => {
      if (!kept[lead]) return;
      const reference = record.signals[lead]!;
      const own = segment.header.signals[s];
      const part = parts[s];
      if (!own || !part) return;
      leads[lead]!.set(convert(part, own, reference), (first - from) * reference.samplesPerFrame);
    });
  }
  return leads;
}
