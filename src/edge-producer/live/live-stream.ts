/** One lead of one live device: its packets become pieces, epoch after epoch. */
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
  /** Of the lead, across its streams. */
  readonly budget: EpochBudget;
  readonly tools: Pick<SourceTools, 'beginEpoch' | 'emit' | 'secondOpinion'>;
  readonly metrics: LiveMetrics;
  /** Hears of epochs that were refused. */
  readonly onRefused: (epochs: number) => void;
}

/** A question takes 0.3 s at most, and the next comes 0.85 s later. */
const MOST_BEHIND_SECONDS = 1;

interface Epoch {
  readonly source: EdgeStream;
  readonly epoch: number;
  readonly channel: number;
  readonly cutter: PieceCutter;
  sequence: number;
  /** It begins because the device's clock was set. */
  readonly clockStepped: boolean;
  /** Wall milliseconds UTC at which the packet of the newest sample that is not missing came. */
  heardAt: number;
}

/** Holds a window and what waits for late packets, whatever the length of the stream. Calls are worked off in order; after one that failed all fail. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #reader: PacketReader;
  #epoch: Epoch | undefined;
  #leadOff = false;
  readonly #asking = new OpenQuestion();
  /** Samples of packets that are not worked off. */
  #behind = 0;
  #tail: Promise<void> = Promise.resolve();

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

  /**
   * Resolves when the gateway has room for what the packet closed. While a second opinion is awaited it resolves at once,
   * for a second of signal: the device's other leads would wait too.
   */
  async take(packet: Packet): Promise<void> {
    const { length } = packet.samples;
    this.#behind += length;
    const turn = this.#inTurn(() => this.#work(this.#reader.push(packet))).finally(() => {
      this.#behind -= length;
    });
    if (this.#behind > MOST_BEHIND_SECONDS * this.#options.source.lead.rate) return turn;
    // Where it fails behind a question the next call fails with it.
    turn.catch(() => undefined);
    await this.#asking.doneOrOpen(turn);
  }

  /**
   * Takes nothing more: what is open leaves. Resolves as `take` does.
   *
   * @param last the stream ends for good, and the newest piece says so; not where the device fell silent or another epoch
   * follows
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
      // What a missing sample closes was there when the samples before it came.
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

/** Whether a question is open, and who waits for one to begin. */
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

  /** Resolves with `work`, or at once where a question is open, or as soon as one is. */
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
