/** A stretch of time that somebody reads, separate from the live data, which the page keeps dropping. */
import type { BeatsEvent, RhythmEvent } from '../../protocol.js';
import type { StreamView } from '../store.js';
import type { Range } from './holes.js';
import type { Wave } from './wave.js';

export interface StripData {
  readonly waves: readonly Wave[];
  /** Originals of audited records, drawn beneath the decoded signal. */
  readonly originals: readonly Wave[];
  readonly beats: readonly BeatsEvent[];
  readonly rhythms: readonly RhythmEvent[];
  /** Range, device ms, in which this is all that exists. Outside it nothing is known, so nothing is claimed. */
  readonly known: Range;
  /** False if the ADC units per millivolt are unknown. */
  readonly calibrated: boolean;
}

type Held = Pick<StreamView, 'waves' | 'beats' | 'rhythms' | 'info'>;

/** Data held of a lead, without a copy: it changes as new data arrives. */
export function newestStretch({ waves, beats, rhythms, info }: Held, known: Range): StripData {
  return { waves, beats, rhythms, known, originals: [], calibrated: info.calibrated };
}

/** Copies the data held of a stretch; undefined if the stretch begins before it. Samples are shared. */
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
