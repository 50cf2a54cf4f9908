/** Finds stretches of a strip without signal. */
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

/** Least device ms without signal that count as a hole and not as rounding. */
const LEAST_HOLE_MS = 20;

/** Holes of a strip, device ms: between its windows, before the first and after the last. */
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

/** Holes in the part of a strip whose content is known. */
export function knownHoles(
  { waves, known }: { readonly waves: readonly Wave[]; readonly known: Range },
  { from, to }: Range,
): Hole[] {
  const begin = Math.max(from, known.from);
  const end = Math.min(to, known.to);
  return begin < end ? holesOf(waves, begin, end) : [];
}
