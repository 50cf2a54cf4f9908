/** Packets of one lead to epochs of evenly spaced samples: holes, clock steps and rates that are not what is declared. */
import { PacketOrder, type OrderedPacket, type Packet, type PacketOutcome } from './packet-order.js';
import { MISSING } from './types.js';

/** Why an epoch begins. */
export type EpochReason = 'start' | 'hole' | 'clock-step' | 'drift' | 'restart';

export type PacketEvent =
  /** `epoch`: milliseconds UTC of the first sample, later than everything before. `rate`: Hz, as known by now. */
  | { readonly kind: 'epoch'; readonly reason: EpochReason; readonly epoch: number; readonly rate: number }
  /** The next samples of the epoch. `received`: as of their packet; of samples that all are missing, as of the one behind them. */
  | { readonly kind: 'samples'; readonly samples: Int32Array; readonly leadOff: boolean; readonly received: number }
  /** A packet that would begin an epoch, which it may not: the one that is open goes on by the count of samples; where none is its samples are dropped. */
  | { readonly kind: 'refused' };

export interface PacketReaderOptions {
  /** Declared rate in Hz. */
  readonly rate: number;
  readonly modulus?: number;
  /** Epochs begin after this one, milliseconds UTC. */
  readonly afterEpoch: number;
  readonly count: (outcome: PacketOutcome, packets: number) => void;
  /** Whether an epoch may begin, asked once of each that would. Default: always. */
  readonly mayBegin?: () => boolean;
}

/** A longer hole begins an epoch instead of so many missing samples. */
const LONGEST_HOLE_SECONDS = 10;
/** Between two packets in a row the device's clock may be off by so much, in ms: buffers, rounding. */
const STEP_MS = 1_000;
/** Drift of the device's clock against the sample count that begins an epoch, in ms. */
const MOST_DRIFT_MS = 1_000;
/** Weight of a packet's time in the drift: single packets are stamped some 10 ms early or late. */
const DRIFT_WEIGHT = 0.1;
/** Seconds of signal from which on the rate is estimated: stamps off by 20 ms make 0.07% of it. */
const RATE_AFTER_SECONDS = 30;
/** A device's clock that is off by more, in ms, is not believed: one of 2099 would put all later epochs behind it. */
const MOST_CLOCK_ERROR_MS = 300_000;

export class PacketReader {
  readonly #declared: number;
  readonly #order: PacketOrder;
  readonly #mayBegin: () => boolean;
  #rate: number;
  /** Device time of the epoch's first sample, and the epoch's id; they differ where the device's clock is not believed. */
  #origin: number | undefined;
  #epoch: number;
  /** Samples of the epoch. */
  #length = 0;
  #drift = 0;
  /** Since the clock last stepped: device time of the first sample and samples from there on. */
  #since = { time: 0, samples: 0 };
  #trueRate: number | undefined;
  #packetLength = 0;

  constructor(options: PacketReaderOptions) {
    this.#declared = options.rate;
    this.#rate = options.rate;
    this.#epoch = options.afterEpoch;
    this.#order = new PacketOrder(options);
    this.#mayBegin = options.mayBegin ?? (() => true);
  }

  /** Rate in Hz by the device's own clock; undefined before 30 s of signal. */
  get trueRate(): number | undefined {
    return this.#trueRate;
  }

  /** Milliseconds UTC behind the newest epoch's last sample. */
  get end(): number {
    return this.#epoch + Math.ceil((1000 * this.#length) / this.#rate);
  }

  push(packet: Packet): PacketEvent[] {
    return this.#order.push(packet).flatMap((ordered) => this.#take(ordered));
  }

  /** What waits for packets that will not come. */
  flush(): PacketEvent[] {
    return this.#order.flush().flatMap((ordered) => this.#take(ordered));
  }

