/** Results of one stream in the order of device time, in place. */

/** A list loses its head in pieces: at every event it would be copied at every event. */
const CHUNK = 64;

/**
 * Puts an event where its time (device ms) belongs, unless one of that time is there. What is older than `keepMs` before the
 * newest goes, a few events late.
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

/** Keeps the newest alone. */
export function keepLast(list: unknown[]): void {
  if (list.length > 1) list.splice(0, list.length - 1);
}
