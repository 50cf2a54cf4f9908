import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFrames, decode, isIntact, resolveSegments, type UnsentSegment } from '../../../src/lib/wire/index.js';
import { SAMPLES } from './samples.js';

const MODEL = Buffer.from('0123456789abcdef', 'hex');
const EPOCH = 1_700_000_000_000;
const VERSION = 1;
/** A batch of Kafka's customary size. */
const MIB = 1_048_576;

const RUN = 2 ** 47;
const unsent = (sequence: number, bytes: number, closedAt = EPOCH): UnsentSegment => ({
  closedAt,
  channel: 11,
  segment: {
    stream: 'ward-3-001.1',
    epoch: EPOCH,
    sequence,
    start: 1792 * sequence,
    length: 1792,
    rung: 0,
    policyVersion: 0,
    flags: 0,
    predicted: null,
    payload: Buffer.alloc(bytes, sequence),
  },
});
const frames = (list: readonly UnsentSegment[], sentAt = EPOCH + 1000) =>
  buildFrames('ecg.segments', list, { version: VERSION, model: MODEL, run: RUN, sentAt }).map((bytes) => ({
    bytes,
    frame: decode('ecg.segments', bytes),
  }));

describe('frames', () => {
  it('carry what one linger collected in one message, with model, version, run and CRC', () => {
    const [only, ...others] = frames([unsent(0, 40), unsent(1, 0), unsent(2, 36)]);
    expect(others).toEqual([]);
    expect(only?.frame).toMatchObject({ version: VERSION, model: MODEL, run: RUN, sentAt: EPOCH + 1000 });
    expect(only?.frame.segments.map(({ sequence, payload }) => [sequence, payload.length])).toEqual([
      [0, 40],
      [1, 0],
      [2, 36],
    ]);
    const body = only!.bytes.subarray(5, -4);
    expect(only?.frame.crc.readUInt32BE(0)).toBe(crc32(body));
  });

  it('are known to be damaged, wherever a bit changed behind the schema id', () => {
    const [only] = frames([unsent(0, 40), unsent(1, 0), unsent(2, 36)]);
    expect(isIntact(only!.bytes)).toBe(true);
    for (let at = 5; at < only!.bytes.length; at++) {
      const damaged = Buffer.from(only!.bytes);
      damaged[at]! ^= 1 << (at % 8);
      expect(isIntact(damaged)).toBe(false);
    }
    for (const length of [0, 5, 9, only!.bytes.length - 1])
      expect(isIntact(only!.bytes.subarray(0, length))).toBe(false);
  });

  it('take for a whole window four bytes besides channel (1 here), sequence (2) and payload', () => {
    const list = Array.from({ length: 17 }, (_, i) => unsent(2000 + i, 36, EPOCH + 30 * i));
    const [many, one] = [frames(list)[0]!, frames(list.slice(0, 1))[0]!];
    expect((many.bytes.length - one.bytes.length) / 16 - 36).toBe(7);
  });

  it('take the commonest policy for that of all that do not say otherwise', () => {
    const list = [5, 4, 4].map((policyVersion, i) => ({ ...unsent(i, 1), segment: { ...unsent(i, 1).segment, policyVersion } })); // prettier-ignore
    const [only] = frames(list);
    expect(only?.frame.policyVersion).toBe(4);
    const resolved = resolveSegments(only!.frame, () => ({ epoch: EPOCH, info: SAMPLES['ecg.streams'] }));
    expect(resolved.map((each) => each?.segment.policyVersion)).toEqual([5, 4, 4]);
  });

  it('take 6 bytes for a segment of another policy', () => {
    const under = (...versions: number[]) =>
      frames(versions.map((policyVersion, i) => ({ ...unsent(i, 1), segment: { ...unsent(i, 1).segment, policyVersion } })))[0]!; // prettier-ignore
    expect(under(40, 40, 41).bytes.length - under(40, 40, 40).bytes.length).toBe(6);
  });

  it('say how old each segment is, never less than 0', () => {
    const [only] = frames([unsent(0, 1, EPOCH + 400), unsent(1, 1, EPOCH + 999.6), unsent(2, 1, EPOCH + 5000)]);
    const resolved = resolveSegments(only!.frame, () => ({ epoch: EPOCH, info: SAMPLES['ecg.streams'] }));
    expect(resolved.map((each) => each?.segment.ageMs)).toEqual([600, 0, 0]);
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
