/** Heart rate and rhythm of a lead at this moment. */
import type { Rhythm } from '../../lib/wire/types.js';
import type { StreamView } from './store.js';
import { TEXT } from './text.js';

/** Windows come every six seconds. If the newest sample is older than this, in seconds, the signal has stopped. */
const SILENT_S = 15;
/** Most device ms between a result's end and the newest sample: one window on its way and one being judged. */
const BEHIND_MS = 15_000;
/** Model-rate samples per label. */
const STEP = 256;

export interface Vitals {
  /** Whole seconds since the newest sample; undefined before the first. */
  readonly age: number | undefined;
  readonly isSilent: boolean;
  /** Signal arrives, but neither beats nor labels do: tasks-stream is down or behind. */
  readonly isBehind: boolean;
  /** Heart rate (null) and rhythm (undefined) are unknown if their results are old, or are from long before the newest signal. */
  readonly bpm: number | null;
  readonly rhythm: Rhythm | undefined;
}

/** `now`: wall ms of the server. */
export function vitalsOf(lead: Pick<StreamView, 'newest' | 'beats' | 'rhythms'> | undefined, now: number): Vitals {
  const newest = lead?.newest;
  const age = newest === undefined ? undefined : Math.max(0, Math.round((now - newest.closedAt) / 1000));
  if (lead === undefined || newest === undefined || age === undefined || age > SILENT_S)
    return { age, isSilent: true, isBehind: false, bpm: null, rhythm: undefined };
  const reaches = ({ epoch }: { readonly epoch: number }, end: number): boolean =>
    epoch + end / 0.3 >= newest.endAt - BEHIND_MS;
  const beats = lead.beats.findLast((one) => reaches(one, one.to));
  const rhythm = lead.rhythms.findLast((one) => reaches(one, one.start + STEP * one.labels.length));
  return {
    age,
    isSilent: false,
    isBehind: beats === undefined && rhythm === undefined,
    bpm: beats?.rateBpm ?? null,
    rhythm: rhythm?.labels.at(-1),
  };
}

/** The rhythm in the given words, or why there is none. */
export function rhythmOf({ rhythm, isBehind }: Vitals, words: Readonly<Record<Rhythm, string>>): string {
  if (rhythm !== undefined) return words[rhythm];
  return isBehind ? TEXT.notJudged : TEXT.noRhythm;
}
