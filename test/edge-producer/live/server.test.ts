import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { liveInput, type LiveInputOptions } from '../../../src/edge-producer/live/server.js';
import { edgeMetrics } from '../../../src/edge-producer/metrics.js';
import type { ClosedPiece, EdgeStream } from '../../../src/edge-producer/streams.js';
import { silentLogger } from '../../../src/lib/kafka/logger.js';
import { freePorts } from '../../../src/lib/runtime/ports.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import { beats } from '../../lib/codec/signals.js';
import { eventually } from '../../eventually.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const HELLO = { type: 'hello', bed: 3, lead: 1, name: 'II', gain: 200, rate: 300 };
const SIGNAL = beats(300 * 30, 300);

/** 0.2 s of the signal a packet, at the wall clock's time. */
function packets(count: number, from = 0, start = Date.now()): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, k) => ({
    type: 'packet',
    lead: 1,
    sequence: from + k,
    time: start + 200 * (from + k),
    samples: Array.from(SIGNAL.subarray(60 * (from + k), 60 * (from + k + 1))),
  }));
}

async function listen(over: Partial<LiveInputOptions> = {}) {
  const [port = 0] = await freePorts(1);
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const pieces: ClosedPiece[] = [];
  const epochs: [EdgeStream, number][] = [];
  const stop = new AbortController();
  /** Resolves when the gateway has room. */
  const gateway = { room: Promise.resolve() };
  const input = liveInput({
    host: '127.0.0.1',
    port,
    gateway: 'ward-3',
    mostDevices: 2,
    silenceMs: 60_000,
    metrics,
    logger: silentLogger,
    ...over,
  });
  const ended = input.run({
    signal: stop.signal,
    afterEpoch: () => 0,
    beginEpoch: (source, epoch) => {
      return Promise.resolve(epochs.push([source, epoch]));
    },
    emit: (piece) => {
      pieces.push(piece);
      return gateway.room;
    },
  });
  const close = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  closers.push(close);
  const metric = async (name: string): Promise<number> => {
    const line = (await metrics.registry.metrics())
      .split('\n')
      .find((text) => text.startsWith(`dynamic_deep_edge_${name} `));
    return Number(line?.split(' ').at(-1));
  };
  return { port, pieces, epochs, close, metric, input, gateway };
}

