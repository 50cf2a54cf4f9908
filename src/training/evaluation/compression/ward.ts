/**
 * Standard setting for wire gain: one gateway with 200 beds, 500 ms of linger, one record in 1,000 audited. Everything is keyed
 * by the gateway and so in one of the 12 partitions. The edge's own code builds the frames; the bytes of each batch in the
 * broker's log are computed.
 */
import { BITSTREAM_VERSION } from '../../../lib/codec/ladder.js';
import { PREDICTED_TASKS } from '../../../lib/codec/latents.js';
import { batchBytes } from '../../../lib/kafka/batch-size.js';
import { FLAG } from '../../../lib/signal/flags.js';
import { MODEL_RATE, nativeIndex, RECORD } from '../../../lib/signal/grid.js';
import { seededRandom, type Random } from '../../../lib/signal/random.js';
import { buildFrames, type UnsentSegment } from '../../../lib/wire/index.js';
import type { Part } from './parts.js';

/** A record as it is sent and, for audits, the same parts sent losslessly. */
export interface WardRecord {
  readonly parts: readonly Part[];
  readonly lossless: readonly Part[];
  /** Flags of each part's segment. */
  readonly flags: readonly number[];
  /** Native rate, Hz. */
  readonly rate: number;
}

export interface WardSetting {
  readonly beds: number;
  readonly lingerMs: number;
  /** One in this many records is audited. */
  readonly auditEvery: number;
  readonly recordsPerBed: number;
  readonly seed: number;
}

/** 25 minutes of 200 beds: 10,000 records, ten of them audited. */
export const STANDARD_WARD: WardSetting = { beds: 200, lingerMs: 500, auditEvery: 1000, recordsPerBed: 50, seed: 1 };

/** One batch as the broker appends it. */
export interface WardBatch {
  readonly topic: 'ecg.segments' | 'ecg.audits';
  readonly key: string;
  readonly value: Buffer;
  /** Bytes in the log, before replication. */
  readonly bytes: number;
}

const GATEWAY = 'gateway-1';
/** Run number of typical size. */
const RUN = 0xc0ffee123456;
/** Start of the simulated stretch, wall milliseconds UTC. */
const START = Date.UTC(2026, 0, 1, 12);
/** Most records that a bed sent before: beds were connected within the day before, so that counters have realistic sizes. */
const OLDEST_RECORD = Math.floor((24 * 3600 * MODEL_RATE) / RECORD);
/** Version 0: the bounds come from the configuration. */
const POLICY_VERSION = 0;

interface Closing {
  /** Wall milliseconds UTC. */
  readonly at: number;
  readonly nativeBytes: number;
  readonly segment: UnsentSegment;
  readonly audit: UnsentSegment | undefined;
}

/** Returns the wire gain of records: bytes of the native samples / bytes in the log. */
export function wireGain(records: readonly WardRecord[], model: Buffer, setting: WardSetting): number {
  const closings = closingsOf(records, setting);
  let logged = 0;
  for (const { bytes } of batchesOf(closings, model, setting)) logged += bytes;
  return closings.reduce((sum, { nativeBytes }) => sum + nativeBytes, 0) / logged;
}

/** Segments that the gateway collects in one linger, in the order in which they closed. */
export interface WardLinger {
  /** Wall milliseconds UTC. */
  readonly sentAt: number;
  readonly segments: readonly UnsentSegment[];
  /** Sent before the segments. */
  readonly audits: readonly UnsentSegment[];
}

/** Yields the lingers of a stretch of the ward's day. Channels are numbered by bed. */
export function wardLingers(records: readonly WardRecord[], setting: WardSetting): Generator<WardLinger, void> {
  return lingersOf(closingsOf(records, setting), setting);
}

/** Yields the batches of a stretch of the ward's day, in order, as the gateway collects and sends them. */
export function wardBatches(
  records: readonly WardRecord[],
  model: Buffer,
  setting: WardSetting,
): Generator<WardBatch, void> {
  return batchesOf(closingsOf(records, setting), model, setting);
}

function* batchesOf(closings: readonly Closing[], model: Buffer, setting: WardSetting): Generator<WardBatch, void> {
  for (const { sentAt, segments, audits } of lingersOf(closings, setting)) {
    yield* batchesTo('ecg.audits', audits, model, sentAt);
    yield* batchesTo('ecg.segments', segments, model, sentAt);
  }
}

