/** Chooses the lead that a bed's tile shows, for server and page alike. */

/** A lead has stopped if its newest window closed this long before the bed's newest. Wall ms of gateways. */
const STOPPED_MS = 15_000;

interface Lead {
  readonly newest: { readonly closedAt: number } | undefined;
}

/** The first lead by name that has not stopped; without any window, the first by name. Uses no clock: both sides agree. */
export function tileLead(streams: ReadonlyMap<string, Lead>): string | undefined {
  const closedAt = (name: string): number => streams.get(name)?.newest?.closedAt ?? -Infinity;
  const names = [...streams.keys()].sort();
  const newest = Math.max(...names.map(closedAt));
  return names.find((name) => closedAt(name) >= newest - STOPPED_MS);
}
