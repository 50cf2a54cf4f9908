/** Describes a strip in words, for people who cannot see it. */
import { TEXT } from '../text.js';
import { knownHoles } from '../wave/holes.js';
import type { StripData } from '../wave/stretch.js';

const MODEL_MS = 1000 / 300;
const STEP_MS = 256 * MODEL_MS;

/** Names rungs, R peaks, rhythms and gaps between two device times (ms). */
export function stripWords(data: StripData, from: number, to: number): string {
  const { waves, beats, rhythms, known, calibrated } = data;
  const within = (at: number): boolean => at >= from && at < to;
  const shown = waves.filter(({ startAt, endAt }) => endAt > from && startAt < to);
  const rungs = new Set(shown.map(({ lossless, rung }) => (lossless ? TEXT.lossless : TEXT.reconstructed(rung))));
  const peaks = beats.flatMap((event) => event.peaks.filter((peak) => within(event.epoch + peak * MODEL_MS)));
  const labels = rhythms.flatMap(({ epoch, start, labels: all }) =>
    all.filter((_, i) => within(epoch + start * MODEL_MS + i * STEP_MS)),
  );
  const nothing = known.from < to && known.to > from ? TEXT.nothingHeld : TEXT.bedView.notRead;
  return [
    rungs.size === 0 ? nothing : [...rungs].join(', '),
    ...(calibrated ? [] : [TEXT.uncalibrated]),
    TEXT.charts.peaks(peaks.length),
    [...new Set(labels)].map((label) => TEXT.rhythms[label]).join(', ') || TEXT.noRhythm,
    TEXT.charts.gaps(knownHoles(data, { from, to }).length),
  ].join('. ');
}
