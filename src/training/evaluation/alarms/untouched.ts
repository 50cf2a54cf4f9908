/** Alarms on unaltered records: nobody has judged which are false, so they are only counted. */
import { seededRandom } from '../../../lib/signal/random.js';
import type { Recording } from '../../../lib/signal/types.js';
import { ALARM_KINDS, type AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import { isNoModelsFault, type RecordNotes } from '../record-notes.js';
import { cutExcerpt, toRecording } from './canvas.js';
import { again } from './recordings.js';
import { ratePer24h, type Raise } from './score.js';

export interface Untouched {
  /** Number of excerpts, and their total hours. */
  readonly records: number;
  readonly hours: number;
  readonly perKind: Readonly<
    Record<
      AlarmKind,
      { readonly alarms: number; readonly per24h: number | null; readonly interval: readonly [number, number] | null }
    >
  >;
}

/** Shorter excerpts would hold little more than a bed's first minute. */
const LEAST_EXCERPT_S = 300;

/** Excerpts of as many records as `seconds` allows, equally long if the records are long enough. */
export async function* untouchedExcerpts(
  folder: string,
  names: readonly string[],
  { seed, seconds, notes }: { readonly seed: number; readonly seconds: number; readonly notes: RecordNotes },
): AsyncGenerator<Recording, void> {
  const random = seededRandom(seed);
  const count = Math.min(names.length, Math.floor(seconds / LEAST_EXCERPT_S));
  for (const name of random.shuffle([...names]).slice(0, count)) {
    const material = await notes.orLeaveOut(name, () => again(folder, name), isNoModelsFault);
    if ('reason' in material) continue;
    const frames = Math.min(material.frames, Math.round((seconds / count) * material.rate));
    const from = random.integer(material.frames - frames + 1);
    yield toRecording(cutExcerpt(material, from, from + frames), name);
  }
}

export function countUntouched(
  watched: readonly { readonly seconds: number; readonly raises: readonly Raise[] }[],
): Untouched {
  const hours = watched.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const raises = watched.flatMap((one) => one.raises);
  const perKind = Object.fromEntries(
    ALARM_KINDS.map((kind) => {
      const alarms = raises.filter((raise) => raise.kind === kind).length;
      const { falsePer24h: per24h, falseInterval: interval } = ratePer24h(alarms, hours);
      return [kind, { alarms, per24h, interval }];
    }),
  ) as Untouched['perKind'];
  return { records: watched.length, hours, perKind };
}
