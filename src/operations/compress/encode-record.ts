/** Encodes one record to runs of segments, cut and coded as on the edge. */
import { BITSTREAM_VERSION, type Ladder } from '../../lib/codec/ladder.js';
import type { PieceCode, PieceToEncode } from '../../lib/codec/window-encoder.js';
import type { FileSegment, LeadHeader, SegmentRun } from '../../lib/compressed-file/index.js';
import type { SecondOpinion } from '../../lib/tasks/haste.js';
import { cutPiecesAsking } from '../../lib/signal/piece-cutter.js';
import type { CutPiece } from '../../lib/signal/pieces.js';
import type { Lead } from '../../lib/signal/types.js';
import type { PieceCoder } from './chooser.js';
import type { SourceRecord } from './source.js';

/** Limits that bound memory: pieces of a lead that are coded together, segments of a run, bytes of a run. */
const BATCH = 32;
const MOST_SEGMENTS = 256;
const MOST_BYTES = 2 ** 18;

export interface RecordPlace {
  /** Index of the record in the file, and number of records in the file. */
  readonly record: number;
  readonly records: number;
}

export interface RecordCoding {
  readonly ladder: Ladder;
  /** Codes leads that are voltages; `lossless` codes the others. */
  readonly coder: PieceCoder;
  readonly lossless: PieceCoder;
  /** Asked for leads that are voltages, before a rhythm closes a window early. */
  readonly secondOpinion?: SecondOpinion | undefined;
  readonly write: (run: Omit<SegmentRun, 'crc'>) => Promise<void>;
  /** Called with each code. */
  readonly onCode: (lead: number, piece: CutPiece, code: PieceCode) => void;
}

interface LeadRun {
  readonly lead: Lead;
  readonly pieces: AsyncIterator<CutPiece, void>;
  /** Next piece to code. */
  next: CutPiece | undefined;
  runs: number;
  /** Model-rate index just after the last segment. */
  end: number;
  start: number;
  segments: FileSegment[];
  bytes: number;
}

export async function encodeRecord(source: SourceRecord, place: RecordPlace, coding: RecordCoding): Promise<void> {
  const leads = await Promise.all(source.leads.map((lead) => openLead(lead, coding)));
  const runOf = (index: number, last: boolean): Omit<SegmentRun, 'crc'> => {
    const { runs, start, segments } = leads[index] as LeadRun;
    const header = runs === 0 ? headerOf(source, index, place, coding.ladder) : null;
    const { record } = place;
    const version = BITSTREAM_VERSION;
    return { version, model: coding.ladder.id, record, lead: index, run: runs, last, header, start, segments };
  };
  const flush = async (index: number, last: boolean): Promise<void> => {
    await coding.write(runOf(index, last));
    const own = leads[index] as LeadRun;
    own.runs++;
    own.segments = [];
    own.bytes = 0;
  };
  for (let batch = await takeBatch(leads); batch.length > 0; batch = await takeBatch(leads)) {
    const codes = await codeBatch(source, batch, coding);
    for (const [i, { lead: index, piece }] of batch.entries()) {
      const code = codes[i] as PieceCode;
      const own = leads[index] as LeadRun;
      coding.onCode(index, piece, code);
      addSegment(own, piece, code);
      if (own.segments.length >= MOST_SEGMENTS || own.bytes >= MOST_BYTES) await flush(index, false);
    }
  }
  for (const index of leads.keys()) await flush(index, true);
}

async function openLead(lead: Lead, { secondOpinion }: RecordCoding): Promise<LeadRun> {
  const asks = secondOpinion !== undefined && lead.foreignUnit === undefined;
  const pieces = cutPiecesAsking(lead.samples, lead, asks ? (question) => secondOpinion(question, lead) : undefined);
  const next = (await pieces.next()).value ?? undefined;
  return { lead, pieces, next, runs: 0, end: 0, start: 0, segments: [], bytes: 0 };
}

/** Takes the next pieces in the order in which they close, so that leads advance together as they do at a bed. */
async function takeBatch(
  leads: readonly LeadRun[],
): Promise<readonly { readonly lead: number; readonly piece: CutPiece }[]> {
  const batch = [];
  while (batch.length < BATCH * leads.length) {
    const open = leads.filter(({ next }) => next !== undefined);
    if (open.length === 0) break;
    const first = open.reduce((a, b) => (closingOf(b) < closingOf(a) ? b : a));
    if (first.next !== undefined) batch.push({ lead: leads.indexOf(first), piece: first.next });
    first.next = (await first.pieces.next()).value ?? undefined;
  }
  return batch;
}

/** Returns when the lead's next piece closes, in seconds from the record's start. */
function closingOf({ lead, next }: LeadRun): number {
  return (next?.closing ?? Infinity) / lead.rate;
}

async function codeBatch(
  { leads }: SourceRecord,
  batch: readonly { readonly lead: number; readonly piece: CutPiece }[],
  { coder, lossless }: RecordCoding,
): Promise<readonly PieceCode[]> {
  const toEncode = batch.map(({ lead: index, piece }): PieceToEncode & { readonly voltage: boolean } => {
    const lead = leads[index] as Lead;
    return { piece, lead, stream: String(index), voltage: lead.foreignUnit === undefined };
  });
  // The networks are trained on voltages only.
  const coded = (await coder(toEncode.filter(({ voltage }) => voltage)))[Symbol.iterator]();
  const others = (await lossless(toEncode.filter(({ voltage }) => !voltage)))[Symbol.iterator]();
  return toEncode.map(({ voltage }) => (voltage ? coded : others).next().value as PieceCode);
}

function addSegment(own: LeadRun, { start, length }: CutPiece, { rung, payload }: PieceCode): void {
  if (own.segments.length === 0) {
    own.start = start;
    own.end = start;
  }
  own.segments.push({ gap: start - own.end, length, rung: rung.index, payload: Buffer.from(payload) });
  own.end = start + length;
  own.bytes += payload.length;
}

function headerOf(source: SourceRecord, index: number, { records }: RecordPlace, ladder: Ladder): LeadHeader {
  const lead = source.leads[index] as Lead;
  const { name, gain, baseline, calibrated, foreignUnit, rails, rate, samples } = lead;
  return {
    records,
    leads: source.leads.length,
    recordName: source.name,
    name,
    unit: foreignUnit ?? 'mV',
    gain,
    baseline,
    calibrated,
    rails: rails === undefined ? null : { low: rails.low, high: rails.high },
    rate,
    frameRate: source.rate,
    samples: samples.length,
    startAt: source.start?.getTime() ?? null,
    modelSha256: Buffer.from(ladder.hash, 'hex'),
    losslessRung: ladder.lossless.index,
  };
}
