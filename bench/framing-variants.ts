/** Ways to frame what a gateway collected in one linger, as the record batches that they produce. */
import type { Type } from 'avsc';
import kafkajs from 'kafkajs';
import { BITSTREAM_VERSION } from '../src/lib/codec/ladder.js';
import { WINDOW } from '../src/lib/signal/grid.js';
import { buildFrames, type FrameTopic, type UnsentSegment } from '../src/lib/wire/index.js';
import type { WardLinger } from '../src/training/evaluation/compression/ward.js';
import { BEFORE, FLAT } from './framing-schemas.js';

export interface Batch {
  readonly topic: FrameTopic;
  readonly records: readonly { readonly key: string; readonly value: Buffer }[];
}

export interface Variant {
  readonly name: string;
  /** Changes each segment before it is framed. */
  readonly given?: (unsent: UnsentSegment) => UnsentSegment;
  readonly frames: (topic: FrameTopic, unsent: readonly UnsentSegment[], sentAt: number) => Buffer[];
  readonly key: 'gateway' | 'device';
  /** Whether its batches are measured compressed as well. */
  readonly compress?: boolean;
}

const PARTITIONS = 12;
const GATEWAY = 'gateway-1';
const MODEL = Buffer.from('0123456789abcdef', 'hex');
const RUN = 0xc0ffee123456;
/** Confluent header: magic byte and schema id. */
const CONFLUENT = Buffer.from([0, 0, 0, 0, 1]);

const now = (topic: FrameTopic, unsent: readonly UnsentSegment[], sentAt: number): Buffer[] =>
  buildFrames(topic, unsent, { version: BITSTREAM_VERSION, model: MODEL, run: RUN, sentAt });

const plain =
  (type: Type, crc: unknown, fieldsOf: (unsent: UnsentSegment) => object): Variant['frames'] =>
  (_, unsent, sentAt) => {
    const segments = unsent.map((each) => ({
      ...each.segment,
      ageMs: Math.max(0, Math.round(sentAt - each.closedAt)),
      ...fieldsOf(each),
    }));
    const frame = { version: BITSTREAM_VERSION, model: MODEL, run: RUN, sentAt, segments, crc };
    return [Buffer.concat([CONFLUENT, type.toBuffer(frame)])];
  };

/** Every lossy segment carries its prediction; rung 0 is lossless. */
const before = plain(BEFORE, 0xc0ffee12, ({ segment: { rung } }) => ({ predicted: rung === 0 ? null : [0.1, 0.02] }));
const flat = plain(FLAT, Buffer.alloc(4, 0xc0), ({ channel, segment: { sequence, start, length } }) => ({
  channel,
  shift: start - WINDOW * sequence,
  length: length === WINDOW ? 0 : length,
}));
/** A bed that closed one window early, in three pieces, stays two segments ahead of its windows until its epoch ends. */
const ahead = (unsent: UnsentSegment): UnsentSegment => {
  const sequence = unsent.segment.sequence + 2;
  return { ...unsent, segment: { ...unsent.segment, sequence } };
};
/** Makes the sequence number cost what its difference from the number expected by epoch, rate and wall clock would. */
const byClock = (unsent: UnsentSegment): UnsentSegment => {
  const { sequence, start } = unsent.segment;
  return { ...unsent, segment: { ...unsent.segment, sequence: 0, start: start - WINDOW * sequence } };
};

export const VARIANTS: readonly Variant[] = [
  { name: 'before', frames: before, key: 'gateway', compress: true },
  { name: 'before, keyed by device', frames: before, key: 'device' },
  { name: 'channels, flat', frames: flat, key: 'gateway' },
  { name: 'now', frames: now, key: 'gateway', compress: true },
  { name: 'now, every bed once closed early', given: ahead, frames: now, key: 'gateway' },
  { name: 'now, sequence by the clock', given: byClock, frames: now, key: 'gateway' },
  { name: 'now, keyed by device', frames: now, key: 'device' },
];

/** The batches of one linger: one per frame if the gateway is the key, else one per partition. */
export function batchesOf({ given, frames, key }: Variant, { sentAt, segments, audits }: WardLinger): Batch[] {
  return (
    [
      ['ecg.audits', audits],
      ['ecg.segments', segments],
    ] as const
  ).flatMap(([topic, all]) => {
    const unsent = given === undefined ? all : all.map(given);
    if (key === 'gateway') {
      if (unsent.length === 0) return [];
      return frames(topic, unsent, sentAt).map((value) => ({ topic, records: [{ key: GATEWAY, value }] }));
    }
    const devices = grouped(unsent, ({ segment }) => segment.stream.replace(/\.\d+$/, ''));
    const records = [...devices].flatMap(([device, own]) =>
      frames(topic, own, sentAt).map((value) => ({ key: device, value })),
    );
    return [...grouped(records, (record) => partitionOf(topic, record.key)).values()].map((own) => ({
      topic,
      records: own,
    }));
  });
}

function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

const partitioner = kafkajs.Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: 0,
  partitionErrorCode: 0,
  replicas: [],
  isr: [],
}));

function partitionOf(topic: string, key: string): number {
  return partitioner({ topic, partitionMetadata, message: { key, value: null } });
}
