/** A record coded by every rung: five payloads for each, their decoded samples, and the errors predicted for them. */
import type { Ladder, PaperRung, Rung } from '../../../lib/codec/ladder.js';
import type { DecodedSamples } from '../../../lib/codec/window-decoder.js';
import { belowLossless, offeredAt, type PieceCode, type WindowCandidates } from '../../../lib/codec/window-encoder.js';
import { measureScale } from '../../../lib/codec/window-scale.js';
import { WINDOWS_PER_RECORD } from '../../../lib/signal/grid.js';
import { joinNative, type Stretch } from '../../../lib/signal/model-rate.js';
import { ownSamples } from '../../../lib/signal/pieces.js';
import { prdn } from '../../../lib/tasks/reconstruction.js';
import type { Codec, Payload, WindowCodes } from './codec.js';
import { gzipRecord, nativeStretch, rawWindows } from './exact-ways.js';
import type { CodedPart, Sent } from './parts.js';
import type { EcgRecord } from './records.js';

export interface CodedRecord {
  readonly record: EcgRecord;
  /** By name: every rung of the ladder and of the paper's codec, the rungs after phase 1 only as `cae-*`, `raw` and `gzip`. */
  readonly uniform: ReadonlyMap<string, Sent>;
  /** Windows as the edge's predictor gets them: with the candidates that are allowed at their scale. */
  readonly windows: readonly WindowCandidates[];
}

export interface Codecs {
  /** Shipped codec. */
  readonly codec: Codec;
  /** The paper's codec, if it has a folder of its own instead of rungs in the ladder. */
  readonly paper: Codec | undefined;
  /** The paper's codec after phase 1 only; undefined if its weights do not ship. */
  readonly cae: Codec | undefined;
}

/** Codes and decodes a batch of records by every rung. */
export async function codeRecords(
  records: readonly EcgRecord[],
  { codec, paper, cae }: Codecs,
): Promise<CodedRecord[]> {
  const shipped = await codeBy(codec, records, ({ name }) => name);
  const byPaper = paper && (await codeBy(paper, records, levelName));
  const byCae = cae && (await codeBy(cae, records, (rung) => levelName(rung) && caeName(rung.nominalGain!)));
  const { lossless } = codec.ladder;
  return records.map((record, r) => {
    const uniform = new Map<string, Sent>();
    for (const [name, sent] of [shipped, byPaper, byCae].flatMap((coded) => coded?.ways[r] ?? []))
      uniform.set(name, sent);
    uniform.set('raw', rawWindows(record, lossless.index));
    uniform.set('gzip', gzipRecord(record, lossless.index));
    return {
      record,
      uniform,
      windows: recordOf(shipped.codes, r).map((codes, w) => asTheEdge(codes, record.windows[w]!, codec.ladder)),
    };
  });
}

interface CodedBatch {
  readonly codes: readonly WindowCodes[];
  /** For each record, by name: the record sent by one rung throughout. */
  readonly ways: readonly (readonly (readonly [name: string, sent: Sent])[])[];
}

/** @param nameOf returns the name under which a rung is kept; undefined to skip the rung */
async function codeBy(
  { ladder, encode, decode }: Codec,
  records: readonly EcgRecord[],
  nameOf: (rung: Rung) => string | undefined,
): Promise<CodedBatch> {
  const windows = records.flatMap((record) =>
    record.windows.map(({ piece }) => ({ record, piece, lead: record.lead, stream: record.name })),
  );
  const codes = await encode(windows);
  const ways = records.map((): [string, Sent][] => []);
  for (const rung of ladder.rungs) {
    const name = nameOf(rung);
    if (name === undefined) continue;
    const coded = windows.map((window, i) => ({ ...window, code: codeOf(codes[i]!, rung) }));
    const decoded = await decode(coded);
    const parts = coded.map((window, i) => codedPart(window, name, decoded[i]!));
    ways.forEach((own, r) => own.push([name, recordOf(parts, r)]));
  }
  return { codes, ways };
}

function codeOf({ candidates, lossless }: WindowCodes, { kind, index }: Rung): PieceCode {
  return kind === 'lossless' ? lossless : candidates.candidates.find(({ rung }) => rung === index)!.code;
}

function asTheEdge(
  { candidates: window, lossless }: WindowCodes,
  { piece }: EcgRecord['windows'][number],
  ladder: Pick<Ladder, 'scaleRange'>,
): WindowCandidates {
  const offered = offeredAt(measureScale(window.millivolts).index, window.candidates, ladder);
  return { ...window, candidates: belowLossless(offered, ownSamples(piece), () => lossless) };
}

/** Returns the paper's rungs of a ladder. */
export function levelsOf(ladder: Ladder | undefined): readonly PaperRung[] {
  return ladder?.rungs.filter((rung) => rung.kind === 'paper') ?? [];
}

function levelName({ kind, name }: Rung): string | undefined {
  return kind === 'paper' ? name : undefined;
}

export function caeName(nominalGain: number): string {
  return `cae-${nominalGain}`;
}

function recordOf<T>(windows: readonly T[], record: number): T[] {
  return windows.slice(record * WINDOWS_PER_RECORD, (record + 1) * WINDOWS_PER_RECORD);
}

function codedPart(
  { record, piece: { start, length }, code }: Payload & { readonly record: EcgRecord; readonly code: PieceCode },
  name: string,
  { samples, rate, firstIndex, gain, baseline }: DecodedSamples,
): CodedPart {
  const { rung, payload, predicted } = code;
  const lossless = rung.kind === 'lossless';
  const stretch = { start, length, samples, rate, firstIndex, gain, baseline };
  const native = (own: Stretch): Float32Array => joinNative([own], record.lead.rate);
  return {
    name,
    rung: rung.index,
    lossless,
    nominalGain: rung.nominalGain,
    start,
    length,
    payload,
    predicted,
    stretch,
    prdn: lossless ? 0 : prdn(native(nativeStretch(record, stretch)), native(stretch)),
  };
}
