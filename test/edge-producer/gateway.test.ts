import { describe, expect, it } from 'vitest';
import { Gateway } from '../../src/edge-producer/gateway.js';
import { edgeMetrics } from '../../src/edge-producer/metrics.js';
import type { EncodedPiece } from '../../src/edge-producer/segments.js';
import type { ClosedPiece } from '../../src/edge-producer/streams.js';
import { DynamicDeepError } from '../../src/lib/errors/index.js';
import type { EdgeBatch, EdgeProducer } from '../../src/lib/kafka/producer.js';
import { silentLogger } from '../../src/lib/kafka/logger.js';
import { decode, isIntact } from '../../src/lib/wire/index.js';
import { closedPieces, sampleStream } from './streams.js';
import { eventually } from '../eventually.js';

const pieces = closedPieces(await sampleStream('A04040'));

/** Takes frames in memory; fails as often as it is told first. */
class Broker implements EdgeProducer {
  readonly pending = 0;
  readonly taken: { topic: string; sequences: number[] }[] = [];
  failures: Error[] = [];
  /** Gives no answer. */
  isStuck = false;

  send({ topic, values }: EdgeBatch): Promise<{ partition: number; baseOffset: number; bytes: number }> {
    if (this.isStuck) return new Promise(() => undefined);
    const failure = this.failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    for (const value of values) {
      if (value === null) throw new Error('a frame without a value');
      const { run, segments } = decode('ecg.segments', value);
      expect([run, isIntact(value), new Set(segments.map(({ channel }) => channel))]).toEqual([5, true, new Set([3])]);
      this.taken.push({ topic, sequences: segments.map(({ sequence }) => sequence) });
    }
    return Promise.resolve({ partition: 0, baseOffset: this.taken.length, bytes: 100 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function encoded(closed: ClosedPiece): EncodedPiece {
  const { source, epoch, sequence, piece } = closed;
  const segment = {
    stream: source.stream,
    epoch,
    sequence,
    start: piece.start,
    length: piece.length,
    rung: 0,
    policyVersion: 0,
    flags: 0,
    predicted: null,
    payload: Buffer.from([sequence]),
  };
  return {
    closed,
    segment,
    predicted: null,
    rung: 'lossless',
    nominalGain: 1,
    audit: sequence === 1 ? segment : undefined,
  };
}

function gatewayOn(broker: Broker, over: { queueLimit?: number; lingerMs?: number } = {}) {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const giveUp = new AbortController();
  const errors: object[] = [];
  const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
  const gateway = new Gateway({
    id: 'ward-3',
    lingerMs: 20,
    queueLimit: () => over.queueLimit ?? 100,
    flushLimit: () => 50,
    model: Buffer.alloc(8),
    run: 5,
    producer: broker,
    metrics,
    giveUp: giveUp.signal,
    logger,
    encode: (batch: readonly ClosedPiece[]) => Promise.resolve(batch.map(encoded)),
    ...(over.lingerMs === undefined ? {} : { lingerMs: over.lingerMs }),
  });
  const metric = async (name: string): Promise<number> => {
    const text = await metrics.registry.metrics();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.*)$`, 'm').exec(text)?.[1]);
  };
  return { gateway, metric, giveUp, errors };
}

describe('the gateway', () => {
  it('sends what one linger collected as one frame, audits apart', async () => {
    const broker = new Broker();
    const { gateway, metric } = gatewayOn(broker);
    await Promise.all(pieces.slice(0, 3).map((piece) => gateway.take(piece)));
    await gateway.drain();
    expect(broker.taken).toEqual([
      { topic: 'ecg.audits', sequences: [1] },
      { topic: 'ecg.segments', sequences: [0, 1, 2] },
    ]);
    expect(await metric('dynamic_deep_edge_windows_total')).toBe(3);
    expect(await metric('dynamic_deep_edge_sequence_lag_segments')).toBe(0);
  });

  it('does not linger with a piece that hurries, and takes along what waits', async () => {
    const broker = new Broker();
    const { gateway } = gatewayOn(broker, { lingerMs: 600_000 });
    await gateway.take(pieces[0]!);
    await gateway.take({ ...pieces[2]!, piece: { ...pieces[2]!.piece, urgent: true } });
    await eventually(() => {
      expect(broker.taken).toEqual([{ topic: 'ecg.segments', sequences: [0, 2] }]);
    });
    await gateway.take({ ...pieces[3]!, piece: { ...pieces[3]!.piece, urgent: true } });
    await gateway.drain();
    expect(broker.taken.at(-1)).toEqual({ topic: 'ecg.segments', sequences: [3] });
  });

  it('holds its sources back when the queue is full, and keeps the order', async () => {
    const broker = new Broker();
    const { gateway } = gatewayOn(broker, { queueLimit: 2 });
    for (const piece of pieces) await gateway.take(piece);
    await gateway.drain();
    const segments = broker.taken.filter(({ topic }) => topic === 'ecg.segments').map(({ sequences }) => sequences);
    expect(segments.flat()).toEqual(pieces.map(({ sequence }) => sequence));
    expect(Math.max(...segments.map((sequences) => sequences.length))).toBe(2);
  });

  it('sends the same frame again until the broker takes it, and counts the tries', async () => {
    const broker = new Broker();
    broker.failures = [new Error('the broker is away')];
    const { gateway, metric } = gatewayOn(broker);
    await gateway.take(pieces[0]!);
    await gateway.drain();
    expect(broker.taken).toEqual([{ topic: 'ecg.segments', sequences: [0] }]);
    expect(await metric('dynamic_deep_edge_produce_retries_total')).toBe(1);
  });

  it('gives up what the broker does not take when it is told to, and says how many segments that were', async () => {
    const broker = new Broker();
    const { gateway, giveUp, errors } = gatewayOn(broker, { queueLimit: 2 });
    await gateway.take(pieces[0]!);
    await gateway.drain();
    broker.isStuck = true;
    await gateway.take(pieces[1]!);
    await gateway.take(pieces[2]!);
    const heldBack = gateway.take(pieces[3]!);
    const drained = gateway.drain();
    giveUp.abort();
    const failure = { code: 'BROKER_UNREACHABLE', message: expect.stringContaining('3 closed segments') as string };
    await expect(drained).rejects.toMatchObject(failure);
    await expect(heldBack).rejects.toMatchObject(failure);
    expect(errors).toEqual([{ segments: 3 }]);
    expect(broker.taken).toEqual([{ topic: 'ecg.segments', sequences: [0] }]);
  });

  it('gives up between two tries, too', async () => {
    const broker = new Broker();
    broker.failures = [new Error('the broker is away'), new Error('the broker is away')];
    const { gateway, giveUp, metric } = gatewayOn(broker);
    await gateway.take(pieces[0]!);
    const drained = gateway.drain();
    await eventually(async () => {
      expect(await metric('dynamic_deep_edge_produce_retries_total')).toBe(1);
    });
    giveUp.abort();
    await expect(drained).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
    expect(broker.failures).toHaveLength(1);
  });

  it('fails for good where another try cannot help, and lets nothing overtake what was not sent', async () => {
    const broker = new Broker();
    broker.failures = [new DynamicDeepError('NOT_A_BUFFER', 'a fault of ours')];
    const { gateway } = gatewayOn(broker);
    await gateway.take(pieces[0]!);
    await expect(gateway.drain()).rejects.toMatchObject({ code: 'NOT_A_BUFFER' });
    await expect(gateway.take(pieces[1]!)).rejects.toMatchObject({ code: 'NOT_A_BUFFER' });
    expect(broker.taken).toEqual([]);
  });
});