function* lingersOf(closings: readonly Closing[], { lingerMs }: WardSetting): Generator<WardLinger, void> {
  for (let next = 0; next < closings.length;) {
    // The linger starts with the first segment; encoding and sending take no time here.
    const sentAt = closings[next]!.at + lingerMs;
    const first = next;
    while (next < closings.length && closings[next]!.at <= sentAt) next++;
    const collected = closings.slice(first, next);
    yield {
      sentAt: Math.round(sentAt),
      segments: collected.map(({ segment }) => segment),
      audits: collected.flatMap(({ audit }) => audit ?? []),
    };
  }
}

function* batchesTo(
  topic: WardBatch['topic'],
  segments: readonly UnsentSegment[],
  model: Buffer,
  sentAt: number,
): Generator<WardBatch, void> {
  for (const value of buildFrames(topic, segments, { version: BITSTREAM_VERSION, model, run: RUN, sentAt })) {
    const bytes = batchBytes([{ keyBytes: Buffer.byteLength(GATEWAY), valueBytes: value.length }]);
    yield { topic, key: GATEWAY, value, bytes };
  }
}

/** Returns all segments of the stretch in the order in which they close. A bed may start anywhere within a record. */
function closingsOf(records: readonly WardRecord[], setting: WardSetting): Closing[] {
  const { beds, recordsPerBed, auditEvery, seed } = setting;
  const random = seededRandom(seed);
  const end = START + milliseconds(recordsPerBed * RECORD);
  const nextRecord = deck(records, random);
  const ward = Array.from({ length: beds }, (_, bed) => {
    const before = random.integer(OLDEST_RECORD);
    return {
      stream: `${GATEWAY}-${String(bed + 1).padStart(3, '0')}.1`,
      channel: bed,
      before,
      epoch: Math.round(START - milliseconds((before + random.uniform()) * RECORD)),
    };
  });
  const closings: Closing[] = [];
  for (let slot = 0; slot < beds * (recordsPerBed + 1); slot++) {
    const { before, ...bed } = ward[slot % beds]!;
    const place = { ...bed, record: before + Math.floor(slot / beds) };
    const audited = slot % auditEvery === auditEvery >> 1;
    for (const closing of closingsOfRecord(nextRecord(), place, audited)) {
      if (closing.at > START && closing.at <= end) closings.push(closing);
    }
  }
  return closings.sort((a, b) => a.at - b.at);
}

/** Deals records from a deck that is reshuffled whenever it is used up. */
function deck(records: readonly WardRecord[], random: Random): () => WardRecord {
  const left: WardRecord[] = [];
  return () => {
    if (left.length === 0) left.push(...random.shuffle([...records]));
    return left.pop()!;
  };
}

interface Place {
  readonly stream: string;
  readonly channel: number;
  readonly epoch: number;
  /** Index of the record in the epoch. */
  readonly record: number;
}

function closingsOfRecord(record: WardRecord, place: Place, audited: boolean): Closing[] {
  return record.parts.map((part, i) => {
    const closedAt = place.epoch + milliseconds(place.record * RECORD + part.start + part.length);
    const flags = record.flags[i]! | (audited ? FLAG.AUDITED : 0);
    const sequence = place.record * record.parts.length + i;
    const unsent = (own: Part): UnsentSegment => ({
      closedAt,
      channel: place.channel,
      segment: segmentOf(own, { ...place, sequence, flags }),
    });
    return {
      at: closedAt,
      nativeBytes: 2 * (nativeIndex(part.start + part.length, record.rate) - nativeIndex(part.start, record.rate)),
      segment: unsent(part),
      audit: audited ? unsent(record.lossless[i]!) : undefined,
    };
  });
}

function segmentOf(
  { start, length, rung, predicted, payload }: Part,
  { stream, epoch, record, sequence, flags }: Place & { readonly sequence: number; readonly flags: number },
): UnsentSegment['segment'] {
  const errors = PREDICTED_TASKS.map((task) => predicted?.[task] ?? Number.NaN);
  const isSaid = (flags & FLAG.AUDITED) !== 0 && errors.every(Number.isFinite);
  return {
    stream,
    epoch,
    sequence,
    start: record * RECORD + start,
    length,
    rung,
    policyVersion: POLICY_VERSION,
    flags,
    // As on the edge: only for audited records, and null for a rung without a predictor.
    predicted: isSaid ? errors : null,
    payload: Buffer.from(payload.buffer, payload.byteOffset, payload.length),
  };
}

function milliseconds(samples: number): number {
  return (1000 * samples) / MODEL_RATE;
}
