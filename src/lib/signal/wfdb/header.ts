import { parseSignalLine, type SignalSpec } from './signal-line.js';
import { parseStart } from './start.js';
import { decimal, invalid } from './text.js';

/** One line of a multi-segment header: a record of its own, or `~` for a stretch without any signal. */
export interface SegmentSpec {
  readonly record: string;
  readonly frames: number;
}

/** A WFDB header with defaults filled in. Comment lines are not kept: names and birth dates must not leave the source. */
export interface Header {
  readonly name: string;
  /** Frames per second. */
  readonly rate: number;
  /** Frames of the whole record; undefined if only the size of the signal files tells. */
  readonly frames?: number;
  readonly start?: Date;
  readonly signals: readonly SignalSpec[];
  /** Defined for a multi-segment record, which then has no signals of its own. */
  readonly segments?: readonly SegmentSpec[];
  readonly warnings: readonly string[];
}

const DEFAULT_RATE = 250;
/** The format allows 255. */
const MAX_LINE = 4096;
const RECORD_NAME = /^[\p{L}\p{N}_-][\p{L}\p{N}_.-]*$/u;

/**
 * Parses the text of a `.hea` file as defined by header(5) of the WFDB Applications Guide.
 *
 * @param where the file's name, for messages
 * @throws DynamicDeepError RECORD_INVALID, naming the line
 */
export function parseHeader(text: string, where: string): Header {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.some((line) => line.length > MAX_LINE)) throw invalid(where, `a line of more than ${MAX_LINE} characters`);
  const [recordLine, ...rest] = lines;
  if (recordLine === undefined) throw invalid(where, 'no record line');
  const fields = recordLine.split(/\s+/);
  const [name, segmentCount] = splitOnce(fields[0] ?? '', '/');
  if (!RECORD_NAME.test(name)) throw invalid(where, 'the record name holds other than letters, digits, _ . or -');
  const signalCount = integer(fields[1], where, 'number of signals');
  const rate = frameRate(fields[2], where);
  const frames = fields[3] === undefined ? 0 : integer(fields[3], where, 'number of samples');
  const start = parseStart(fields[4], fields[5]);
  const warnings = start === 'unreadable' ? [`${where}: the start date or time is unreadable and is left out`] : [];
  const common = {
    name,
    rate,
    ...(frames > 0 ? { frames } : {}),
    ...(start instanceof Date ? { start } : {}),
    warnings,
  };
  if (segmentCount !== undefined) {
    const count = integer(segmentCount, where, 'number of segments');
    if (count === 0) throw invalid(where, 'a multi-segment record without segments');
    const segments = takeLines(rest, count, where, 'segment').map((line) => parseSegmentLine(line, where));
    return { ...common, signals: [], segments };
  }
  const signals = takeLines(rest, signalCount, where, 'signal').map((line, k) => parseSignalLine(line, k, where));
  return { ...common, signals };
}

function parseSegmentLine(line: string, where: string): SegmentSpec {
  const [record = '', frames] = line.split(/\s+/);
  return { record, frames: integer(frames, where, `number of samples of segment ${record}`) };
}

function takeLines(lines: readonly string[], count: number, where: string, kind: string): readonly string[] {
  if (lines.length < count) throw invalid(where, `expected ${count} ${kind} lines, got ${lines.length}`);
  return lines.slice(0, count);
}

/** Parses `rate`, `rate/counter` or `rate/counter(base)`; the counter is not used. */
function frameRate(field: string | undefined, where: string): number {
  if (field === undefined) return DEFAULT_RATE;
  const rate = decimal(splitOnce(field, '/')[0]);
  if (rate === undefined || rate < 0) throw invalid(where, 'the sampling frequency is not a number');
  return rate === 0 ? DEFAULT_RATE : rate;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function integer(text: string | undefined, where: string, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw invalid(where, `the ${what} is not a whole number`);
  return Number(text);
}
