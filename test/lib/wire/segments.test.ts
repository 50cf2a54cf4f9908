import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { resolveSegments, toWireSegments, type UnsentSegment } from '../../../src/lib/wire/segments.js';
import type { Segment } from '../../../src/lib/wire/index.js';
import { SAMPLES } from './samples.js';

const EPOCH = Date.UTC(2026, 0, 2);
const RUN = 5;
const HEADER = { sentAt: EPOCH + 60_000, policyVersion: 3 };
const info = SAMPLES['ecg.streams'];
const known = (run: number, channel: number) =>
  run === RUN && channel < 100 ? { epoch: EPOCH + channel, info: { ...info, stream: `s-${channel}` } } : undefined;

const usual = (sequence: number, over: Partial<Segment> = {}): UnsentSegment['segment'] => ({
  stream: 's-7',
  epoch: EPOCH + 7,
  sequence,
  start: sequence * WINDOW,
  length: WINDOW,
  rung: 2,
  policyVersion: 3,
  flags: 0,
  predicted: null,
  payload: Buffer.from([sequence & 255]),
  ...over,
});
const wire = (segment: UnsentSegment['segment']) =>
  toWireSegments([{ segment, channel: 7, closedAt: HEADER.sentAt }], HEADER)[0]!;
const back = (unsent: readonly UnsentSegment[]) =>
  resolveSegments({ ...HEADER, run: RUN, segments: toWireSegments(unsent, HEADER) }, known);

describe('segments on the wire', () => {
  it('say nothing of what is as usual, and a number where only the count of segments is beyond that of windows', () => {
    expect(wire(usual(12)).deviation).toBeNull();
    expect(wire(usual(12, { start: 10 * WINDOW })).deviation).toBe(2);
    expect(wire(usual(12, { start: 40 * WINDOW })).deviation).toBe(-28);
  });

  it.each<[string, Partial<Segment>, object]>([
    ['a part of a window', { start: 10 * WINDOW + 512, length: 256 }, { extra: 2, offset: 512, length: 256 }],
    ['a whole window that has flags', { flags: 16 }, { extra: 0, offset: 0, length: 0, flags: 16 }],
    ['a prediction', { predicted: [0.5, 2] }, { predicted: [0.5, 2] }],
    ['a policy of its own', { policyVersion: 4 }, { policyVersion: 4, length: 0 }],
  ])('say all of %s', (_, over, deviation) => {
    expect(wire(usual(12, over)).deviation).toMatchObject(deviation);
  });

  it('have their ages as steps from one to the next, none negative', () => {
    const unsent = [700, 640.4, 641, -5, 0].map((age, i) => ({ segment: usual(i), channel: 7, closedAt: HEADER.sentAt - age })); // prettier-ignore
    expect(toWireSegments(unsent, HEADER).map(({ closedAfter }) => closedAfter)).toEqual([-700, 60, -1, 641, 0]);
    expect(back(unsent).map((each) => each?.segment.ageMs)).toEqual([700, 640, 641, 0, 0]);
  });

  it('come back as they were, whatever they are, each by its own channel', () => {
    const segment = fc.record({
      channel: fc.nat(99),
      sequence: fc.nat(2 ** 31 - 1),
      start: fc.oneof(fc.nat(2 ** 33), fc.constant(-1)),
      length: fc.oneof(fc.constant(WINDOW), fc.constant(0), fc.integer({ min: 0, max: 10_000 })),
      rung: fc.nat(20),
      policyVersion: fc.integer({ min: 0, max: 4 }),
      ageMs: fc.nat(2 ** 40),
      flags: fc.oneof(fc.constant(0), fc.nat(255)),
      predicted: fc.constantFrom<number[] | null>(null, [0.5, 0.25]),
    });
    fc.assert(
      fc.property(fc.array(segment), (list) => {
        const all = list.map(({ channel, ageMs, start, ...rest }) => {
          // As often as not on the grid.
          const own = { ...usual(0), ...rest, start: start === -1 ? rest.sequence * WINDOW : start };
          const named = { ...own, stream: `s-${channel}`, epoch: EPOCH + channel };
          return { segment: named, channel, closedAt: HEADER.sentAt - ageMs, ageMs };
        });
        const resolved = back(all);
        expect(resolved.map((each) => each?.segment)).toEqual(all.map((each) => ({ ...each.segment, ageMs: each.ageMs }))); // prettier-ignore
        expect(resolved.map((each) => each?.info.stream)).toEqual(all.map((each) => each.segment.stream));
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, [number, number][]]>([
    [
      'a native sample alone between missing ones',
      [
        [0, 5],
        [6, 100],
      ],
    ],
    ['the last native sample before a border, behind a hole', [[1000, 2150]]],
  ])('of %s have no sample at 300 Hz, and come back so', (_, holes) => {
    const samples = Int32Array.from({ length: 3000 }, (_, i) => i % 50);
    for (const [from, to] of holes) samples.fill(MISSING, from, to);
    const pieces = [...cutPieces(samples, { rate: 360, gain: 200 })];
    const unsent = pieces.map(({ start, length }, sequence) => ({ segment: usual(sequence, { start, length }), channel: 7, closedAt: 0 })); // prettier-ignore
    expect(pieces.filter(({ length }) => length === 0)).toHaveLength(1);
    expect(back(unsent).map((each) => [each?.segment.start, each?.segment.length])).toEqual(
      pieces.map(({ start, length }) => [start, length]),
    );
  });

  it.each([0, 512])('of no sample are one sample at %i of their window to a reader that knows no such', (offset) => {
    const { sequence, deviation } = wire(usual(12, { start: 10 * WINDOW + offset, length: 0 }));
    if (deviation === null || typeof deviation === 'number') throw new Error('nothing is said of the segment');
    expect(WINDOW * (sequence - deviation.extra) + deviation.offset).toBe(10 * WINDOW + offset);
    expect(deviation.length).toBe(1);
  });

  it('of a channel that nobody declared are left out, and shift no other', () => {
    const unsent = [7, 100, 7].map((channel, i) => ({ segment: usual(i), channel, closedAt: HEADER.sentAt - 300 + 100 * i })); // prettier-ignore
    const [first, second, third] = back(unsent);
    expect(first?.segment.ageMs).toBe(300);
    expect(second).toBeUndefined();
    expect(third?.segment).toMatchObject({ sequence: 2, ageMs: 100, stream: 's-7', epoch: EPOCH + 7 });
  });
});
