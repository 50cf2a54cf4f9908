/** Selects the records to calibrate on: those that neither training nor a choice has seen, according to the committed splits. */
import { DynamicDeepError } from '../../lib/errors/index.js';
import type { Part } from '../split.js';

export interface SelectionOptions {
  /** Part of each record by name, from all splits together. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Take this part only. */
  readonly part: Part | undefined;
  /** Also take records that were seen. The certificate says so, and no edge accepts it. */
  readonly allowSeen: boolean;
}

export interface Selection {
  readonly names: readonly string[];
  /** Number of them in each part; `unlisted` counts those in no part. */
  readonly parts: Readonly<Record<string, number>>;
  /** Number of them that training or a choice has seen. */
  readonly seen: number;
  /** Number of the folder's records that were not taken, by part. */
  readonly left: Readonly<Record<string, number>>;
}

const SEEN: ReadonlySet<string> = new Set<Part>(['train', 'selection']);

/**
 * Selects the records of a part; seen ones only with `allowSeen`. Without a part, selects from all parts, but from `test` only
 * if there is no record of `calibration`, since a record used to calibrate cannot be used to test afterwards.
 *
 * @throws DynamicDeepError DATA_INVALID if none is left
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
