/**
 * Turns the packets of one lead into epochs of evenly spaced samples, despite holes, clock steps and rates other than declared.
 */
import { PacketOrder, type OrderedPacket, type Packet, type PacketOutcome } from './packet-order.js';
import { MISSING } from './types.js';

/** Why an epoch begins. */
export type EpochReason = 'start' | 'hole' | 'clock-step' | 'drift' | 'restart';

export type PacketEvent =
  /** `epoch`: milliseconds UTC of the first sample, after everything before it. `rate`: Hz, the best estimate so far. */
  | { readonly kind: 'epoch'; readonly reason: EpochReason; readonly epoch: number; readonly rate: number }
  /**
   * The next samples of the epoch. `received`: arrival time of their packet; for samples that are all missing, of the packet
   * after them.
   */
  | { readonly kind: 'samples'; readonly samples: Int32Array; readonly leadOff: boolean; readonly received: number }
  /**
   * A packet that needs a new epoch but may not begin one. The open epoch goes on by the count of samples; if none is open, the
   * packet's samples are dropped.
   */
  | { readonly kind: 'refused' };

export interface PacketReaderOptions {
  /** Declared rate in Hz. */
  readonly rate: number;
  readonly modulus?: number;
  /** New epochs begin after this one, milliseconds UTC. */
  readonly afterEpoch: number;
  readonly count: (outcome: PacketOutcome, packets: number) => void;
  /** Whether an epoch may begin; asked once for each one. Default: always. */
  readonly mayBegin?: () => boolean;
}

/** A longer hole begins a new epoch instead of being filled with missing samples. */
const LONGEST_HOLE_SECONDS = 10;
/** Tolerated error of the device's clock between consecutive packets, in ms: buffers, rounding. */
const STEP_MS = 1_000;
/** Drift of the device's clock against the sample count that begins a new epoch, in ms. */
const MOST_DRIFT_MS = 1_000;
/** Weight of one packet's time in the drift: single times are about 10 ms too early or too late. */
const DRIFT_WEIGHT = 0.1;
/** Seconds of signal before the rate is estimated: an error of 20 ms in the packets' times changes it by 0.07%. */
const RATE_AFTER_SECONDS = 30;
/**
 * A device's clock that is off by more than this, in ms, is not trusted: one set to 2099 would put all later epochs after it.
 */
const MOST_CLOCK_ERROR_MS = 300_000;

export class PacketReader {
  readonly #declared: number;
  readonly #order: PacketOrder;
  readonly #mayBegin: () => boolean;
  #rate: number;
  /** Device time of the epoch's first sample, and the epoch's id; they differ if the device's clock is not trusted. */
  #origin: number | undefined;
  #epoch: number;
  /** Samples of the epoch so far. */
  #length = 0;
  #drift = 0;
  /** Device time of the first sample since the clock last stepped, and number of samples since then. */
  #since = { time: 0, samples: 0 };
  #trueRate: number | undefined;
  #packetLength = 0;
  /** Times of the last packet. */
  #last: Pick<Packet, 'time' | 'received'> | undefined;

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

  /** Milliseconds UTC just after the newest epoch's last sample. */
  get end(): number {
    return this.#epoch + Math.ceil((1000 * this.#length) / this.#rate);
  }

  push(packet: Packet): PacketEvent[] {
    return this.#order.push(packet).flatMap((ordered) => this.#take(ordered));
  }

  /** Takes the packets that wait for others that will not come. */
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
    this.#last = packet;
    return events;
  }

  #leaveOut(hole: number, { received }: Packet): PacketEvent[] {
    if (hole === 0) return [];
    this.#length += hole;
    this.#since.samples += hole;
    return [{ kind: 'samples', samples: new Int32Array(hole).fill(MISSING), leadOff: false, received }];
  }

  /** Returns the number of missing samples before a packet, or why an epoch begins with it. */
  #place(packet: Packet, lost: number, restarted: boolean): { readonly hole: number; readonly reason?: EpochReason } {
    if (this.#origin === undefined) return { hole: 0, reason: 'start' };
    if (restarted) return { hole: 0, reason: 'restart' };
    const { time } = packet;
    // Milliseconds by which the packet is later than the sample count says.
    const later = time - this.#origin - (1000 * this.#length) / this.#rate - this.#drift;
    const hole = lost === 0 ? 0 : this.#holeLength(lost, later);
    const reason = this.#breaks(packet, hole, later);
    return reason === undefined ? { hole } : { hole, reason };
  }

  /**
   * Samples in `lost` packets: as many in each as in the packet before, if that agrees with the time; otherwise judged by the
   * time.
   */
  #holeLength(lost: number, later: number): number {
    const bySize = lost * this.#packetLength;
    const byTime = Math.round((later * this.#rate) / 1000);
    return Math.abs(bySize - byTime) <= Math.max(this.#packetLength / 2, 0.1 * this.#rate) ? bySize : byTime;
  }

  #breaks(packet: Packet, hole: number, later: number): EpochReason | undefined {
    if (hole > LONGEST_HOLE_SECONDS * this.#rate) return 'hole';
    if (Math.abs(later - (1000 * hole) / this.#rate) > STEP_MS || hole < 0) {
      return this.#hasPaused(packet, later) ? 'hole' : 'clock-step';
    }
    return Math.abs(this.#drift) > MOST_DRIFT_MS ? 'drift' : undefined;
  }

  /** Whether the device measured nothing for a while: its clock and the gateway's went on by as much. */
  #hasPaused({ time, received }: Packet, later: number): boolean {
    if (this.#last === undefined || later <= 0) return false;
    return Math.abs(time - this.#last.time - (received - this.#last.received)) <= STEP_MS;
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

  /** Goes on with the open epoch as if the device's clock had stepped to where the sample count is. */
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
    // An estimate more than 10% off is not clock drift, and not a rate to go on with.
    const rate = Math.round((100 * this.#since.samples) / seconds) / 100;
    if (Math.abs(rate - this.#declared) <= 0.1 * this.#declared) this.#trueRate = rate;
  }
}
