/**
 * Segments name their stream and epoch by two numbers: the gateway's run and a channel in it. ecg.streams says which epoch of
 * which stream that is, before its first segment. A gateway draws a new run at every start. So a channel is never given twice,
 * whatever a crash left in the topics or a second process of the same name does.
 */
import type { StreamInfo } from './types.js';

/** Most epochs that a declaration lists. */
export const CHANNELS_DECLARED = 16;
/** Longer than ecg.segments is kept, milliseconds: nothing names a channel that was replaced so long ago. */
const KEEP_MS = 8 * 24 * 3_600_000;

/** The epoch and stream that a channel stands for. */
export interface Channel {
  readonly epoch: number;
  /** The stream as it was declared for this epoch, or by the next declaration still there if that one was compacted away. */
  readonly info: StreamInfo;
}

/** The channels of ecg.streams. Remembers epochs that the latest declarations no longer list, within `KEEP_MS`. */
export class ChannelTable {
  readonly #channels = new Map<string, Channel>();
  readonly #ofStream = new Map<string, Set<string>>();

  /** Takes a declaration of a stream from ecg.streams, in the order of the topic; null if the stream was deleted. */
  take(stream: string, info: StreamInfo | null): void {
    const own = this.#ofStream.get(stream) ?? new Set<string>();
    this.#ofStream.set(stream, own);
    const listed = new Set<string>();
    for (const { run, channel, epoch } of info?.channels ?? []) {
      const key = keyOf(run, channel);
      listed.add(key);
      if (info === null || this.#channels.has(key)) continue;
      own.add(key);
      this.#channels.set(key, { epoch, info });
    }
    const oldest = info === null ? Infinity : info.declaredAt - KEEP_MS;
    for (const key of own) {
      const declaredAt = this.#channels.get(key)?.info.declaredAt ?? -Infinity;
      if (listed.has(key) || declaredAt >= oldest) continue;
      own.delete(key);
      this.#channels.delete(key);
    }
    if (info === null) this.#ofStream.delete(stream);
  }

  /** Returns undefined if nothing declares the channel. */
  get(run: number, channel: number): Channel | undefined {
    return this.#channels.get(keyOf(run, channel));
  }
}

function keyOf(run: number, channel: number): string {
  return `${run} ${channel}`;
}
