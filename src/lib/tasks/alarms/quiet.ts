/**
 * How long a lead has shown no beat, even if holes and unreadable signal lie in between. A readable stretch without a beat means
 * that the heart had an interval at least as long, whatever a hole beside it hides. So stretches that are long for a beating
 * heart add up; docs/alarms.md has the other conditions. Times are in milliseconds.
 */
import { silenceOf, type LeadState } from './lead.js';

/** A longer hole may hide a heart that was back for a while: behind it, quiet is counted anew. */
const LONGEST_HOLE_MS = 2500;

/**
 * Returns the time at which the lead had been quiet for `limit`; undefined if it has not been, or if that is not known.
 *
 * @param least shorter stretches count as holes
 */
export function silentSince(lead: LeadState, limit: number, least: number): number | undefined {
  const { beats, before, beatsTo, readableFrom } = lead;
  const own = silenceOf(lead);
  if (own >= limit) return beatsTo - own + limit;
  // A lead that has shown no beat yet may not show the beats of a beating heart.
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
