/** One lead of one live device: its packets become pieces, epoch after epoch. */
import type { Packet } from '../../lib/signal/packet-order.js';
import { PacketReader, type PacketEvent } from '../../lib/signal/packets.js';
import { PieceCutter } from '../../lib/signal/piece-cutter.js';
import type { CutPiece } from '../../lib/signal/pieces.js';
import type { LiveMetrics } from '../metrics.js';
import type { EdgeStream, SourceTools } from '../streams.js';
import type { EpochBudget } from './epoch-budget.js';

export interface LiveStreamOptions {
  readonly source: EdgeStream;
  readonly modulus: number | undefined;
  readonly afterEpoch: number;
  /** Of the lead, across its streams. */
  readonly budget: EpochBudget;
  readonly tools: Pick<SourceTools, 'beginEpoch' | 'emit'>;
  readonly metrics: LiveMetrics;
}

interface Epoch {
  readonly source: EdgeStream;
  readonly epoch: number;
  readonly channel: number;
  readonly cutter: PieceCutter;
  sequence: number;
}

/** Holds a window and what waits for late packets, whatever the length of the stream. Calls are worked off in order; after one that failed all fail. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #reader: PacketReader;
  #epoch: Epoch | undefined;
  #leadOff = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: LiveStreamOptions) {
    const { source, modulus, afterEpoch, budget, metrics } = options;
    this.#options = options;
    this.#reader = new PacketReader({
      ...{ rate: source.lead.rate, afterEpoch, count: metrics.countPackets },
      mayBegin: () => budget.take(),
      ...(modulus === undefined ? {} : { modulus }),
    });
  }

  /** Milliseconds UTC behind the newest epoch's last sample: the next stream of this lead begins later. */
  get endOfSamples(): number {
    return this.#reader.end;
  }

  /** Resolves when the gateway has room for what the packet closed, with the number of epochs that were refused. */
  take(packet: Packet): Promise<number> {
    return this.#inTurn(() => this.#work(this.#reader.push(packet), packet.received));
  }

  /** Nothing follows: what is open leaves as the epoch's last piece. Resolves as `take` does. */
  end(now: number): Promise<number> {
    return this.#inTurn(async () => {
      const refused = await this.#work(this.#reader.flush(), now);
      await this.#endEpoch(now);
      return refused;
    });
  }

  #inTurn(work: () => Promise<number>): Promise<number> {
    const turn = this.#tail.then(work);
    this.#tail = turn;
    return turn;
  }

  async #work(events: readonly PacketEvent[], now: number): Promise<number> {
    const { source, tools, metrics } = this.#options;
    let refused = 0;
    for (const event of events) {
      if (event.kind === 'refused') {
        refused++;
        continue;
      }
      if (event.kind === 'epoch') {
        await this.#endEpoch(now);
        metrics.countEpoch(event.reason);
        const own = { ...source, lead: { ...source.lead, rate: event.rate } };
        const channel = await tools.beginEpoch(own, event.epoch);
        this.#epoch = { source: own, epoch: event.epoch, channel, cutter: new PieceCutter(own.lead), sequence: 0 };
        continue;
      }
      this.#leadOff ||= event.leadOff;
      for (const value of event.samples) {
        for (const piece of this.#epoch?.cutter.push(value, event.leadOff) ?? []) {
          await this.#emit(piece, false, now);
          this.#leadOff = event.leadOff;
        }
      }
    }
    const { trueRate } = this.#reader;
    if (trueRate !== undefined) metrics.observeRate(source.lead.rate, trueRate);
    return refused;
  }

  async #endEpoch(now: number): Promise<void> {
    const pieces = this.#epoch?.cutter.end() ?? [];
    for (const [i, piece] of pieces.entries()) await this.#emit(piece, i === pieces.length - 1, now);
    this.#epoch = undefined;
    this.#leadOff = false;
  }

  async #emit(piece: CutPiece, last: boolean, closedAt: number): Promise<void> {
    if (this.#epoch === undefined) return;
    const { source, epoch, channel } = this.#epoch;
    const place = { source, epoch, channel, sequence: this.#epoch.sequence++ };
    await this.#options.tools.emit({ ...place, piece, last, closedAt, deviceLeadOff: this.#leadOff });
  }
}
