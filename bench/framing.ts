// What framing adds to payloads in the standard setting of wire gain, from the root of the repository:
// node bench/run.mjs framing FOLDER
// FOLDER holds the records of CinC 2017. The result goes to bench/results/framing.json. Bytes are those of record batches
// (format 2) in a broker's log, before replication. Payloads are 36 random bytes, or what the shipped codec makes of records
// that no training saw: always by the rung with the largest gain, or as the dense predictor chooses.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEncoder } from '../src/lib/codec/codec-networks.js';
import { readLadder } from '../src/lib/codec/ladder.js';
import {
  encodePieceCodes,
  losslessCode,
  type PieceCode,
  type PieceToEncode,
  type WindowEncoderOptions,
} from '../src/lib/codec/window-encoder.js';
import { batchBytes } from '../src/lib/kafka/batch-size.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { SHIPPED_BOUNDS } from '../src/lib/runtime/bound-options.js';
import { WINDOW, WINDOWS_PER_RECORD } from '../src/lib/signal/grid.js';
import { cutPieces } from '../src/lib/signal/piece-cutter.js';
import { pieceFlags } from '../src/lib/signal/piece-flags.js';
import { seededRandom } from '../src/lib/signal/random.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { STANDARD_WARD, wardLingers, type WardRecord } from '../src/training/evaluation/compression/ward.js';
import { compressedBytes, compressors } from './framing-compression.js';
import { batchesOf, VARIANTS, type Batch, type Variant } from './framing-variants.js';
import { writeResult } from './result.js';

const CODEC = join('models', 'codec');
/** One batch in this many is compressed: each takes a process of a tool. */
const COMPRESSED_EVERY = 25;
/** A number that stands for a lossy rung. */
const LOSSY = 3;

const random = seededRandom(11);
const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.integer(256));
const place = (window: number) => ({ name: '', nominalGain: null, start: window * WINDOW, length: WINDOW });
const windows = Array.from({ length: WINDOWS_PER_RECORD }, (_, window) => window);

/** Windows of `size` bytes each, without flags, and their lossless twins of 700 bytes. */
const even = (size: number): WardRecord => ({
  parts: windows.map((window) => ({
    ...place(window),
    rung: LOSSY,
    lossless: false,
    payload: bytes(size),
    predicted: { rhythm: 0.1, peaks: 0.02 },
  })),
  lossless: windows.map((window) => ({
    ...place(window),
    rung: 0,
    lossless: true,
    payload: bytes(700),
    predicted: undefined,
  })),
  flags: windows.map(() => 0),
  rate: 300,
});

type Choose = WindowEncoderOptions['choose'];
const largestGain: Choose = (all) =>
  Promise.resolve(all.map(({ candidates }) => [...candidates].sort((a, b) => b.gain - a.gain)[0]));

/** The first whole record of each recording, coded as the edge codes it. */
async function coded(folder: string, names: readonly string[], choose?: Choose): Promise<WardRecord[]> {
  const [ladder, encoder] = [readLadder(await readManifest(CODEC)), await loadEncoder(CODEC)];
  const encode = (input: Float32Array, n: number) => Promise.resolve(encoder.encode(input, n));
  const part = (window: number, { rung, payload, predicted }: PieceCode) => ({
    ...place(window),
    rung: rung.index,
    lossless: rung.kind === 'lossless',
    payload,
    predicted,
  });
  const records: WardRecord[] = [];
  for (const name of names) {
    const lead = (await readRecording(join(folder, name))).leads[0]!;
    const whole = [...cutPieces(lead.samples, lead)].slice(0, WINDOWS_PER_RECORD);
    if (whole.length < WINDOWS_PER_RECORD || !whole.every((piece) => piece.whole)) continue;
    const pieces = whole.map((piece): PieceToEncode => ({ piece, stream: name, lead }));
    const options = { ladder, bounds: SHIPPED_BOUNDS, encode, ...(choose === undefined ? {} : { choose }) };
    const codes = await encodePieceCodes(pieces, options);
    records.push({
      parts: codes.map(({ code }, window) => part(window, code)),
      lossless: pieces.map((of, window) => part(window, losslessCode(of, ladder))),
      flags: pieces.map(({ piece }) => pieceFlags(piece, { lead, last: false, deviceLeadOff: false })),
      rate: lead.rate,
    });
  }
  return records;
}

const logged = ({ records }: Batch): number =>
  batchBytes(records.map(({ key, value }) => ({ keyBytes: key.length, valueBytes: value.length })));
const rounded = (value: number): number => Number(value.toFixed(2));

function measure(variant: Variant, records: readonly WardRecord[]) {
  let [segments, payload, log, batches, audits] = [0, 0, 0, 0, 0];
  const tools = compressors();
  const sampledLog = { plain: 0, segments: 0, by: tools.map(() => 0) };
  for (const linger of wardLingers(records, STANDARD_WARD)) {
    segments += linger.segments.length;
    for (const { segment } of linger.segments) payload += segment.payload.length;
    for (const batch of batchesOf(variant, linger)) {
      const own = logged(batch);
      if (batch.topic === 'ecg.audits') {
        audits += own;
        continue;
      }
      log += own;
      if (batches++ % COMPRESSED_EVERY !== 0 || variant.compress !== true) continue;
      sampledLog.plain += own;
      sampledLog.segments += linger.segments.length;
      tools.forEach(([, compress], i) => (sampledLog.by[i]! += compressedBytes(batch, compress)));
    }
  }
  const saved = (by: number): number => rounded((sampledLog.plain - by) / sampledLog.segments);
  return {
    framingBytesPerSegment: rounded((log - payload) / segments),
    payloadBytesPerSegment: rounded(payload / segments),
    segmentsPerBatch: rounded(segments / batches),
    auditBytesPerSegment: rounded(audits / segments),
    ...(variant.compress === true
      ? { savedPerSegmentBy: Object.fromEntries(tools.map(([name], i) => [name, saved(sampledLog.by[i]!)])) }
      : {}),
  };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/run.mjs framing FOLDER');
const split = await readFile(join('models', 'splits', 'cinc2017.csv'), 'utf8');
const names = [...split.matchAll(/^(A\d+),test\b/gm)].map(([, name]) => name!);
const sets: [string, WardRecord[]][] = [
  // No payload occurs twice in a frame: a compressor would find it.
  ['36 random bytes', Array.from({ length: 400 }, () => even(36))],
  ['largest gain', await coded(folder, names, largestGain)],
  ['as chosen', await coded(folder, names)],
];
const payloads = Object.fromEntries(
  sets.map(([name, records]) => [
    name,
    Object.fromEntries(VARIANTS.map((variant) => [variant.name, measure(variant, records)])),
  ]),
);
const codec = readLadder(await readManifest(CODEC)).hash;
const of = { records: names.length, codec, bounds: SHIPPED_BOUNDS };
writeResult('framing', { setting: STANDARD_WARD, ...of, payloads });
console.log(JSON.stringify(payloads, null, 2));
