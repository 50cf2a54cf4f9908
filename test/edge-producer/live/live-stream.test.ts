import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EpochBudget } from '../../../src/edge-producer/live/epoch-budget.js';
import { LiveStream } from '../../../src/edge-producer/live/live-stream.js';
import { edgeMetrics } from '../../../src/edge-producer/metrics.js';
import type { ClosedPiece, SourceTools } from '../../../src/edge-producer/streams.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import type { Packet } from '../../../src/lib/signal/packet-order.js';

const START = Date.UTC(2026, 0, 2);
const DECLARED = 130;
const SIZE = 13;

/** A stream, with what it hands on: pieces, the rates of its epochs, its metrics. */
function open(secondOpinion?: SourceTools['secondOpinion']) {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const pieces: ClosedPiece[] = [];
  const rates: number[] = [];
  const refused: number[] = [];
  const stream = new LiveStream({
    source: {
      stream: 'ward-3-001.1',
      device: 'ward-3-001',
      lead: { name: 'II', gain: 200, baseline: 0, rate: DECLARED, calibrated: true },
    },
    modulus: undefined,
    afterEpoch: 0,
    budget: new EpochBudget(),
    tools: {
      beginEpoch: ({ lead }) => Promise.resolve(rates.push(lead.rate)),
      emit: (piece) => Promise.resolve(void pieces.push(piece)),
      secondOpinion,
    },
    metrics,
    onRefused: (epochs) => refused.push(epochs),
  });
  return { stream, metrics, pieces, rates, refused };
}

/** Stamped by a clock that runs at `rate`, `clock` ms late; it is here 0.1 s behind its end. */
function packet(sequence: number, { rate = DECLARED, clock = 0 } = {}): Packet {
  const at = START + (1000 * sequence * SIZE) / rate;
  const samples = Int32Array.from({ length: SIZE }, (_, i) => (sequence * SIZE + i) % 100);
  return { sequence, time: at + clock, received: at + (1000 * SIZE) / rate + 100, samples, leadOff: false };
}

/** Packets of a device whose clock runs at `rate`, declared as 130 Hz. */
async function play(rate: number, seconds: number) {
  const { stream, metrics, pieces, rates } = open();
  for (let k = 0; k < (seconds * rate) / SIZE; k++) await stream.take(packet(k, { rate }));
  const text = await metrics.registry.metrics();
  const of = (suffix: string): number =>
    Number(new RegExp(`^dynamic_deep_edge_rate_error_${suffix} (.*)$`, 'm').exec(text)?.[1]);
  // Pieces name the epoch that was begun last before them.
  expect(new Set(pieces.map(({ epoch, channel }) => `${epoch} ${channel}`)).size).toBe(rates.length);
  expect(pieces.every(({ channel }, i) => channel >= (pieces[i - 1]?.channel ?? 1))).toBe(true);
  return { stream, pieces, rates, error: of('sum') / of('count'), observations: of('count') };
}

describe('the drift of a device’s clock', () => {
  it('of 131 Hz that is declared 130 is a metric, and the next epoch has the true rate', async () => {
    const { rates, error, observations } = await play(131, 240);
    expect(observations).toBeGreaterThan(1000);
    expect(error).toBeCloseTo(1 / 130, 3);
    expect(rates[0]).toBe(130);
    expect(rates[1]).toBeCloseTo(131, 1);
  });

  it('is 0 where the device keeps its rate, and unknown before 30 s', async () => {
    expect((await play(130, 60)).error).toBeCloseTo(0, 4);
    expect((await play(130, 25)).observations).toBe(0);
  });
});

describe('the last piece', () => {
  /** Which pieces are the last, of 10 s, then 10 s after what `clock` and `lost` make of the device, and an end. */
  async function around({ clock = 0, lost = 0 }, last: boolean): Promise<{ rates: number[]; last: boolean[] }> {
    const { stream, pieces, rates } = open();
    for (let k = 0; k < 100; k++) await stream.take(packet(k));
    for (let k = 100 + lost; k < 200 + lost; k++) await stream.take(packet(k, { clock }));
    await stream.end(last);
    return { rates, last: pieces.map((piece) => piece.last) };
  }

  it.each([
    ['the device’s clock steps', { clock: 3_000 }],
    ['it steps back', { clock: -3_000 }],
    ['there is a hole of 12 s', { lost: 120 }],
  ])('is no epoch’s that another follows, where %s', async (_, device) => {
    const { rates, last } = await around(device, true);
    expect(rates).toHaveLength(2);
    expect(last).toEqual(last.map((_, i) => i === last.length - 1));
  });

  it('is none where the end is not one that is wanted', async () => {
    expect((await around({}, false)).last).toEqual([false, false, false, false]);
  });

  it('is none of the epochs that a drift ends', async () => {
    const { rates, pieces } = await play(131, 240);
    expect(rates.length).toBeGreaterThan(1);
    expect(pieces.some(({ last }) => last)).toBe(false);
  });
});

describe('a clock that is set', () => {
  it.each([
    ['on', { clock: 60_000 }, 1],
    ['back', { clock: -60_000 }, 1],
    ['on by more than is believed', { clock: 3_600_000 }, 1],
    ['not at all: 12 s are missing', { lost: 120 }, 0],
  ])('%s is said once, by the first piece of the epoch that begins', async (_, device, times) => {
    const { clock = 0, lost = 0 } = device as { clock?: number; lost?: number };
    const { stream, pieces } = open();
    for (let k = 0; k < 100; k++) await stream.take(packet(k));
    for (let k = 100 + lost; k < 300 + lost; k++) await stream.take(packet(k, { clock }));
    await stream.end(true);
    const second = pieces.filter(({ channel }) => channel === 2);
    expect(second.length).toBeGreaterThan(2);
    expect(pieces.filter(({ clockStepped }) => clockStepped)).toEqual(second.slice(0, times));
  });
});

