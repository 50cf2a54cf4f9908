/**
 * Reads the records to score: the first 8,960 samples at 300 Hz of the first lead that is a voltage, cut into windows as on
 * the edge.
 */
import { join } from 'node:path';
import { windowMillivolts } from '../../../lib/codec/window-encoder.js';
import { isCarried, LARGEST_OFFSET, measureScale, STEPS_PER_MILLIVOLT } from '../../../lib/codec/window-scale.js';
import { DynamicDeepError } from '../../../lib/errors/index.js';
import { MODEL_RATE, nativeIndex, RECORD, WINDOWS_PER_RECORD } from '../../../lib/signal/grid.js';
import type { Stretch } from '../../../lib/signal/model-rate.js';
import { pieceFlags } from '../../../lib/signal/piece-flags.js';
import { wholePiece, type CutPiece } from '../../../lib/signal/pieces.js';
import { resampleSupport } from '../../../lib/signal/resample.js';
import { runs } from '../../../lib/signal/runs.js';
import type { Lead } from '../../../lib/signal/types.js';
import { readRecording } from '../../../lib/signal/wfdb/index.js';
import { firstVoltage, foreignReason } from '../../data/first-voltage.js';
import { labelledNames } from '../../data/labelled.js';
import type { LeftOut, RecordNotes } from '../record-notes.js';

export interface EcgRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  readonly lead: Omit<Lead, 'samples'>;
  /** The record's native samples and their position, as a lossless code restores them. */
  readonly original: Stretch;
  /** Its five windows, with the flags of their segments. */
  readonly windows: readonly { readonly piece: CutPiece; readonly flags: number }[];
}

export interface LoadOptions {
  /** Records to load; all by default. */
  readonly names?: ReadonlySet<string>;
  /** Collects the records that are missing or damaged, which are left out; without it they are errors. */
  readonly notes?: RecordNotes;
}

/** Records between two progress lines. */
const PROGRESS = 500;

/**
 * Loads every labelled record of the folder (or those of `names`) with 8,960 samples before its first gap and with windows
 * that every rung carries. Also returns which were left out and why.
 *
 * @throws DynamicDeepError DATA_INVALID if labels or records are missing, or no record is long enough; without `notes`
 * the reader's errors for files that are missing or damaged
 */
export async function loadRecords(
  folder: string,
  labels: string,
  { names, notes }: LoadOptions = {},
): Promise<{ readonly records: EcgRecord[]; readonly leftOut: LeftOut[] }> {
  const records: EcgRecord[] = [];
  const leftOut: LeftOut[] = [];
  const labelled = await labelledNames(folder, labels, (line) => notes?.note(line));
  for (const [done, [name, label]] of labelled.entries()) {
    if (done > 0 && done % PROGRESS === 0) notes?.note(`read ${done}/${labelled.length} records`);
    if (names?.has(name) === false) continue;
    const once = () => readRecord(folder, name, label, (text) => notes?.warn(name, text));
    const read = await (notes === undefined ? once() : notes.orLeaveOut(name, once));
    if ('reason' in read) leftOut.push(read);
    else records.push(read);
  }
  if (records.length === 0) {
    const why = leftOut[0] === undefined ? '' : `: ${leftOut[0].name}: ${leftOut[0].reason}`;
    throw new DynamicDeepError('DATA_INVALID', `no labelled record of ${folder} can be scored${why}`);
  }
  return { records, leftOut };
}

/** Reads a record, or returns why it cannot be scored. Throws the reader's errors for files that are missing or damaged. */
export async function readRecord(
  folder: string,
  name: string,
  label: number,
  warn?: (text: string) => void,
): Promise<EcgRecord | LeftOut> {
  const { leads, warnings } = await readRecording(join(folder, name), { leads: firstVoltage((text) => warn?.(text)) });
  for (const text of warnings) warn?.(text);
  const [lead] = leads;
  const reason = lead === undefined ? 'it has no lead' : unusable(lead);
  if (lead === undefined || reason !== undefined) return { name, reason: reason ?? '' };
  const record = cutRecord(name, label, lead);
  const beyond = record.windows.find(({ piece }) => !isCarried(measureScale(windowMillivolts({ piece, lead }))));
  if (beyond === undefined) return record;
  return {
    name,
    reason: `the window at ${beyond.piece.start / MODEL_RATE} s lies beyond ${MOST_MILLIVOLTS} mV, which no lossy rung carries`,
  };
}

const MOST_MILLIVOLTS = LARGEST_OFFSET / STEPS_PER_MILLIVOLT;

/** Returns why a lead cannot be scored; undefined if it can. */
function unusable(lead: Lead): string | undefined {
  const { samples, rate } = lead;
  const foreign = foreignReason(lead);
  if (foreign !== undefined) return foreign;
  if (!(rate >= 50 && rate <= 10_000)) return `${rate} samples a second, not 50 to 10,000`;
  const [run] = runs(samples);
  const usable = run?.start === 0 ? run.length : 0;
  const count = nativeIndex(RECORD, rate);
  if (usable < count) {
    return `${Math.floor((usable * MODEL_RATE) / rate)} samples at 300 Hz before its end or first gap, not ${RECORD}`;
  }
  return samples.subarray(0, count).every((v) => v >= -32_768 && v < 32_768) ? undefined : 'samples beyond 16 bits';
}

function cutRecord(name: string, label: number, { samples, ...lead }: Lead): EcgRecord {
  const { rate, gain, baseline } = lead;
  const count = nativeIndex(RECORD, rate);
  // Samples after the record, up to a gap, are known when its last window closes.
  const closing = Math.min(runs(samples)[0]!.length, count + resampleSupport(rate, MODEL_RATE));
  const known = samples.subarray(0, closing);
  const windows = Array.from({ length: WINDOWS_PER_RECORD }, (_, window) => {
    const piece = wholePiece(known, window, rate);
    return { piece, flags: pieceFlags(piece, { lead, last: false, deviceLeadOff: false }) };
  });
  const original = {
    start: 0,
    length: RECORD,
    rate,
    firstIndex: 0,
    samples: Int16Array.from(samples.subarray(0, count)),
    gain,
    baseline,
  };
  return { name, label, lead, original, windows };
}
