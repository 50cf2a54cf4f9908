/** Replays recordings in real time or a multiple of it, one epoch after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AskHaste } from '../lib/signal/haste.js';
import { cutPiecesAsking } from '../lib/signal/piece-cutter.js';
import { replayClock, type DeviceClock } from './clock.js';
import type { RecordedStream } from './sources.js';
import type { EdgeInput, EdgeStream, SourceTools } from './streams.js';

export interface ReplayOptions extends SourceTools {
  readonly clock: DeviceClock;
  /** Seconds of signal, or undefined to loop for ever. */
  readonly seconds: number | undefined;
}

/** Replays all streams side by side, `speed` times as fast as they were recorded. */
export function replayInput(
  streams: readonly RecordedStream[],
  { speed, seconds }: { readonly speed: number; readonly seconds: number | undefined },
): EdgeInput {
  return {
    clockRate: speed,
    patienceMs: undefined,
    streams: () => streams.length,
    run: async (tools) => {
      const clock = replayClock(speed);
      await Promise.all(streams.map((stream) => replay(stream, { ...tools, clock, seconds })));
    },
  };
}

/** Replays one stream. Resolves after `seconds` of signal or an abort; an aborted epoch has no last piece. */
export async function replay(recorded: RecordedStream, options: ReplayOptions): Promise<void> {
  const { samples, ...lead } = recorded.lead;
  const { rate } = lead;
  const source: EdgeStream = { ...recorded, lead };
  const { secondOpinion } = options;
  const ask: AskHaste | undefined = secondOpinion && ((question) => secondOpinion(question, source));
  let remaining = options.seconds === undefined ? Infinity : Math.round(options.seconds * rate);
  let epoch = Math.max(Math.round(options.clock.now()), options.afterEpoch(recorded.stream) + 1);
  while (remaining > 0 && !options.signal.aborted) {
    const count = Math.min(remaining, samples.length);
    const channel = await options.beginEpoch(source, epoch);
    let sequence = 0;
    for await (const { item: piece, last } of withLast(cutPiecesAsking(samples.subarray(0, count), lead, ask))) {
      const closedAt = options.clock.wallOf(epoch + (1000 * piece.closing) / rate);
      if (!(await until(closedAt, options.signal))) return;
      const place = { source, epoch, channel, sequence: sequence++ };
      // A recording that is played again continues in another epoch.
      await options.emit({
        ...place,
        piece,
        last: last && count === remaining,
        deviceLeadOff: false,
        clockStepped: false,
        closedAt,
      });
    }
    remaining -= count;
    epoch += Math.ceil((1000 * count) / rate);
  }
}

/** Yields each item with whether it is the last. */
async function* withLast<T>(
  items: AsyncIterable<T>,
): AsyncGenerator<{ readonly item: T; readonly last: boolean }, void> {
  let held: { readonly item: T } | undefined;
  for await (const item of items) {
    if (held !== undefined) yield { item: held.item, last: false };
    held = { item };
  }
  if (held !== undefined) yield { item: held.item, last: true };
}

/** Waits until `wallMs`, wall milliseconds UTC; false if the wait was cut short. */
async function until(wallMs: number, signal: AbortSignal): Promise<boolean> {
  const wait = wallMs - Date.now();
  if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
