/**
 * The gateway collects closed pieces of all its streams for one linger, encodes them together and sends them as one
 * frame. kafkajs has no linger of its own. Only one flush runs at a time, so that each device's pieces stay in order.
 */
import { BITSTREAM_VERSION } from '../lib/codec/ladder.js';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { buildFrames, type UnsentSegment } from '../lib/wire/index.js';
import { sendUntilTaken, type SendTools } from './persistent-send.js';
import type { EncodedPiece } from './segments.js';
import type { ClosedPiece } from './streams.js';

export interface GatewayOptions extends SendTools {
  readonly id: string;
  readonly lingerMs: number;
  /** Number of pieces that may wait; beyond it sources are held back. */
  readonly queueLimit: () => number;
  /** Most pieces in one flush: after an outage segments and audits then alternate, so that audits find their pairs in time. */
  readonly flushLimit: () => number;
  /** First 8 bytes of the codec manifest's SHA-256. */
  readonly model: Buffer;
  /** Run that the channels belong to (`Declarations.run`). */
  readonly run: number;
  readonly encode: (pieces: readonly ClosedPiece[]) => Promise<EncodedPiece[]>;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #queue: ClosedPiece[] = [];
  #room: (() => void)[] = [];
  #running: Promise<void> | undefined;
  /** Ends the current linger early. */
  #endLinger: (() => void) | undefined;
  #unsent = 0;
  #closing = false;
  #failure: Error | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Takes a piece; resolves when the queue has room. An urgent piece ends the linger: all waiting pieces leave at once. */
  async take(piece: ClosedPiece): Promise<void> {
    this.#throwFailure();
    this.#queue.push(piece);
    this.#unsent++;
    this.#options.metrics.setWaiting(this.#unsent);
    this.#running ??= this.#run();
    if (piece.piece.urgent) this.#endLinger?.();
    if (this.#queue.length >= this.#options.queueLimit()) {
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
    this.#throwFailure();
  }

  /**
   * Sends everything that waits. Rejects if that fails for good; if it was given up, with BROKER_UNREACHABLE and the number
   * of segments.
   */
  async drain(): Promise<void> {
    this.#closing = true;
    while (this.#running !== undefined) await this.#running;
    this.#throwFailure();
  }

  /** Fails every caller once a run has failed: the sources stop, and nothing overtakes what was not sent. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        // Pieces that a full flush left behind have lingered already.
        if (!this.#closing && this.#queue.length < this.#options.flushLimit()) await this.#linger();
        const pieces = this.#queue.splice(0, this.#options.flushLimit());
        await this.#flush(pieces);
        this.#makeRoom();
      }
    } catch (error) {
      this.#failure = this.#failureOf(error);
      this.#makeRoom();
    } finally {
      this.#running = undefined;
    }
  }

  #failureOf(error: unknown): Error {
    const { giveUp, logger } = this.#options;
    const isGivenUp = giveUp.aborted && error instanceof DynamicDeepError && error.code === 'BROKER_UNREACHABLE';
    if (!isGivenUp) return error instanceof Error ? error : new Error(messageOf(error));
    const segments = this.#unsent;
    logger.error({ segments }, 'given up: closed segments that were not sent, or are not known to be');
    return new DynamicDeepError(
      'BROKER_UNREACHABLE',
      `${segments} closed segments were not sent, or are not known to be`,
      {
        cause: error,
      },
    );
  }

  async #linger(): Promise<void> {
    if (this.#queue.some(({ piece }) => piece.urgent)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.lingerMs);
      this.#endLinger = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endLinger = undefined;
  }

  #makeRoom(): void {
    const waiting = this.#room;
    this.#room = [];
    for (const resolve of waiting) resolve();
  }

  async #flush(pieces: readonly ClosedPiece[]): Promise<void> {
    const { metrics } = this.#options;
    const encoded = await this.#options.encode(pieces);
    const unsent = encoded.map(({ segment, closed: { channel, closedAt } }) => ({ segment, channel, closedAt }));
    const audits = encoded.flatMap(({ audit, closed: { channel, closedAt } }) =>
      audit === undefined ? [] : [{ segment: audit, channel, closedAt }],
    );
    // Audits go first: their patience for a pair is measured by the segments that have arrived.
    if (audits.length > 0) await this.#send('ecg.audits', audits);
    await this.#send('ecg.segments', unsent);
    for (const piece of encoded) metrics.countWindow(piece);
    this.#unsent -= pieces.length;
    metrics.setWaiting(this.#unsent);
  }

  async #send(topic: 'ecg.segments' | 'ecg.audits', unsent: readonly UnsentSegment[]): Promise<void> {
    const { id, model, run, metrics } = this.#options;
    const header = { version: BITSTREAM_VERSION, model, run, sentAt: Date.now() };
    for (const value of buildFrames(topic, unsent, header)) {
      metrics.countWire(topic, await sendUntilTaken({ topic, key: id, values: [value] }, this.#options));
    }
  }
}
