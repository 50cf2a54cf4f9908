/** Which of a bed's leads its tile shows: server and page ask the same. */

/** A lead whose newest window closed so long before the bed's newest has stopped. Wall ms of gateways. */
const STOPPED_MS = 15_000;

interface Lead {
  readonly newest: { readonly closedAt: number } | undefined;
}

/** The first by name of those that go on; without any window the first by name. No clock: both sides find the same. */
export function tileLead(streams: ReadonlyMap<string, Lead>): string | undefined {
  const closedAt = (name: string): number => streams.get(name)?.newest?.closedAt ?? -Infinity;
  const names = [...streams.keys()].sort();
  const newest = Math.max(...names.map(closedAt));
  return names.find((name) => closedAt(name) >= newest - STOPPED_MS);
}
