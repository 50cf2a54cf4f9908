/** Declares epochs on ecg.streams, and gives each the channel by which its segments name it. */
import { randomInt } from 'node:crypto';
import { CHANNELS_DECLARED, type ChannelDeclaration, type StreamInfo } from '../lib/wire/index.js';
import type { EdgeStream } from './streams.js';

/** What the gateway says of all its streams. */
type Common = Pick<StreamInfo, 'gateway' | 'ward' | 'clockRate' | 'model'>;

export class Declarations {
  /** Drawn at every start, so that no channel is ever given twice: not after a crash, nor beside a double. */
  readonly run = randomInt(2 ** 48 - 1);
  readonly #common: Common;
  /** Newest first. */
  readonly #channels = new Map<string, readonly ChannelDeclaration[]>();
  #next = 0;

  /** `known`: ecg.streams as it is at the start, by stream. */
  constructor(common: Common, known: Iterable<readonly [string, StreamInfo]>) {
    this.#common = common;
    for (const [stream, { channels }] of known) this.#channels.set(stream, channels);
  }

  /** A new epoch must begin after this one, also where the replay of an earlier run was fast. Milliseconds UTC, or 0. */
  newestEpoch(stream: string): number {
    return this.#channels.get(stream)?.[0]?.epoch ?? 0;
  }

  /** `now` is wall milliseconds UTC. */
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