async function device(port: number) {
  let socket!: Socket;
  await eventually(async () => {
    socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
  });
  socket.on('error', () => undefined);
  const answers: { error: string; line?: number }[] = [];
  createInterface(socket).on('line', (line) => answers.push(JSON.parse(line) as { error: string }));
  closers.unshift(() => {
    socket.destroy();
    return Promise.resolve();
  });
  const send = (...lines: unknown[]): void => {
    for (const line of lines) socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  return { socket, send, answers };
}

const samplesOf = (pieces: readonly ClosedPiece[]): number[] =>
  pieces.flatMap(({ piece }) => Array.from(ownSamples(piece)));

describe('live devices', () => {
  it('become streams with opaque ids; what is open at the end leaves as the last piece', async () => {
    const { port, pieces, epochs, close, metric, input } = await listen();
    const { send } = await device(port);
    send(HELLO, ...packets(70));
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(70);
    });
    expect([input.streams(), input.clockRate]).toEqual([1, 1]);
    expect(pieces.map(({ last, sequence }) => [last, sequence])).toEqual([
      [false, 0],
      [false, 1],
    ]);
    await close();
    expect(epochs).toHaveLength(1);
    expect(epochs[0]![0]).toEqual({
      stream: 'ward-3-003.1',
      device: 'ward-3-003',
      lead: { name: 'II', gain: 200, baseline: 0, rate: 300, calibrated: true },
    });
    expect(pieces.map(({ last }) => last)).toEqual([false, false, true]);
    expect(samplesOf(pieces)).toEqual(Array.from(SIGNAL.subarray(0, 70 * 60)));
  });

  it('that are silent or gone end their epoch after the bounded wait, and begin another when they come back', async () => {
    const { port, pieces, epochs } = await listen({ silenceMs: 1_000 });
    const first = await device(port);
    first.send(HELLO, ...packets(10));
    await eventually(() => {
      expect(pieces.map(({ last }) => last)).toEqual([false]);
    });
    const start = Date.now() - 5000;
    first.send(...packets(10, 10, start));
    await eventually(() => {
      expect(epochs).toHaveLength(2);
    });
    first.socket.destroy();
    await eventually(() => {
      expect(pieces.map(({ last }) => last)).toEqual([false, false]);
    });
    expect(samplesOf(pieces)).toEqual(Array.from(SIGNAL.subarray(0, 1200)));
    expect(epochs[1]![1]).toBeGreaterThanOrEqual(epochs[0]![1] + 2000);
  });

  it('that come back in time go on with their epoch, over a connection that takes the bed over', async () => {
    const { port, pieces, epochs, close, metric } = await listen();
    const start = Date.now();
    const first = await device(port);
    first.send(HELLO, ...packets(10, 0, start));
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(10);
    });
    const second = await device(port);
    second.send(HELLO, ...packets(10, 8, start));
    await eventually(() => {
      expect(first.answers).toEqual([{ error: 'the bed has connected anew' }]);
    });
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(18);
    });
    expect(await metric('device_packets_total{outcome="repeated"}')).toBe(2);
    await close();
    expect(epochs).toHaveLength(1);
    expect(samplesOf(pieces)).toEqual(Array.from(SIGNAL.subarray(0, 18 * 60)));
  });

  it('with a lead off by their own flag say so of its pieces', async () => {
    const { port, pieces, close, metric } = await listen();
    const { send } = await device(port);
    send(HELLO, ...packets(70).map((packet, k) => ({ ...packet, leadOff: k >= 40 && k < 45 })));
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(70);
    });
    await close();
    expect(pieces.map(({ deviceLeadOff }) => deviceLeadOff)).toEqual([false, true, false]);
  });

  it('that send nonsense get an answer for each line, are counted, and harm nothing', async () => {
    const { port, pieces, close, metric } = await listen();
    const { send, answers, socket } = await device(port);
    send('nonsense', packets(1)[0], HELLO, { ...HELLO, bed: 4 }, { ...packets(1)[0], samples: [1e9] });
    socket.write(Buffer.alloc(300_000, 0x61));
    send('');
    send(...packets(5));
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(5);
    });
    await eventually(() => {
      expect(answers).toEqual([
        { error: 'not a line of JSON', line: 1 },
        { error: 'a packet of a lead without hello', line: 2 },
        { error: 'another bed on the same connection', line: 4 },
        { error: 'missing or not allowed: samples', line: 5 },
        { error: 'longer than 262144 bytes', line: 6 },
      ]);
    });
    expect(await metric('refused_lines_total{reason="syntax"}')).toBe(3);
    expect(await metric('refused_lines_total{reason="length"}')).toBe(1);
    expect(await metric('refused_lines_total{reason="unknown_lead"}')).toBe(1);
    await close();
    expect(samplesOf(pieces)).toEqual(Array.from(SIGNAL.subarray(0, 300)));
  });

  it('beyond the number allowed are turned away', async () => {
    const { port, metric } = await listen({ mostDevices: 1 });
    await device(port);
    await eventually(async () => {
      expect(await metric('live_devices')).toBe(1);
    });
    const second = await device(port);
    await eventually(() => {
      expect(second.answers).toEqual([{ error: 'more than 1 devices', line: 0 }]);
    });
    expect(await metric('refused_lines_total{reason="devices"}')).toBe(1);
  });

  it('that are silent are hung up on; those whose lines are held back are not, and lose nothing', async () => {
    const { port, pieces, close, metric, gateway } = await listen({ idleMs: 2_000 });
    let makeRoom = (): void => undefined;
    gateway.room = new Promise((resolve) => {
      makeRoom = resolve;
    });
    const { socket, send } = await device(port);
    const start = Date.now();
    send(HELLO, ...packets(40, 0, start));
    await eventually(() => {
      expect(pieces).toHaveLength(1);
    });
    send(...packets(30, 40, start));
    await sleep(5_000);
    makeRoom();
    await eventually(async () => {
      expect(await metric('device_packets_total{outcome="taken"}')).toBe(70);
    });
    await once(socket, 'close');
    await eventually(async () => {
      expect(await metric('live_devices')).toBe(0);
    });
    await close();
    expect(samplesOf(pieces)).toEqual(Array.from(SIGNAL.subarray(0, 70 * 60)));
  });

  it('that begin epochs without end are told so', async () => {
    const { port, epochs, metric } = await listen();
    const { send, answers } = await device(port);
    send(HELLO, ...packets(8).map((packet, k) => ({ ...packet, time: Date.now() - 3000 * k })));
    await eventually(() => {
      expect(answers.map(({ line }) => line)).toEqual([7, 8, 9]);
    });
    expect(new Set(answers.map(({ error }) => error))).toEqual(new Set(['the lead begins epochs too often']));
    expect(await metric('refused_lines_total{reason="epochs"}')).toBe(3);
    expect(epochs).toHaveLength(5);
  });

  it('that send faster than 500 lines a second are slowed down, not dropped', async () => {
    const { port, metric } = await listen();
    const { send } = await device(port);
    const started = Date.now();
    send(HELLO, ...Array.from({ length: 1100 }, () => '{}'));
    await eventually(async () => {
      expect(await metric('refused_lines_total{reason="syntax"}')).toBe(1100);
    });
    expect(Date.now() - started).toBeGreaterThan(1000);
  });
});

it('an address that is taken is a clear error', async () => {
  const { port } = await listen();
  await device(port);
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const second = liveInput({
    host: '127.0.0.1',
    port,
    gateway: 'g',
    mostDevices: 1,
    silenceMs: 1000,
    metrics,
    logger: silentLogger,
  });
  const never = (): Promise<void> => Promise.resolve();
  const beginEpoch = (): Promise<number> => Promise.resolve(0);
  const tools = { signal: new AbortController().signal, afterEpoch: () => 0, beginEpoch, emit: never };
  await expect(second.run(tools)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
