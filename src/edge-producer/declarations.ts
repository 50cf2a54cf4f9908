/** Declares epochs on ecg.streams, and gives each the channel by which its segments name it. */
import { randomInt } from 'node:crypto';
import { CHANNELS_DECLARED, type ChannelDeclaration, type StreamInfo } from '../lib/wire/index.js';
import type { EdgeStream } from './streams.js';

/** Fields that all streams of the gateway have in common. */
type Common = Pick<StreamInfo, 'gateway' | 'ward' | 'clockRate' | 'model'>;

export class Declarations {
  /** Drawn at random at every start: no channel is given twice, even after a crash or beside a second process. */
  readonly run = randomInt(2 ** 48 - 1);
  readonly #common: Common;
  /** Channels of each stream, newest first. */
  readonly #channels = new Map<string, readonly ChannelDeclaration[]>();
  #next = 0;

  /** @param known content of ecg.streams at the start, by stream */
  constructor(common: Common, known: Iterable<readonly [string, StreamInfo]>) {
    this.#common = common;
    for (const [stream, { channels }] of known) this.#channels.set(stream, channels);
  }

  /** Newest epoch of the stream, milliseconds UTC, or 0. A new one must begin later, even after a fast replay in another run. */
  newestEpoch(stream: string): number {
    return this.#channels.get(stream)?.[0]?.epoch ?? 0;
  }

  /** Gives the epoch the next channel. `now` is wall milliseconds UTC. */
  declare({ stream, device, lead }: EdgeStream, epoch: number, now: number): { channel: number; info: StreamInfo } {
    const channel = this.#next++;
    const older = this.#channels.get(stream) ?? [];
    const channels = [{ run: this.run, channel, epoch }, ...older].slice(0, CHANNELS_DECLARED);
    this.#channels.set(stream, channels);
    const { name, gain, baseline, rate, calibrated } = lead;
    const declared = { stream, device, lead: name, unit: 'mV', gain, baseline, rate, calibrated, declaredAt: now };
    return { channel, info: { ...declared, channels, ...this.#common } };
  }
}
