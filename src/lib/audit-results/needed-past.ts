/** Selects the audited records of a week that a figure needs: if every record of 200 beds is audited, there are 4 million. */

const HOUR_MS = 3_600_000;

/** The fields of a record that every audit figure needs. */
export interface Audited {
  readonly stream: string;
  /** Wall milliseconds UTC at which it was evaluated. */
  readonly at: number;
  /** Undefined: the policy is not known. */
  readonly alpha: number | undefined;
}

/**
 * Returns a function that tells of each record, read in any order, whether a figure changes without it. Before `ratesSince`
 * (wall milliseconds UTC) only evidence counts: it takes a stream's first record of an hour, and none without an alpha.
 */
export function neededPast(ratesSince: number): (record: Audited) => boolean {
  /** Earliest time read so far, by stream and hour since 1970. */
  const firsts = new Map<string, Map<number, number>>();
  return ({ stream, at, alpha }) => {
    if (at >= ratesSince) return true;
    if (alpha === undefined) return false;
    const hour = Math.floor(at / HOUR_MS);
    const own = firsts.get(stream) ?? new Map<number, number>();
    firsts.set(stream, own);
    if ((own.get(hour) ?? Infinity) <= at) return false;
    own.set(hour, at);
    return true;
  };
}
