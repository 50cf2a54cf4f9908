/**
 * How long a lead has had no beat, also where holes and unreadable signal lie in between. A readable stretch without a beat says that
 * the heart had an interval as long as that, whatever a hole beside it hides. So stretches that are long for a beating heart
 * add up; docs/alarms.md says what else is asked for. Milliseconds.
 */
import { silenceOf, type LeadState } from './lead.js';

/** What is longer hides a heart that was back for a while: quiet counts anew behind it. */
const LONGEST_HOLE_MS = 2500;

/**
 * Since when the lead has been quiet for `limit`; undefined where it has not, or where nobody knows.
 *
 * @param least stretches that are shorter count as holes
 */
export function silentSince(lead: LeadState, limit: number, least: number): number | undefined {
  const { beats, before, beatsTo, readableFrom } = lead;
  const own = silenceOf(lead);
  if (own >= limit) return beatsTo - own + limit;
  // A lead that has shown no beat yet may show none of a heart that beats.
  if (beats.length > 0 || before?.beats !== true) return undefined;
  let quiet = 0;
  let next = beatsTo;
  for (const { from, to } of [...before.quiet, { from: readableFrom, to: beatsTo }].reverse()) {
    if (to - from < least) continue;
    if (next - to > LONGEST_HOLE_MS) return undefined;
    quiet += to - from;
    next = from;
    if (quiet >= limit && 2 * quiet >= beatsTo - from) return Math.max(readableFrom, beatsTo - (quiet - limit));
  }
  return undefined;
}
