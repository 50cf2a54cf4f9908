/** Maintains lists of one stream's results in the order of device time, in place. */

/** Old events are dropped in chunks, because dropping one at every event would copy the list at every event. */
const CHUNK = 64;

/**
 * Inserts an event by its time (device ms), unless one of that time is there. Drops events older than `keepMs` before the
 * newest, a few events late.
 */
export function keepEvent<E>(list: E[], event: E, at: (event: E) => number, keepMs: number): void {
  const time = at(event);
  let place = list.length;
  for (; place > 0; place--) {
    const before = list[place - 1];
    if (before === undefined || at(before) < time) break;
    if (at(before) === time) return;
  }
  list.splice(place, 0, event);
  const oldest = at(list.at(-1) ?? event) - keepMs;
  const old = list.findIndex((one) => at(one) >= oldest);
  if (old > CHUNK) list.splice(0, old);
}

/** Keeps only the newest. */
export function keepLast(list: unknown[]): void {
  if (list.length > 1) list.splice(0, list.length - 1);
}
