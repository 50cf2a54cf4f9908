import { describe, expect, it } from 'vitest';
import { replayClock } from '../../src/edge-producer/clock.js';
import { replay, type ReplayOptions } from '../../src/edge-producer/replay.js';
import type { RecordedStream } from '../../src/edge-producer/sources.js';
import type { ClosedPiece } from '../../src/edge-producer/streams.js';
import { modelIndex, WINDOW } from '../../src/lib/signal/grid.js';
import { beats } from '../lib/codec/signals.js';

const source = (rate: number, seconds: number): RecordedStream => ({
  stream: 'ward-3-001.1',
  device: 'ward-3-001',
  lead: {
    name: 'II',
    rate,
    gain: 200,
    baseline: 0,
    calibrated: true,
    samples: Int32Array.from(beats(rate * seconds, rate)),
  },
});

/** Replays at once: a clock that is so fast that nothing waits. */
async function play(
  stream: RecordedStream,
  over: Partial<ReplayOptions>,
): Promise<{ pieces: ClosedPiece[]; log: string[] }> {
  const pieces: ClosedPiece[] = [];
  const log: string[] = [];
  await replay(stream, {
    clock: replayClock(1e9),
    seconds: undefined,
    afterEpoch: () => 0,
    signal: new AbortController().signal,
    beginEpoch: (_, epoch) => {
      return Promise.resolve(log.push(`begin ${epoch}`));
    },
    emit: (piece) => {
      log.push(`${piece.epoch} ${piece.sequence}`);
      pieces.push(piece);
      return Promise.resolve();
    },
    ...over,
  });
  return { pieces, log };
}

const samplesIn = (pieces: readonly ClosedPiece[]): number => pieces.reduce((sum, { piece }) => sum + piece.count, 0);

describe('a replay', () => {
  it.each([
    [300, 30, 75],
    [360, 10, 47.3],
    [250, 20, 7],
    [500, 6, 6],
  ])('at %i Hz of %i s ends after exactly the seconds asked for (%d)', async (rate, length, seconds) => {
    const { pieces } = await play(source(rate, length), { seconds });
    expect(samplesIn(pieces)).toBe(Math.round(seconds * rate));
  });

  it('begins an epoch at every loop, each after the one before, declared before its first piece', async () => {
    const { pieces, log } = await play(source(360, 10), { seconds: 35 });
    const epochs = [...new Set(pieces.map(({ epoch }) => epoch))];
    expect(epochs).toHaveLength(4);
    for (const [i, epoch] of epochs.entries()) {
      if (i > 0) expect(epoch - epochs[i - 1]!).toBe(10_000);
      const own = pieces.filter((piece) => piece.epoch === epoch);
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, k) => k));
      expect(new Set(own.map(({ channel }) => channel))).toEqual(new Set([log.indexOf(`begin ${epoch}`) + 1]));
      const isEnd = i === epochs.length - 1;
      expect(own.map(({ last }) => last)).toEqual(own.map((_, k) => isEnd && k === own.length - 1));
      expect(log.indexOf(`begin ${epoch}`)).toBe(log.indexOf(`${epoch} 0`) - 1);
    }
  });

  it('has epochs later than the one that is known, also where an earlier replay was ahead of the clock', async () => {
    const known = Date.now() + 3_600_000;
    const { pieces } = await play(source(300, 6), { seconds: 12, afterEpoch: () => known, clock: replayClock(1000) });
    expect(Math.min(...pieces.map(({ epoch }) => epoch))).toBeGreaterThan(known);
  });

  it('has windows on the grid, without a hole, the last cut at the end', async () => {
    const { pieces } = await play(source(360, 20), { seconds: 20 });
    let next = 0;
    for (const { piece } of pieces) {
      expect(piece.start).toBe(next);
      next += piece.length;
    }
    expect(next).toBe(modelIndex(7200, 360));
    expect(pieces.map(({ piece }) => piece.length)).toEqual([WINDOW, WINDOW, WINDOW, 6000 - 3 * WINDOW]);
  });

  it('sends no piece before its last sample is there by the device’s clock', async () => {
    const start = Date.now();
    const speed = 20;
    const early: number[] = [];
    const { pieces } = await play(source(300, 30), {
      seconds: 30,
      clock: replayClock(speed, start),
      emit: ({ closedAt }) => {
        // A timer of Node may fire a millisecond early.
        if (Date.now() < Math.floor(closedAt) - 2) early.push(closedAt);
        return Promise.resolve();
      },
      beginEpoch: () => Promise.resolve(0),
    });
    expect(pieces).toEqual([]);
    expect(early).toEqual([]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(30_000 / speed - 5);
  });

  it('ends at once when it is told to, without a last piece', async () => {
    const stop = new AbortController();
    const pieces: ClosedPiece[] = [];
    await replay(source(300, 30), {
      clock: replayClock(1),
      seconds: undefined,
      afterEpoch: () => 0,
      signal: stop.signal,
      beginEpoch: () => {
        stop.abort();
        return Promise.resolve(0);
      },
      emit: (piece) => {
        pieces.push(piece);
        return Promise.resolve();
      },
    });
    expect(pieces).toEqual([]);
  });
});

it('the clock of a replay starts at the wall clock and runs speed times as fast', () => {
  const clock = replayClock(4, 1_000_000);
  expect(clock.wallOf(1_000_000)).toBe(1_000_000);
  expect(clock.wallOf(1_008_000)).toBe(1_002_000);
  const now = Date.now();
  expect(replayClock(4, now).now() - now).toBeGreaterThanOrEqual(0);
});
