import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTracker } from '../../src/decoder-stream/sequence.js';

const at = (offset: number) => ({ offset });
const segment = (sequence: number, epoch = 1, stream = 's') => ({ stream, epoch, sequence });

describe('the sequence of a stream', () => {
  it('tells the next segment from a gap, a repeat and an older epoch', () => {
    const tracker = new SequenceTracker();
    expect(tracker.take(segment(0), at(0))).toEqual({ kind: 'next' });
    expect(tracker.take(segment(1), at(1))).toEqual({ kind: 'next' });
    expect(tracker.take(segment(1), at(2))).toEqual({ kind: 'repeat' });
    expect(tracker.take(segment(0), at(2))).toEqual({ kind: 'repeat' });
    expect(tracker.take(segment(4), at(3))).toEqual({ kind: 'gap', missing: 2 });
    expect(tracker.take(segment(3), at(4))).toEqual({ kind: 'repeat' });
    expect(tracker.take(segment(0, 2), at(5))).toEqual({ kind: 'next' });
    expect(tracker.take(segment(5, 1), at(6))).toEqual({ kind: 'stale' });
    expect(tracker.take(segment(2, 3), at(7))).toEqual({ kind: 'gap', missing: 2 });
    expect(tracker.take(segment(7, 1, 'other'), at(8))).toEqual({ kind: 'gap', missing: 7 });
  });

  it('lets every segment through once, whatever is sent again', () => {
    const sends = fc.array(
      fc.record({ stream: fc.constantFrom('a', 'b'), from: fc.nat(30), count: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(sends, (list) => {
        const tracker = new SequenceTracker();
        const passed: Record<string, number[]> = { a: [], b: [] };
        let offset = 0;
        for (const { stream, from, count } of list) {
          for (let i = 0; i < count; i++) {
            const { kind } = tracker.take(segment(from + i, 1, stream), at(offset++));
            if (kind === 'next' || kind === 'gap') passed[stream]?.push(from + i);
          }
        }
        for (const sequences of Object.values(passed)) {
          expect(sequences).toEqual([...new Set(sequences)].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('is rebuilt from the low water on: the same answers as without a restart, but for streams that were silent', () => {
    const segments = fc.array(
      fc.record({
        stream: fc.constantFrom('a', 'b', 'c'),
        epoch: fc.integer({ min: 1, max: 3 }),
        sequence: fc.nat(6),
        wait: fc.constantFrom(0, 0, 0, 200_000, 700_000),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(segments, fc.nat(40), (log, cut) => {
        let now = 0;
        const heard = new Map<string, number>();
        const whole = new SequenceTracker(() => now);
        const first = Math.min(cut, log.length);
        log.slice(0, first).forEach((each, offset) => {
          now += each.wait;
          if (['next', 'gap'].includes(whole.take(each, at(offset)).kind)) heard.set(each.stream, now);
        });
        const restarted = new SequenceTracker(() => now);
        for (let offset = whole.lowWater() ?? first; offset < first; offset++) {
          restarted.take(log[offset]!, at(offset));
        }
        const isSilent = (stream: string): boolean => now - (heard.get(stream) ?? now) > 600_000;
        for (const stream of heard.keys()) expect(restarted.knows(stream) || isSilent(stream)).toBe(true);
        log.slice(first).forEach((each, i) => {
          const answer = whole.take(each, at(first + i));
          if (!isSilent(each.stream)) expect(restarted.take(each, at(first + i))).toEqual(answer);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is known however long the stream was silent: a gateway tries a frame again for days', () => {
    let now = 0;
    const tracker = new SequenceTracker(() => now);
    tracker.take(segment(5, 1, 'a'), at(10));
    for (let offset = 11; offset < 111; offset++) {
      now += 3_600_000;
      tracker.take(segment(offset, 1, 'b'), at(offset));
      tracker.lowWater();
    }
    expect(tracker.take(segment(5, 1, 'a'), at(111))).toEqual({ kind: 'repeat' });
    expect(tracker.take(segment(6, 1, 'a'), at(112))).toEqual({ kind: 'next' });
  });
});

describe('the low water', () => {
  it('is the oldest offset that the memory depends on', () => {
    const tracker = new SequenceTracker();
    expect(tracker.lowWater()).toBeUndefined();
    tracker.take(segment(0, 1, 'a'), at(10));
    tracker.take(segment(0, 1, 'b'), at(11));
    expect(tracker.lowWater()).toBe(10);
    tracker.take(segment(1, 1, 'a'), at(12));
    expect(tracker.lowWater()).toBe(11);
  });

  it('does not wait for a stream that was silent for 10 minutes by the clock of the decoder', () => {
    let now = 0;
    const tracker = new SequenceTracker(() => now);
    tracker.take(segment(5, 1, 'a'), at(10));
    now = 600_000;
    tracker.take(segment(0, 1, 'b'), at(11));
    expect(tracker.lowWater()).toBe(10);
    now = 600_001;
    expect(tracker.lowWater()).toBe(11);
    now = 1_200_001;
    expect(tracker.lowWater()).toBeUndefined();
  });
});
