/** Segments of frames as schemas/ describes them, named by what ecg.streams declares: none of the product's own code. */
import type { RawRecord, Value } from './raw-reader.js';

interface Deviation {
  readonly extra: number;
  readonly offset: number;
  readonly length: number;
  readonly flags: number;
  readonly policyVersion: number;
}

/** Names a segment, and what was made of it, among those of all streams. */
export const keyOf = ({ stream, epoch, sequence }: Value): string =>
  `${String(stream)} ${String(epoch)} ${String(sequence)}`;

/** The order in which a stream sends. */
export const bySequence = (a: Value, b: Value): number =>
  Number(a['epoch']) - Number(b['epoch']) || Number(a['sequence']) - Number(b['sequence']);

/** `frames` of ecg.segments or ecg.audits, `streams` all of ecg.streams, as `readTopics` gives them. */
export function rawSegments(frames: readonly RawRecord[], streams: readonly RawRecord[]): Value[] {
  const named = new Map<string, Value>();
  for (const { key, value } of streams) {
    for (const { run, channel, epoch } of value['channels'] as Value[]) {
      named.set(`${String(run)} ${String(channel)}`, { stream: key, epoch });
    }
  }
  return frames.flatMap(({ value: frame }) =>
    (frame['segments'] as Value[]).map((segment) => {
      const { channel, sequence, deviation, rung, payload } = segment;
      const name = named.get(`${String(frame['run'])} ${String(channel)}`);
      if (name === undefined) throw new Error(`nothing declares channel ${String(channel)}`);
      const own = deviationOf(deviation as number | Deviation | null, Number(frame['policyVersion']));
      const { extra, offset, length, flags, policyVersion } = own;
      const start = 1792 * (Number(sequence) - extra) + offset;
      return { ...name, sequence, start, length: length === 0 ? 1792 : length, flags, policyVersion, rung, payload };
    }),
  );
}

function deviationOf(deviation: number | Deviation | null, policyVersion: number): Deviation {
  if (deviation !== null && typeof deviation === 'object') return deviation;
  return { extra: deviation ?? 0, offset: 0, length: 0, flags: 0, policyVersion };
}
