/**
 * The gateway: collects closed pieces of all its streams for one linger, encodes them together and sends them as one
 * frame. kafkajs has no linger of its own. One flush is under way at a time, so that the order of a device is kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { EdgeProducer } from '../lib/kafka/producer.js';
import type { Logger } from '../lib/kafka/logger.js';
import type { EdgeMetrics } from './metrics.js';
import { buildFrames, type UnsentSegment } from './frames.js';
import type { ClosedPiece } from './replay.js';
import type { EncodedPiece } from './segments.js';

export interface GatewayOptions {
  readonly id: string;
  readonly lingerMs: number;
  /** Pieces that may wait; sources are held back beyond it. */
  readonly queueLimit: number;
  /** First 8 bytes of the codec manifest's SHA-256. */
  readonly model: Buffer;
  readonly producer: EdgeProducer;
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
  readonly encode: (pieces: readonly ClosedPiece[]) => Promise<EncodedPiece[]>;
}

/** Wall milliseconds between two tries of a flush that the broker did not take. */
const RETRY_MS = 1_000;

export class Gateway {
  readonly #options: GatewayOptions;
  #queue: ClosedPiece[] = [];
  #room: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #unsent = 0;
  #closing = false;
  #failure: Error | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Takes a piece; resolves when the queue has room. */
  async take(piece: ClosedPiece): Promise<void> {
    this.#throwFailure();
    this.#queue.push(piece);
    this.#unsent++;
    this.#options.metrics.setWaiting(this.#unsent);
    this.#running ??= this.#run();
    if (this.#queue.length >= this.#options.queueLimit) {
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
    this.#throwFailure();
  }

  /** Sends what waits. Rejects where that failed for good. */
  async drain(): Promise<void> {
    this.#closing = true;
    while (this.#running !== undefined) await this.#running;
    this.#throwFailure();
  }

  /** A failed run is everyone's failure: the sources stop, and nothing overtakes what was not sent. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        if (!this.#closing) await sleep(this.#options.lingerMs);
        const pieces = this.#queue;
        this.#queue = [];
        await this.#flush(pieces);
        this.#makeRoom();
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(messageOf(error));
      this.#makeRoom();
    } finally {
      this.#running = undefined;
    }
  }

  #makeRoom(): void {
    const waiting = this.#room;
    this.#room = [];
    for (const resolve of waiting) resolve();
  }

  async #flush(pieces: readonly ClosedPiece[]): Promise<void> {
    const { metrics } = this.#options;
    const encoded = await this.#options.encode(pieces);
    const unsent = encoded.map(({ segment, closed }) => ({ segment, closedAt: closed.closedAt }));
    const audits = encoded.flatMap(({ audit, closed }) =>
      audit === undefined ? [] : [{ segment: audit, closedAt: closed.closedAt }],
    );
    await this.#send('ecg.segments', unsent);
    if (audits.length > 0) await this.#send('ecg.audits', audits);
    for (const piece of encoded) metrics.countWindow(piece);
    this.#unsent -= pieces.length;
    metrics.setWaiting(this.#unsent);
  }

  /** Tries until the broker takes it: the same frame again is a repeat that the decoder drops. */
  async #send(topic: 'ecg.segments' | 'ecg.audits', unsent: readonly UnsentSegment[]): Promise<void> {
    const { id, model, producer, metrics, logger } = this.#options;
    const values = buildFrames(topic, unsent, model, Date.now());
    for (;;) {
      try {
        for (const value of values) {
          const { bytes } = await producer.send({ topic, key: id, values: [value] });
          metrics.countWire(topic, bytes);
        }
        return;
      } catch (error) {
        if (error instanceof DynamicDeepError && !error.canRetry) throw error;
        metrics.countRetry();
        logger.warn({ topic, waiting: this.#queue.length, error: messageOf(error) }, 'frame not taken, trying again');
        await sleep(RETRY_MS);
      }
    }
  }
}
