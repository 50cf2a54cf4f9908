/** Which of a week's audited records a figure needs: with every record of 200 beds audited they are 4 million. */

const HOUR_MS = 3_600_000;

/** What every figure of audits needs of a record. */
export interface Audited {
  readonly stream: string;
  /** Wall milliseconds UTC at which it was evaluated. */
  readonly at: number;
  /** Undefined: of a policy that is not known. */
  readonly alpha: number | undefined;
}

/**
 * Tells of each record, in whatever order they are read, whether a figure changes without it. Before `ratesSince` (wall
 * milliseconds UTC) there is evidence alone, which takes a stream's first record of an hour and none without an alpha.
 */
export function neededPast(ratesSince: number): (record: Audited) => boolean {
  /** Time of the first that was read so far, by hour since 1970, by stream. */
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
