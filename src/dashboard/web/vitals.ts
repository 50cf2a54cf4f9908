/** What a lead says of the heart at this moment. */
import type { Rhythm } from '../../lib/wire/types.js';
import type { StreamView } from './store.js';

/** Windows come every six seconds: beyond this age of the newest sample the signal has stopped. Seconds. */
const SILENT_S = 15;

export interface Vitals {
  /** Whole seconds since the newest sample; undefined before the first. */
  readonly age: number | undefined;
  readonly isSilent: boolean;
  /** Null, undefined: nothing can be said. A figure that is old is none. */
  readonly bpm: number | null;
  readonly rhythm: Rhythm | undefined;
}

/** `now`: wall ms of the server. */
export function vitalsOf(lead: Pick<StreamView, 'newest' | 'beats' | 'rhythms'> | undefined, now: number): Vitals {
  const closedAt = lead?.newest?.closedAt;
  const age = closedAt === undefined ? undefined : Math.max(0, Math.round((now - closedAt) / 1000));
  if (lead === undefined || age === undefined || age > SILENT_S)
    return { age, isSilent: true, bpm: null, rhythm: undefined };
  return {
    age,
    isSilent: false,
    bpm: lead.beats.at(-1)?.rateBpm ?? null,
    rhythm: lead.rhythms.at(-1)?.labels.at(-1),
  };
}