  #take({ packet, lost, restarted }: OrderedPacket): PacketEvent[] {
    const events: PacketEvent[] = [];
    const { hole, reason } = this.#place(packet, lost, restarted);
    if (reason === undefined) {
      events.push(...this.#leaveOut(hole, packet));
    } else if (this.#mayBegin()) {
      events.push(this.#begin(packet, reason));
    } else {
      events.push({ kind: 'refused' });
      if (this.#origin === undefined) return events;
      events.push(
        ...this.#leaveOut(Math.min(lost * this.#packetLength, Math.floor(LONGEST_HOLE_SECONDS * this.#rate)), packet),
      );
      this.#goOn(packet);
    }
    this.#followClock(packet);
    const { samples, leadOff, received } = packet;
    events.push({ kind: 'samples', samples, leadOff, received });
    this.#length += samples.length;
    this.#since.samples += samples.length;
    this.#packetLength = samples.length;
    return events;
  }

  #leaveOut(hole: number, { received }: Packet): PacketEvent[] {
    if (hole === 0) return [];
    this.#length += hole;
    this.#since.samples += hole;
    return [{ kind: 'samples', samples: new Int32Array(hole).fill(MISSING), leadOff: false, received }];
  }

  /** Missing samples before a packet, or why an epoch begins with it. */
  #place({ time }: Packet, lost: number, restarted: boolean): { readonly hole: number; readonly reason?: EpochReason } {
    if (this.#origin === undefined) return { hole: 0, reason: 'start' };
    if (restarted) return { hole: 0, reason: 'restart' };
    // Milliseconds by which the packet is later than the count of samples says.
    const later = time - this.#origin - (1000 * this.#length) / this.#rate - this.#drift;
    const hole = lost === 0 ? 0 : this.#holeLength(lost, later);
    const reason = this.#breaks(hole, later);
    return reason === undefined ? { hole } : { hole, reason };
  }

  /** Samples that `lost` packets had: as many as the one before where that fits the time, otherwise by the time. */
  #holeLength(lost: number, later: number): number {
    const bySize = lost * this.#packetLength;
    const byTime = Math.round((later * this.#rate) / 1000);
    return Math.abs(bySize - byTime) <= Math.max(this.#packetLength / 2, 0.1 * this.#rate) ? bySize : byTime;
  }

  #breaks(hole: number, later: number): EpochReason | undefined {
    if (hole > LONGEST_HOLE_SECONDS * this.#rate) return 'hole';
    if (Math.abs(later - (1000 * hole) / this.#rate) > STEP_MS || hole < 0) return 'clock-step';
    return Math.abs(this.#drift) > MOST_DRIFT_MS ? 'drift' : undefined;
  }

  #begin({ time, received }: Packet, reason: EpochReason): PacketEvent {
    const { end } = this;
    if (reason === 'drift') this.#rate = this.#trueRate ?? this.#rate;
    else this.#since = { time, samples: 0 };
    const believed = Math.abs(time - received) <= MOST_CLOCK_ERROR_MS ? time : received;
    this.#epoch = Math.max(Math.round(believed), end + 1);
    this.#origin = time;
    this.#length = 0;
    this.#drift = 0;
    return { kind: 'epoch', reason, epoch: this.#epoch, rate: this.#rate };
  }

  /** The device's clock is taken to have stepped to where the count of samples is. */
  #goOn({ time }: Packet): void {
    this.#origin = time - (1000 * this.#length) / this.#rate;
    this.#drift = 0;
    this.#since = { time, samples: 0 };
  }

  #followClock({ time }: Packet): void {
    if (this.#origin === undefined) return;
    const drift = time - this.#origin - (1000 * this.#length) / this.#rate;
    this.#drift += DRIFT_WEIGHT * (drift - this.#drift);
    const seconds = (time - this.#since.time) / 1000;
    if (seconds < RATE_AFTER_SECONDS) return;
    // Beyond 10% off it is no drift of a clock, and no rate to go on with.
    const rate = Math.round((100 * this.#since.samples) / seconds) / 100;
    if (Math.abs(rate - this.#declared) <= 0.1 * this.#declared) this.#trueRate = rate;
  }
}
