import { describe, expect, it } from 'vitest';
import { batchBytes } from '../../../../src/lib/kafka/batch-size.js';
import { FLAG } from '../../../../src/lib/signal/flags.js';
import { decode, resolveSegments, type SegmentFrame } from '../../../../src/lib/wire/index.js';
import { wardBatches, wireGain, type WardRecord } from '../../../../src/training/evaluation/compression/ward.js';
import { SAMPLES } from '../../../lib/wire/samples.js';
import { sent } from './fakes.js';

const MODEL = Buffer.from('0123456789abcdef', 'hex');
const setting = { beds: 20, lingerMs: 500, auditEvery: 50, recordsPerBed: 5, seed: 3 };
const record = (bytes: number): WardRecord => ({
  parts: sent('neural', () => ({ payload: new Uint8Array(bytes), predicted: { rhythm: 0.125, peaks: 0.25 } })),
  lossless: sent('lossless', () => ({ payload: new Uint8Array(700), rung: 0 })),
  flags: [0, 0, FLAG.NOISY, 0, 0],
  rate: 300,
});
/** Channel n is bed n. */
const resolved = (frame: SegmentFrame) =>
  resolveSegments(frame, (_, channel) => ({ epoch: 0, info: { ...SAMPLES['ecg.streams'], stream: `${channel}` } })).map(
    (each) => each!.segment,
  );
const batches = [...wardBatches([record(30), record(40)], MODEL, setting)].map((batch) => {
  const frame = decode(batch.topic, batch.value);
  return { ...batch, frame: { segments: resolved(frame) } };
});
const segments = batches.filter(({ topic }) => topic === 'ecg.segments').flatMap(({ frame }) => frame.segments);
const audits = batches.filter(({ topic }) => topic === 'ecg.audits').flatMap(({ frame }) => frame.segments);

describe('the ward', () => {
  it('sends every window of every bed once, in order', () => {
    expect(segments.length).toBeGreaterThan(20 * 24);
    expect(segments.length).toBeLessThanOrEqual(20 * 25);
    const streams = new Set(segments.map(({ stream }) => stream));
    expect(streams.size).toBe(20);
    for (const stream of streams) {
      const own = segments.filter((segment) => segment.stream === stream);
      own.forEach(({ sequence, start, length }, i) => {
        expect(sequence - own[0]!.sequence).toBe(i);
        expect(start).toBe(1792 * sequence);
        expect(length).toBe(1792);
      });
    }
  });

  it('collects what closes within a linger of the first', () => {
    for (const { topic, frame } of batches) {
      const ages = frame.segments.map(({ ageMs }) => ageMs);
      expect(Math.max(...ages)).toBeLessThanOrEqual(500);
      expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
      if (topic === 'ecg.segments') expect(Math.max(...ages)).toBeGreaterThanOrEqual(499);
    }
  });

  it('audits one record in so many, losslessly and whole, under its flag', () => {
    expect(audits).toHaveLength(2 * 5);
    for (const { payload, flags, rung } of audits) {
      expect([payload.length, flags & FLAG.AUDITED, rung]).toEqual([700, FLAG.AUDITED, 0]);
    }
    const flagged = segments.filter(({ flags }) => (flags & FLAG.AUDITED) !== 0);
    expect(flagged.map(({ stream, sequence }) => `${stream} ${sequence}`).sort()).toEqual(
      audits.map(({ stream, sequence }) => `${stream} ${sequence}`).sort(),
    );
    expect(segments.filter(({ flags }) => (flags & FLAG.NOISY) !== 0).length).toBeGreaterThan(80);
    expect(segments.every(({ predicted, flags }) => (predicted !== null) === ((flags & FLAG.AUDITED) !== 0))).toBe(
      true,
    );
  });

  it('has the gain of its batches', () => {
    const bytes = batches.reduce((sum, { value, key }) => sum + batchBytes([{ keyBytes: key.length, valueBytes: value.length }]), 0); // prettier-ignore
    expect(bytes).toBe(batches.reduce((sum, batch) => sum + batch.bytes, 0));
    expect(wireGain([record(30), record(40)], MODEL, setting)).toBeCloseTo((3584 * segments.length) / bytes);
  });

  it('gains less than its payloads do, and the same for the same seed', () => {
    const gain = wireGain([record(30)], MODEL, setting);
    expect(gain).toBeLessThan(3584 / 30);
    expect(wireGain([record(30)], MODEL, setting)).toBe(gain);
    expect(wireGain([record(60)], MODEL, setting)).toBeLessThan(gain);
  });
});
