/** Stretches of a strip without signal. */
import { TEXT } from '../text.js';
import type { Wave } from './wave.js';

/** Device ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Hole extends Range {
  readonly words: string;
}

/** Device ms without signal that are a hole, not rounding. */
const LEAST_HOLE_MS = 20;

/** What a strip from `from` to `to` has no signal for: between its windows, and where the first and last of them leave room. */
export function holesOf(waves: readonly Wave[], from: number, to: number): Hole[] {
  const inside = waves.filter((wave) => wave.endAt > from && wave.startAt < to);
  const ends = [from, ...inside.map(({ endAt }) => endAt)];
  const starts = [...inside.map(({ startAt }) => startAt), to];
  return ends.flatMap((end, i) => {
    const next = starts[i] ?? to;
    if (next - end < LEAST_HOLE_MS) return [];
    const isEdge = i === 0 || i === inside.length;
    return [{ from: end, to: next, words: isEdge ? TEXT.nothingHeld : TEXT.gapSeconds((next - end) / 1000) }];
  });
}

/** Holes of a strip in the part of it of which it is known what is there. */
export function knownHoles(
  { waves, known }: { readonly waves: readonly Wave[]; readonly known: Range },
  { from, to }: Range,
): Hole[] {
  const begin = Math.max(from, known.from);
  const end = Math.min(to, known.to);
  return begin < end ? holesOf(waves, begin, end) : [];
}