describe('a piece was there when the packet of its last sample came', () => {
  /** Milliseconds from a piece's end by the device's clock to `closedAt`: 0.1 s, and what is behind it in its packets. */
  const lags = (pieces: readonly ClosedPiece[]): number[] =>
    pieces.map(({ epoch, closedAt, piece }) => closedAt - epoch - (1000 * (piece.firstIndex + piece.count)) / DECLARED);

  it.each([
    ['4 s of packets are missing', 40],
    ['12 s are, and an epoch begins', 120],
  ])('where %s', async (_, lost) => {
    const { stream, pieces } = open();
    for (let k = 0; k < 100; k++) await stream.take(packet(k));
    for (let k = 100 + lost; k < 200 + lost; k++) await stream.take(packet(k));
    await stream.end(false);
    expect(pieces.length).toBeGreaterThan(3);
    for (const lag of lags(pieces)) {
      expect(lag).toBeGreaterThanOrEqual(99);
      expect(lag).toBeLessThan(700);
    }
  });

  it('where a packet begins with samples that the device does not have', async () => {
    const { stream, pieces } = open();
    for (let k = 0; k < 10; k++) await stream.take(packet(k));
    const late = packet(10);
    late.samples.fill(MISSING, 0, 5);
    await stream.take({ ...late, received: late.received + 5_000 });
    expect(pieces.map(({ closedAt }) => closedAt)).toEqual([packet(9).received]);
  });
});

describe('a second opinion', () => {
  /** A line without a beat, for 30 s, and what is asked meanwhile. */
  async function quiet(silent: boolean) {
    const leads: unknown[] = [];
    const { stream, pieces } = open((_, { lead }) => Promise.resolve(void leads.push(lead)).then(() => ({ silent })));
    for (let k = 0; k < 300; k++) {
      const samples = Int32Array.from({ length: SIZE }, (_, i) => (k + i) % 2);
      await stream.take({ ...packet(k), samples });
    }
    await stream.end(true);
    return { pieces, leads };
  }

  it('keeps a window open, in order and without a hole', async () => {
    const { pieces, leads } = await quiet(false);
    expect(leads[0]).toMatchObject({ rate: DECLARED, gain: 200 });
    expect(pieces.some(({ piece }) => piece.urgent)).toBe(false);
    expect(pieces.reduce((sum, { piece }) => sum + piece.count, 0)).toBe(300 * SIZE);
  });

  it('closes it, and the pieces are numbered in order', async () => {
    const { pieces } = await quiet(true);
    expect(pieces.filter(({ piece }) => piece.urgent).length).toBeGreaterThan(8);
    expect(pieces.map(({ sequence }) => sequence)).toEqual(pieces.map((_, i) => i));
    expect(pieces.reduce((sum, { piece }) => sum + piece.count, 0)).toBe(300 * SIZE);
  });

  it('holds up no other lead of the device while it is awaited, and loses nothing behind it', async () => {
    let answer: (() => void) | undefined;
    const { stream, pieces } = open(() => new Promise((resolve) => (answer = () => { resolve({ silent: true }); }))); // prettier-ignore
    const quiet = (k: number): Packet => ({ ...packet(k), samples: Int32Array.from({ length: SIZE }, (_, i) => (k + i) % 2) }); // prettier-ignore
    // Each call resolves though nobody has answered, for a second of signal.
    let next = 0;
    while (answer === undefined) await stream.take(quiet(next++));
    const asked = next;
    let isTaken = true;
    while (isTaken) isTaken = await Promise.race([stream.take(quiet(next++)).then(() => true), sleep(100, false)]);
    expect(((next - asked) * SIZE) / DECLARED).toBeGreaterThan(0.8);
    expect(((next - asked) * SIZE) / DECLARED).toBeLessThan(1.3);
    expect(pieces).toEqual([]);
    const ended = stream.end(true);
    const answering = setInterval(() => answer?.(), 1);
    await ended;
    clearInterval(answering);
    expect(pieces.filter(({ piece }) => piece.urgent).length).toBeGreaterThan(0);
    expect(pieces.reduce((sum, { piece }) => sum + piece.count, 0)).toBe(next * SIZE);
  });
  it('hides no epoch that is refused behind it', async () => {
    let answer: (() => void) | undefined;
    const { stream, rates, refused } = open(() => new Promise((resolve) => (answer = () => { resolve({ silent: false }); }))); // prettier-ignore
    const quiet = (k: number, clock = 0): Packet => ({ ...packet(k, { clock }), samples: Int32Array.from({ length: SIZE }, (_, i) => (k + i) % 2) }); // prettier-ignore
    let next = 0;
    while (answer === undefined) await stream.take(quiet(next++));
    for (let i = 1; i <= 8; i++) await stream.take(quiet(next++, -3_000 * i));
    expect(refused).toEqual([]);
    answer();
    await stream.end(true);
    // Of five epochs one had begun.
    expect([rates.length, refused]).toEqual([5, [1, 1, 1, 1]]);
  });
});
