/** Turns the packets of one lead of a live device into pieces, epoch after epoch. */
import type { Packet } from '../../lib/signal/packet-order.js';
import { PacketReader, type PacketEvent } from '../../lib/signal/packets.js';
import { PieceCutter } from '../../lib/signal/piece-cutter.js';
import type { CutPiece } from '../../lib/signal/pieces.js';
import { MISSING } from '../../lib/signal/types.js';
import type { LiveMetrics } from '../metrics.js';
import type { EdgeStream, SourceTools } from '../streams.js';
import type { EpochBudget } from './epoch-budget.js';

export interface LiveStreamOptions {
  readonly source: EdgeStream;
  readonly modulus: number | undefined;
  readonly afterEpoch: number;
  /** The lead's budget, shared by its successive streams. */
  readonly budget: EpochBudget;
  readonly tools: Pick<SourceTools, 'beginEpoch' | 'emit' | 'secondOpinion'>;
  readonly metrics: LiveMetrics;
  /** Called with the number of epochs that were refused. */
  readonly onRefused: (epochs: number) => void;
}

/** Seconds of signal that may wait behind a question: one takes 0.3 s at most, and the next comes 0.85 s later. */
const MOST_BEHIND_SECONDS = 1;

interface Epoch {
  readonly source: EdgeStream;
  readonly epoch: number;
  readonly channel: number;
  readonly cutter: PieceCutter;
  sequence: number;
  /** The epoch begins because the device's clock was set. */
  readonly clockStepped: boolean;
  /** Wall milliseconds UTC at which the packet with the newest non-missing sample arrived. */
  heardAt: number;
}

/**
 * Holds one window and what waits for late packets, whatever the length of the stream. Calls are worked off in order; after
 * one has failed, all later ones fail.
 */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #reader: PacketReader;
  #epoch: Epoch | undefined;
  #leadOff = false;
  readonly #asking = new OpenQuestion();
  /** Number of samples in packets that are not worked off yet. */
  #behind = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: LiveStreamOptions) {
    const { source, modulus, afterEpoch, budget, metrics } = options;
    this.#options = options;
    this.#reader = new PacketReader({
      rate: source.lead.rate,
      afterEpoch,
      count: metrics.countPackets,
      mayBegin: () => budget.take(),
      ...(modulus === undefined ? {} : { modulus }),
    });
  }

  /** End of the newest epoch's last sample, milliseconds UTC: the next stream of this lead begins later. */
  get endOfSamples(): number {
    return this.#reader.end;
  }

  /**
   * Resolves when the gateway has room for the pieces that the packet closed. While a second opinion is awaited, it resolves
   * at once for up to a second of signal, because the device's other leads would have to wait too.
   */
  async take(packet: Packet): Promise<void> {
    const { length } = packet.samples;
    this.#behind += length;
    const turn = this.#inTurn(() => this.#work(this.#reader.push(packet))).finally(() => {
      this.#behind -= length;
    });
    if (this.#behind > MOST_BEHIND_SECONDS * this.#options.source.lead.rate) return turn;
    // If the work fails behind a question, the next call fails with the same error.
    turn.catch(() => undefined);
    await this.#asking.doneOrOpen(turn);
  }

  /**
   * Ends the stream and sends its open pieces. Resolves as `take` does.
   *
   * @param last true if the stream ends for good, which its newest piece then says; false if the device fell silent or
   * another epoch follows
   */
  end(last: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#work(this.#reader.flush());
      await this.#endEpoch(last);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#tail.then(work);
    this.#tail = turn;
    return turn;
  }

  async #work(events: readonly PacketEvent[]): Promise<void> {
    const { source, metrics, onRefused } = this.#options;
    let refused = 0;
    for (const event of events) {
      if (event.kind === 'refused') refused++;
      else if (event.kind === 'epoch') await this.#beginEpoch(event);
      else await this.#cut(event);
    }
    if (refused > 0) onRefused(refused);
    const { trueRate } = this.#reader;
    if (trueRate !== undefined) metrics.observeRate(source.lead.rate, trueRate);
  }

  async #beginEpoch({ reason, epoch, rate }: PacketEvent & { readonly kind: 'epoch' }): Promise<void> {
    await this.#endEpoch(false);
    const { source, tools, metrics } = this.#options;
    metrics.countEpoch(reason);
    const own = { ...source, lead: { ...source.lead, rate } };
    const channel = await tools.beginEpoch(own, epoch);
    const cutter = new PieceCutter({ ...own.lead, asks: tools.secondOpinion !== undefined });
    const clockStepped = reason === 'clock-step';
    this.#epoch = { source: own, epoch, channel, cutter, sequence: 0, clockStepped, heardAt: 0 };
  }

  async #cut({ samples, leadOff, received }: PacketEvent & { readonly kind: 'samples' }): Promise<void> {
    const epoch = this.#epoch;
    if (epoch === undefined) return;
    this.#leadOff ||= leadOff;
    for (const value of samples) {
      // A piece that a missing sample closes was complete when the samples before it arrived.
      if (value !== MISSING) epoch.heardAt = received;
      for (const piece of epoch.cutter.push(value, leadOff) ?? []) {
        await this.#emit(piece, false);
        this.#leadOff = leadOff;
      }
      const piece = epoch.cutter.isAsking ? await this.#ask(epoch) : undefined;
      if (piece === undefined) continue;
      await this.#emit(piece, false);
      this.#leadOff = leadOff;
    }
  }

  async #ask({ cutter, source }: Epoch): Promise<CutPiece | undefined> {
    const { secondOpinion } = this.#options.tools;
    if (secondOpinion === undefined) return undefined;
    this.#asking.begin();
    try {
      return await cutter.settle((question) => secondOpinion(question, source));
    } finally {
      this.#asking.end();
    }
  }

  async #endEpoch(last: boolean): Promise<void> {
    const pieces = this.#epoch?.cutter.end() ?? [];
    for (const [i, piece] of pieces.entries()) await this.#emit(piece, last && i === pieces.length - 1);
    this.#epoch = undefined;
    this.#leadOff = false;
  }

  async #emit(piece: CutPiece, last: boolean): Promise<void> {
    if (this.#epoch === undefined) return;
    const { source, epoch, channel, heardAt: closedAt } = this.#epoch;
    const sequence = this.#epoch.sequence++;
    const clockStepped = this.#epoch.clockStepped && sequence === 0;
    const place = { source, epoch, channel, sequence };
    await this.#options.tools.emit({ ...place, piece, last, closedAt, deviceLeadOff: this.#leadOff, clockStepped });
  }
}

/** Tracks whether a question is open, and who waits for one to open. */
class OpenQuestion {
  #isOpen = false;
  readonly #waiting = new Set<() => void>();

  begin(): void {
    this.#isOpen = true;
    for (const tell of this.#waiting) tell();
  }

  end(): void {
    this.#isOpen = false;
  }

  /** Resolves as soon as `work` is done or a question is open. */
  async doneOrOpen(work: Promise<void>): Promise<void> {
    if (this.#isOpen) return;
    let tell: (() => void) | undefined;
    const opens = new Promise<void>((resolve) => {
      tell = resolve;
      this.#waiting.add(tell);
    });
    try {
      await Promise.race([work, opens]);
    } finally {
      if (tell !== undefined) this.#waiting.delete(tell);
    }
  }
}
