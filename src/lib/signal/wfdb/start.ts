/**
 * Parses the start of a recording from the base time (H:M:S, fractions allowed) and base date (D/M/Y) of a header. WFDB gives
 * no time zone; the time is taken as UTC.
 *
 * @returns undefined if there is no date, 'unreadable' if the date or time is not valid
 */
export function parseStart(time: string | undefined, date: string | undefined): Date | 'unreadable' | undefined {
  const clock = time === undefined ? 0 : milliseconds(time);
  if (clock === undefined) return 'unreadable';
  if (date === undefined) return undefined;
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(date);
  if (!match) return 'unreadable';
  const [day = 0, month = 0, year = 0] = match.slice(1).map(Number);
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  // Day 31 of a month of 30 would roll over to the next month.
  if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day) return 'unreadable';
  return new Date(start.getTime() + clock);
}

function milliseconds(time: string): number | undefined {
  const match = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?$/.exec(time);
  if (!match) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number((part as string | undefined) ?? 0));
  if (hours > 23 || minutes > 59 || seconds >= 61) return undefined;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}
