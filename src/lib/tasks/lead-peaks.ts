import { MODEL_RATE, modelIndex } from '../signal/grid.js';
import { resample } from '../signal/resample.js';
import { runs, type Run } from '../signal/runs.js';
import { MISSING, type Lead } from '../signal/types.js';
import { toMillivolts } from '../signal/units.js';
import { bridgedSamples } from './short-holes.js';

/** A stretch shorter than this, in samples at 300 Hz, holds no beat that could be distinguished from noise. */
const SHORTEST = 256;

/** A line that is constant for this many seconds has no R-peak on it: a step to the rail looks like half a QRS. */
const STILL_SECONDS = 0.2;
/**
 * A line that is constant for this many seconds is a gap: the height of a rail would make the beats next to it look too small.
 */
const GAP_SECONDS = 4;

/** Finds the R-peaks of a signal in millivolts at 300 Hz, as sample indices in order. */
export type PeakDetector = (millivolts: Float32Array) => readonly number[];

/**
 * Finds the R-peaks of a lead at any rate, in samples at 300 Hz from the lead's start. Each stretch between gaps is read by
 * itself. A constant line of 4 s counts as a gap. A hole of up to 40 ms does not: a beat may be found in it. Stretches under
 * 0.85 s hold no beat, nor does a line that stands still for 0.2 s.
 */
export function peaksOfLead(lead: Lead, detect: PeakDetector): number[] {
  const bridged = bridgedLead(lead);
  return readableRuns(bridged).flatMap((run) => peaksOfRun(bridged, run, detect));
}

/** Share of a lead's samples in which `peaksOfLead` looks for no beat; 0 for a lead without samples. */
function unreadShare(lead: Lead): number {
  const total = lead.samples.length;
  const read = readableRuns(bridgedLead(lead)).reduce((sum, { length }) => sum + length, 0);
  return total === 0 ? 0 : 1 - read / total;
}

/** Warning that states `unreadShare`; undefined if it is 0. */
export function unreadWarning(lead: Lead): string | undefined {
  const share = unreadShare(lead);
  if (share === 0) return undefined;
  return `no beat is looked for in ${(100 * share).toFixed(1)}% of lead ${lead.name}: samples are missing, less than 0.85 s lies between gaps, or the line is constant`;
}

/** The lead with its holes of up to 40 ms bridged; beats are looked for in this. */
export function bridgedLead(lead: Lead): Lead {
  return { ...lead, samples: bridgedSamples(lead.samples, lead.rate) };
}

function readableRuns(lead: Lead): Run[] {
  return runs(lead.samples)
    .flatMap((run) => movingRuns(lead, run))
    .filter((run) => countAtModelRate(run, lead.rate) >= SHORTEST);
}

function countAtModelRate({ start, length }: Run, rate: number): number {
  return modelIndex(start + length, rate) - modelIndex(start, rate);
}

/** The parts of a run between its constant stretches. */
function movingRuns({ samples, rate }: Lead, run: Run): Run[] {
  const end = run.start + run.length;
  const moving: Run[] = [];
  let start = run.start;
  for (let from = start; from < end;) {
    let to = from + 1;
    while (to < end && samples[to] === samples[from]) to++;
    if (to - from >= GAP_SECONDS * rate) {
      if (from > start) moving.push({ start, length: from - start });
      start = to;
    }
    from = to;
  }
  if (end > start) moving.push({ start, length: end - start });
  return moving;
}

/**
 * The native sample nearest to a peak at 300 Hz that `peaksOfLead` found; the last one before a gap or the lead's end if the
 * nearest one lies beyond that. In a bridged hole it is the index of a missing sample.
 */
export function peakSample({ samples, rate }: Lead, peak: number): number {
  const at = (peak * rate) / MODEL_RATE;
  const nearest = Math.round(at);
  return (samples[nearest] ?? MISSING) === MISSING ? Math.floor(at) : nearest;
}

function peaksOfRun(lead: Lead, run: Run, detect: PeakDetector): number[] {
  const { rate } = lead;
  const outFirst = modelIndex(run.start, rate);
  const outCount = countAtModelRate(run, rate);
  const millivolts = toMillivolts(lead, run.start, run.start + run.length);
  const signal = resample(millivolts, { rate, first: run.start, outRate: MODEL_RATE, outFirst, outCount });
  const peaks = detect(signal).map((peak) => outFirst + peak);
  const last = run.start + run.length - 1;
  return peaks.filter((peak) => !standsStill(lead, Math.min(last, peakSample(lead, peak))));
}

function standsStill({ samples, rate }: Lead, at: number): boolean {
  let [from, to] = [at, at];
  while (from > 0 && samples[from - 1] === samples[at]) from--;
  while (to + 1 < samples.length && samples[to + 1] === samples[at]) to++;
  return to - from + 1 >= STILL_SECONDS * rate;
}
