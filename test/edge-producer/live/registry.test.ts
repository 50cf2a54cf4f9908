import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Hello } from '../../../src/edge-producer/live/protocol.js';
import { LiveRegistry } from '../../../src/edge-producer/live/registry.js';
import { edgeMetrics } from '../../../src/edge-producer/metrics.js';
import type { ClosedPiece } from '../../../src/edge-producer/streams.js';
import type { Packet } from '../../../src/lib/signal/packet-order.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SILENCE_MS = 10_000;

function hello(lead = 1, rate = 300): Hello {
  const spec = { name: 'II', gain: 200, baseline: 0, rate, calibrated: true };
  return { bed: 3, lead, spec, modulus: undefined };
}

/** `seconds` of signal, stamped with the clock that is faked and `clock` ms. */
function packet(sequence: number, { seconds = 0.2, clock = 0 } = {}): Packet {
  const now = Date.now();
  const samples = Int32Array.from({ length: 300 * seconds }, (_, i) => i % 50);
  return { sequence, time: now + clock, received: now, samples, leadOff: false };
}

function open() {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const pieces: ClosedPiece[] = [];
  const epochs: string[] = [];
  const lines: object[] = [];
  /** Resolves when there is room; a failure of the gateway. */
  const gateway = { room: Promise.resolve(), failure: undefined as Error | undefined };
  const devices = new LiveRegistry({
    gateway: 'ward-3',
    silenceMs: SILENCE_MS,
    metrics,
    logger: { warn: (fields) => void lines.push(fields) },
    fail: (error) => {
      throw error;
    },
    tools: {
      signal: new AbortController().signal,
      afterEpoch: () => 0,
      beginEpoch: async ({ stream }) => {
        await gateway.room;
        if (gateway.failure !== undefined) throw gateway.failure;
        return epochs.push(stream);
      },
      emit: (piece) => {
        pieces.push(piece);
        return gateway.room;
      },
    },
  });
  /** Until the function that is returned is called there is no room. */
  const fill = (): (() => void) => {
    let makeRoom = (): void => undefined;
    gateway.room = new Promise((resolve) => {
      makeRoom = resolve;
    });
    return makeRoom;
  };
  const refused = async (): Promise<number> =>
    Number(/refused_lines_total\{reason="epochs"\} (.*)/.exec(await metrics.registry.metrics())?.[1]);
  return { devices, pieces, epochs, lines, gateway, fill, refused };
}

describe('silence', () => {
  it('is not the time in which the gateway has no room, for no lead of the device', async () => {
    const { devices, pieces, epochs, fill } = open();
    await devices.take(hello(1), packet(0));
    await devices.take(hello(2), packet(0));
    const makeRoom = fill();
    const taken = devices.take(hello(1), packet(1, { seconds: 15 }));
    await vi.advanceTimersByTimeAsync(3.95 * SILENCE_MS);
    makeRoom();
    await taken;
    await vi.advanceTimersByTimeAsync(0.1 * SILENCE_MS);
    expect([devices.size, epochs]).toEqual([2, ['ward-3-003.1', 'ward-3-003.2']]);
    const before = pieces.length;
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(pieces.slice(before).map(({ source }) => source.stream)).toEqual(epochs);
    expect(devices.size).toBe(0);
  });

  it('is no end that the bed is told of: what is open leaves, was there when its packet came, and is not the last', async () => {
    const { devices, pieces } = open();
    const at = Date.now();
    await devices.take(hello(), packet(0));
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 1);
    await devices.close();
    expect([devices.size, pieces.map(({ last, closedAt }) => [last, closedAt])]).toEqual([0, [[false, at]]]);
  });

  it('of one lead ends its epoch while another lead sends', async () => {
    const { devices, pieces, epochs } = open();
    await devices.take(hello(2), packet(0));
    for (let sequence = 0; sequence < 60; sequence++) {
      await devices.take(hello(1), packet(sequence));
      await vi.advanceTimersByTimeAsync(200);
    }
    expect([devices.size, epochs]).toEqual([1, ['ward-3-003.2', 'ward-3-003.1']]);
    const ofSilent = pieces.filter(({ source }) => source.stream === 'ward-3-003.2');
    expect(ofSilent.map(({ piece }) => ownSamples(piece).length)).toEqual([60]);
  });
});

it('of the epochs of a lead that announces itself anew only the one that the gateway ends has a last piece', async () => {
  const { devices, pieces } = open();
  for (const [sequence, rate] of [300, 250, 300].entries()) await devices.take(hello(1, rate), packet(sequence));
  await devices.close();
  expect(pieces.map(({ last, source }) => [last, source.lead.rate])).toEqual([
    [false, 300],
    [false, 250],
    [true, 300],
  ]);
});

describe('after the end', () => {
  it('nothing is taken, and no epoch begins', async () => {
    const { devices, epochs } = open();
    await devices.take(hello(1), packet(0));
    await devices.close();
    await devices.take(hello(1), packet(1));
    await devices.take(hello(2), packet(0));
    expect([devices.size, epochs]).toEqual([0, ['ward-3-003.1']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('nothing is taken that waited for an epoch to end', async () => {
    const { devices, epochs, fill } = open();
    await devices.take(hello(1), packet(0));
    const makeRoom = fill();
    const waiting = devices.take(hello(1, 250), packet(1));
    const closed = devices.close();
    await vi.advanceTimersByTimeAsync(1);
    makeRoom();
    await Promise.all([waiting, closed]);
    expect([devices.size, epochs]).toEqual([0, ['ward-3-003.1']]);
  });

  it('an epoch that could not be declared is a failure', async () => {
    const { devices, gateway, fill } = open();
    const makeRoom = fill();
    const taken = expect(devices.take(hello(), packet(0))).rejects.toThrow('given up');
    await vi.advanceTimersByTimeAsync(1);
    const closed = expect(devices.close()).rejects.toThrow('given up');
    gateway.failure = new Error('given up');
    makeRoom();
    await Promise.all([taken, closed]);
  });
});

describe('a lead that begins epochs without end', () => {
  it('by other values in each hello has five, then one each 5 s, and the rest is refused', async () => {
    const { devices, epochs, refused } = open();
    const answers: boolean[] = [];
    for (let i = 0; i < 20; i++) {
      answers.push(await devices.take(hello(1, 250 + (i % 2)), packet(i)));
      await vi.advanceTimersByTimeAsync(200);
    }
    // What belongs to the last epoch that could begin goes on.
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => i < 5 || i % 2 === 0));
    expect([epochs.length, await refused()]).toEqual([5, 8]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await devices.take(hello(1, 251), packet(20))).toBe(true);
    expect(await devices.take(hello(2), packet(0))).toBe(true);
    expect([epochs.length, await refused()]).toEqual([7, 8]);
  });

  it('by its clock has them too, and keeps its samples; it is said once a minute at most', async () => {
    const { devices, pieces, epochs, lines, refused } = open();
    let taken = 0;
    for (let i = 0; i < 150; i++) {
      if (await devices.take(hello(), packet(i, { clock: -3_000 * i }))) taken++;
      await vi.advanceTimersByTimeAsync(200);
    }
    // 30 s: five at once, and five more.
    expect([epochs.length, taken, await refused()]).toEqual([10, 10, 140]);
    expect(lines).toEqual([{ stream: 'ward-3-003.1', refused: 1 }]);
    await devices.close();
    expect(pieces.reduce((samples, { piece }) => samples + ownSamples(piece).length, 0)).toBe(60 * 150);
    await vi.advanceTimersByTimeAsync(60_000);
  });
});
