import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFrames, decode, payloadCrc, type UnsentSegment } from '../../../src/lib/wire/index.js';

const MODEL = Buffer.from('0123456789abcdef', 'hex');
const EPOCH = 1_700_000_000_000;
const VERSION = 1;
/** A batch of Kafka's customary size. */
const MIB = 1_048_576;

const unsent = (sequence: number, bytes: number, closedAt = EPOCH): UnsentSegment => ({
  closedAt,
  segment: {
    ...{ stream: 'ward-3-001.1', epoch: EPOCH, sequence, start: 0, length: 1792, rung: 0, policyVersion: 0 },
    ...{ flags: 0, predicted: [0.25, 0.5], payload: Buffer.alloc(bytes, sequence) },
  },
});
const frames = (list: readonly UnsentSegment[], sentAt = EPOCH + 1000) =>
  buildFrames('ecg.segments', list, { version: VERSION, model: MODEL, sentAt }).map((bytes) => ({
    bytes,
    frame: decode('ecg.segments', bytes),
  }));

describe('frames', () => {
  it('carry what one linger collected in one message, with model, version and CRC', () => {
    const [only, ...others] = frames([unsent(0, 40), unsent(1, 0), unsent(2, 36)]);
    expect(others).toEqual([]);
    expect(only?.frame).toMatchObject({ version: VERSION, model: MODEL, sentAt: EPOCH + 1000 });
    expect(only?.frame.segments.map(({ sequence, payload }) => [sequence, payload.length])).toEqual([
      [0, 40],
      [1, 0],
      [2, 36],
    ]);
    expect(only?.frame.crc).toBe(payloadCrc([Buffer.alloc(40, 0), Buffer.alloc(36, 2)]));
  });

  it('say how old each segment is, never less than 0', () => {
    const [only] = frames([unsent(0, 1, EPOCH + 400), unsent(1, 1, EPOCH + 999.6), unsent(2, 1, EPOCH + 5000)]);
    expect(only?.frame.segments.map(({ ageMs }) => ageMs)).toEqual([600, 0, 0]);
  });

  it('are cut so that each fits a batch, in order, with nothing lost', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 100_000, max: 500_000 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, (list) => {
        const cut = frames(list.map((bytes, i) => unsent(i, bytes)));
        expect(cut.flatMap(({ frame }) => frame.segments.map(({ sequence }) => sequence))).toEqual(
          list.map((_, i) => i),
        );
        for (const { bytes, frame } of cut) {
          expect(bytes.length).toBeLessThan(MIB - 1000);
          expect(frame.segments.length).toBeGreaterThan(0);
        }
        // No frame is begun where the one before had room.
        for (const [i, { bytes }] of cut.entries()) {
          if (i > 0) expect(cut[i - 1]!.bytes.length + bytes.length).toBeGreaterThan(MIB / 2 - 2000);
        }
      }),
      { numRuns: 30 },
    );
    expect(frames(Array.from({ length: 3 }, (_, i) => unsent(i, 300_000)))).toHaveLength(3);
  });

  it('are none of nothing', () => {
    expect(frames([])).toEqual([]);
  });
});
