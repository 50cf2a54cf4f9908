/** What a lead says of the heart at this moment. */
import type { Rhythm } from '../../lib/wire/types.js';
import type { StreamView } from './store.js';
import { TEXT } from './text.js';

/** Windows come every six seconds: beyond this age of the newest sample the signal has stopped. Seconds. */
const SILENT_S = 15;
/** Device ms by which a result ends behind the newest sample at most: of a window on its way, and of one that is judged. */
const BEHIND_MS = 15_000;
/** Model-rate samples a label. */
const STEP = 256;

export interface Vitals {
  /** Whole seconds since the newest sample; undefined before the first. */
  readonly age: number | undefined;
  readonly isSilent: boolean;
  /** The signal comes, and neither its beats nor its labels do: tasks-stream is down or behind. */
  readonly isBehind: boolean;
  /** Null, undefined: nothing can be said. What is old, or of a signal long before the newest, is nothing. */
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

/** The rhythm in words, short ones for a tile, or why there are none. */
export function rhythmOf({ rhythm, isBehind }: Vitals, words: Readonly<Record<Rhythm, string>>): string {
  if (rhythm !== undefined) return words[rhythm];
  return isBehind ? TEXT.notJudged : TEXT.noRhythm;
}
