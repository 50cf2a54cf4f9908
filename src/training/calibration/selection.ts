/** The records that calibrate: what neither training nor a choice has seen, as the committed splits have it. */
import { DynamicDeepError } from '../../lib/errors/index.js';
import type { Part } from '../split.js';

export interface SelectionOptions {
  /** Parts by name, of all splits together. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Take this part alone. */
  readonly part: Part | undefined;
  /** Take records that were seen too; the certificate says so, and no edge accepts it. */
  readonly allowSeen: boolean;
}

export interface Selection {
  readonly names: readonly string[];
  /** How many of them stand in each part; `unlisted` in none. */
  readonly parts: Readonly<Record<string, number>>;
  /** How many of them training or a choice has seen. */
  readonly seen: number;
  /** How many of the folder were left, by part. */
  readonly left: Readonly<Record<string, number>>;
}

const SEEN: ReadonlySet<string> = new Set<Part>(['train', 'selection']);

/**
 * Without a part: every record that was not seen, those of the part `test` only where there is none of `calibration`, since
 * a record that calibrated can test nothing afterwards.
 *
 * @throws DynamicDeepError DATA_INVALID where none is left
 */
export function selectRecords(names: readonly string[], { parts, part, allowSeen }: SelectionOptions): Selection {
  const partOf = (name: string): string => parts.get(name) ?? 'unlisted';
  const calibrates = names.some((name) => partOf(name) === 'calibration');
  const wanted = (name: string): boolean => {
    const own = partOf(name);
    if (SEEN.has(own) && !allowSeen) return false;
    return part === undefined ? own !== 'test' || !calibrates : own === part;
  };
  const taken = names.filter(wanted);
  const left = countBy(
    names.filter((name) => !wanted(name)),
    partOf,
  );
  if (taken.length > 0) {
    return {
      names: taken,
      parts: countBy(taken, partOf),
      seen: taken.filter((name) => SEEN.has(partOf(name))).length,
      left,
    };
  }
  const shares = Object.entries(left).map(([own, count]) => `${count} of the part '${own}'`);
  const seen = names.some((name) => SEEN.has(partOf(name)))
    ? '; training or a choice has seen train and selection'
    : '';
  throw new DynamicDeepError(
    'DATA_INVALID',
    `no record is left to calibrate: the folder has ${shares.join(', ') || 'none'}${seen}`,
  );
}

function countBy(names: readonly string[], keyOf: (name: string) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[keyOf(name)] = (counts[keyOf(name)] ?? 0) + 1;
  return counts;
}
