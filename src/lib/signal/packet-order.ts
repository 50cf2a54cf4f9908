/** Puts the packets of one lead back in order: their sequence numbers may wrap, repeat, arrive late or never. */

export interface Packet {
  /** Counted by the device; below the modulus if there is one. */
  readonly sequence: number;
  /** Device clock at the first sample, milliseconds UTC. */
  readonly time: number;
  /** Gateway clock at arrival, milliseconds UTC. */
  readonly received: number;
  /** Native ADC values, `MISSING` for samples that the device does not have. */
  readonly samples: Int32Array;
  readonly leadOff: boolean;
}

/** What became of packets. A reordered packet arrived after a later one and was put in its place. */
export type PacketOutcome = 'taken' | 'repeated' | 'late' | 'reordered' | 'lost';

export interface OrderedPacket {
  readonly packet: Packet;
  /** Number of packets just before this one that never arrived. */
  readonly lost: number;
  /** The device began to count anew: nothing connects this packet with the one before. */
  readonly restarted: boolean;
}

export interface PacketOrderOptions {
  /** Sequence numbers run from 0 to modulus - 1; undefined if they never wrap. */
  readonly modulus?: number;
  /** Native rate in Hz, to detect whole laps of the sequence number by time. */
  readonly rate: number;
  readonly count: (outcome: PacketOutcome, packets: number) => void;
}

/** Number of packets that may wait for an earlier one. */
const MOST_WAITING = 16;
/** Seconds of signal that may wait for an earlier packet: an alarm must not wait for a lost packet. */
const LONGEST_WAIT_SECONDS = 1;
/** Number of stretches of lost packets that are remembered, to tell a late packet from a repeated one. */
const REMEMBERED = 8;
/**
 * Number of packets whose times are remembered: the very same packet again is not a restart, whatever the clock did meanwhile.
 */
const STAMPS = 64;
/** A packet with an old number whose time is newer by more than this, in ms, comes from a device that restarted. */
const RESTART_MS = 2_000;

export class PacketOrder {
  readonly #options: PacketOrderOptions;
  /** Unwrapped number of the next packet, and the packet before that. */
  #next = 0;
  #before: Packet | undefined;
  /** Greatest number seen, to detect packets out of order. */
  #greatest = -Infinity;
  readonly #waiting = new Map<number, Packet>();
  readonly #stamps = new Map<number, number>();
  #skipped: { readonly from: number; readonly to: number }[] = [];

  constructor(options: PacketOrderOptions) {
    this.#options = options;
  }

  /** Takes a packet as it arrives; returns the packets whose turn it is. */
  push(packet: Packet): OrderedPacket[] {
    const { count } = this.#options;
    const before = this.#before;
    if (before === undefined) return [this.#begin(packet, false)];
    const nearest = this.#nearest(packet.sequence);
    if (this.#stamps.get(nearest) === packet.time) {
      count('repeated', 1);
      return [];
    }
    const number = nearest + this.#lapsLost(packet, before, nearest);
    if (number < this.#next) {
      if (packet.time - before.time > RESTART_MS) return [...this.flush(), this.#begin(packet, true)];
      count(this.#skipped.some(({ from, to }) => number >= from && number < to) ? 'late' : 'repeated', 1);
      return [];
    }
    if (this.#waiting.has(number)) {
      count('repeated', 1);
      return [];
    }
    count(number < this.#greatest ? 'reordered' : 'taken', 1);
    this.#greatest = Math.max(this.#greatest, number);
    this.#waiting.set(number, packet);
    return this.#release(false);
  }

  /** Returns the packets that wait for others that will not come. */
  flush(): OrderedPacket[] {
    return this.#release(true);
  }

  #begin(packet: Packet, restarted: boolean): OrderedPacket {
    this.#options.count('taken', 1);
    this.#next = packet.sequence + 1;
    this.#greatest = packet.sequence;
    this.#skipped = [];
    this.#stamps.clear();
    this.#remember(packet.sequence, packet);
    return { packet, lost: 0, restarted };
  }

  #remember(number: number, packet: Packet): void {
    this.#before = packet;
    this.#stamps.set(number, packet.time);
    // Numbers ascend here; those of lost packets are not included.
    for (const oldest of this.#stamps.keys()) {
      if (oldest > number - STAMPS) break;
      this.#stamps.delete(oldest);
    }
  }

  /** Unwrapped number of a packet: the one nearest to the next expected number. */
  #nearest(sequence: number): number {
    const { modulus } = this.#options;
    if (modulus === undefined) return sequence;
    const ahead = (((sequence - this.#next) % modulus) + modulus) % modulus;
    return this.#next + (ahead > modulus / 2 ? ahead - modulus : ahead);
  }

  /** Numbers in whole laps of the sequence that were lost, judging by time. */
  #lapsLost(packet: Packet, before: Packet, nearest: number): number {
    const { modulus, rate } = this.#options;
    if (modulus === undefined) return 0;
    const byTime = ((packet.time - before.time) * rate) / 1000 / Math.max(1, before.samples.length) - 1;
    return modulus * Math.max(0, Math.round((byTime - (nearest - this.#next)) / modulus));
  }

  #release(all: boolean): OrderedPacket[] {
    const released: OrderedPacket[] = [];
    while (this.#waiting.size > 0) {
      let lost = 0;
      if (!this.#waiting.has(this.#next)) {
        if (!all && !this.#waitedEnough()) break;
        const next = Math.min(...this.#waiting.keys());
        lost = next - this.#next;
        this.#options.count('lost', lost);
        this.#skipped = [...this.#skipped.slice(1 - REMEMBERED), { from: this.#next, to: next }];
        this.#next = next;
      }
      const packet = this.#waiting.get(this.#next);
      if (packet === undefined) break;
      this.#waiting.delete(this.#next);
      this.#remember(this.#next++, packet);
      released.push({ packet, lost, restarted: false });
    }
    return released;
  }

  #waitedEnough(): boolean {
    let samples = 0;
    for (const packet of this.#waiting.values()) samples += packet.samples.length;
    return this.#waiting.size > MOST_WAITING || samples > LONGEST_WAIT_SECONDS * this.#options.rate;
  }
}
