/** Frames of segments as a gateway sends them, and the channels that they name. */
import {
  buildFrames,
  type ChannelTable,
  type FrameTopic,
  type Segment,
  type StreamInfo,
} from '../../../src/lib/wire/index.js';

const MODEL = Buffer.from('0123456789abcdef', 'hex');

/** A channel for each stream and epoch, in the order in which they are asked for. */
export class Channels {
  readonly run: number;
  readonly #epochs: { readonly stream: string; readonly epoch: number }[] = [];

  constructor(run = 987_654_321_000) {
    this.run = run;
  }

  of({ stream, epoch }: { readonly stream: string; readonly epoch: number }): number {
    const known = this.#epochs.findIndex((each) => each.stream === stream && each.epoch === epoch);
    return known === -1 ? this.#epochs.push({ stream, epoch }) - 1 : known;
  }

  /** What ecg.streams declares of a stream with this one epoch. */
  declared(stream: string, epoch: number): StreamInfo['channels'] {
    return [{ run: this.run, channel: this.of({ stream, epoch }), epoch }];
  }

  /** The table of a reader that knows each stream as `infoOf` says. */
  table(infoOf: (stream: string) => StreamInfo | undefined): Pick<ChannelTable, 'get'> {
    return {
      get: (run, channel) => {
        const named = run === this.run ? this.#epochs[channel] : undefined;
        const info = named && infoOf(named.stream);
        return named && info && { epoch: named.epoch, info };
      },
    };
  }
}

export interface SealedOptions {
  readonly channels: Channels;
  readonly sentAt: number;
  readonly version?: number;
  readonly model?: Buffer;
  readonly topic?: FrameTopic;
}

/** The bytes of one frame. */
export function sealed(
  segments: readonly Segment[],
  { channels, sentAt, version = 1, model = MODEL, topic = 'ecg.segments' }: SealedOptions,
): Buffer {
  const unsent = segments.map((segment) => ({
    segment,
    channel: channels.of(segment),
    closedAt: sentAt - segment.ageMs,
  }));
  const [bytes] = buildFrames(topic, unsent, { version, model, run: channels.run, sentAt });
  if (bytes === undefined) throw new Error('a frame of no segments');
  return bytes;
}
