/** A stretch that somebody reads, apart from what the page holds and drops as the bed goes on. */
import type { BeatsEvent, RhythmEvent } from '../../protocol.js';
import type { StreamView } from '../store.js';
import type { Range } from './holes.js';
import type { Wave } from './wave.js';

export interface StripData {
  readonly waves: readonly Wave[];
  /** The original of audited records; drawn below the decoded signal. */
  readonly originals: readonly Wave[];
  readonly beats: readonly BeatsEvent[];
  readonly rhythms: readonly RhythmEvent[];
  /** Device ms of which that is all there is: beside it nothing is known, and nothing is said. */
  readonly known: Range;
  /** False: nobody knows how many units a millivolt has. */
  readonly calibrated: boolean;
}

type Held = Pick<StreamView, 'waves' | 'beats' | 'rhythms' | 'info'>;

/** What is held of a lead, with nothing copied: it changes as the bed goes on. */
export function newestStretch({ waves, beats, rhythms, info }: Held, known: Range): StripData {
  return { waves, beats, rhythms, known, originals: [], calibrated: info.calibrated };
}

/** A copy of what is held of a stretch; undefined where it reaches back behind that. Samples are shared. */
export function heldStretch(stream: Held, { from, to }: Range): StripData | undefined {
  const { waves, beats, rhythms } = stream;
  const [first] = waves;
  if (first === undefined || first.startAt > from) return undefined;
  return {
    ...newestStretch(stream, { from, to }),
    waves: waves.filter((wave) => wave.endAt > from && wave.startAt < to),
    beats: [...beats],
    rhythms: [...rhythms],
  };
}
