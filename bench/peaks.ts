/**
 * Compares the shipped RPnet with Pan-Tompkins on the selection part of MIT-BIH, and the numbers of beats that both find on
 * that of CinC 2017: `node bench/run.mjs peaks MITDB NSTDB CINC [MODELS]`. MODELS/peaks may hold another RPnet, whose scores
 * are written beside those of the shipped one.
 */
import { Network } from '../src/lib/model/network.js';
import { loadRpnet } from '../src/lib/model/task-models.js';
import type { Lead } from '../src/lib/signal/types.js';
import { detectPeaks } from '../src/lib/tasks/detect-peaks.js';
import { peaksOfLead, type PeakDetector } from '../src/lib/tasks/lead-peaks.js';
import { panTompkins } from '../src/lib/tasks/pan-tompkins.js';
import { leadAtRate } from '../src/training/data/at-rate.js';
import { leadAtModelRate } from '../src/training/data/model-rate.js';
import { comparePeaks, peakIntervals, scorePeaks, type PeakOutcome } from '../src/training/evaluation/peak-scores.js';
import { stressOutcomes } from '../src/training/stress.js';
import {
  countedBeats,
  excerpt,
  INTERFERENCES,
  noiseKinds,
  paced,
  selectionLeads,
  type AnnotatedLead,
} from './peaks-material.js';
import { writeResult } from './result.js';

const DECIBELS = [24, 12, 6, 0, -6];
/** Ratios that are also reported together as one figure. */
const TOGETHER = [12, 6, 0];
/** Beats a minute at which real beats are played, spaced out or squeezed together. */
const PACES = [18, 30, 150, 200, 250];
const RATES = [250, 300, 360, 500];
/** To save time, noise, other rates and the inverted lead are tried on this stretch of each record only. */
const STRETCH = { fromSeconds: 300, seconds: 300 };

const [mitdb, nstdb, cinc, models = 'models'] = process.argv.slice(2);
if (mitdb === undefined || nstdb === undefined || cinc === undefined) {
  throw new Error('usage: node bench/run.mjs peaks MITDB NSTDB CINC [MODELS]');
}
const started = performance.now();
const { network, hash } = await loadRpnet(models);
const rpnet = new Network(network);
const detectors = { rpnet: (millivolts: Float32Array) => detectPeaks(millivolts, rpnet), panTompkins };

function scores(outcomes: readonly PeakOutcome[]) {
  return { ...scorePeaks(outcomes), ci95: peakIntervals(outcomes) };
}

/** Scores both detectors on their outcomes. */
function bothScores(outcomes: (detect: PeakDetector) => readonly PeakOutcome[]) {
  return { rpnet: scores(outcomes(detectors.rpnet)), panTompkins: scores(outcomes(detectors.panTompkins)) };
}

/** Scores both detectors on leads that are changed in the same way. */
function scoreLeads(sources: readonly AnnotatedLead[], change: (lead: Lead) => Lead = (lead) => lead) {
  return bothScores((detect) =>
    sources.map(({ lead, beats }) => comparePeaks(beats, peaksOfLead(change(lead), detect))),
  );
}

/** Joins the outcomes of one record at several ratios into one. */
function joined(outcomes: readonly PeakOutcome[]): PeakOutcome {
  const match = (key: keyof PeakOutcome): PeakOutcome['at75'] => {
    const sum = (count: 'matched' | 'missed' | 'invented'): number =>
      outcomes.reduce((total, outcome) => total + outcome[key][count], 0);
    const offsets = outcomes.flatMap((outcome) => outcome[key].offsets);
    return { matched: sum('matched'), missed: sum('missed'), invented: sum('invented'), offsets };
  };
  return { at75: match('at75'), at150: match('at150') };
}

const whole = await selectionLeads(mitdb);
const stretches = whole.map((source) => excerpt(source, STRETCH.fromSeconds, STRETCH.seconds));
const records = stretches.map(({ name, lead, beats }) => ({
  name,
  lead: 0,
  leadName: lead.name,
  samples: leadAtModelRate(lead),
  peaks: beats,
}));

const clean = scoreLeads(whole);

const stress = Object.entries(await noiseKinds(nstdb)).map(([noise, open]) => {
  console.error(`peaks: under ${noise}`);
  // Opened anew each time, so that both detectors and every ratio get the same noise.
  const byRatio = (detect: PeakDetector): Map<number, PeakOutcome[]> =>
    new Map(DECIBELS.map((decibels) => [decibels, stressOutcomes(records, decibels, open(), detect)]));
  const found = { rpnet: byRatio(detectors.rpnet), panTompkins: byRatio(detectors.panTompkins) };
  const row = (pick: (outcomes: ReturnType<typeof byRatio>) => readonly PeakOutcome[]) => ({
    rpnet: scores(pick(found.rpnet)),
    panTompkins: scores(pick(found.panTompkins)),
  });
  return {
    noise,
    ratios: DECIBELS.map((decibels) => ({ decibels, ...row((outcomes) => outcomes.get(decibels)!) })),
    together: {
      decibels: TOGETHER,
      ...row((outcomes) => records.map((_, r) => joined(TOGETHER.map((decibels) => outcomes.get(decibels)![r]!)))),
    },
  };
});

console.error('peaks: hum, wander, pulses');
const interferences = Object.entries(INTERFERENCES).map(([interference, change]) => ({
  interference,
  ...bothScores((detect) => records.map(({ samples, peaks }) => comparePeaks(peaks, detect(change(samples))))),
}));

console.error('peaks: slow and fast beats');
const paces = PACES.map((beatsAMinute) => {
  const played = paced(records, beatsAMinute);
  return {
    beatsAMinute,
    ...bothScores((detect) => played.map(({ signal, beats }) => comparePeaks(beats, detect(signal)))),
  };
});

console.error('peaks: beats counted on CinC 2017');
const counted = await countedBeats(cinc, detectors);

console.error('peaks: other rates, inverted');
const rates = RATES.map((rate) => ({ rate, ...scoreLeads(stretches, (lead) => leadAtRate(lead, rate)) }));
const inverted = scoreLeads(stretches, (lead) => ({ ...lead, gain: -lead.gain }));

writeResult(models === 'models' ? 'peaks' : 'peaks-candidate', {
  part: 'selection',
  caution:
    'Never trained on, but watched while RPnet was trained: its noise and length of training were chosen on these ' +
    'patients. MIT-BIH has no third part here. bw and ma are the recordings that training mixes in.',
  records: whole.map(({ name }) => name),
  model: hash,
  stretch: STRETCH,
  seconds: Math.round((performance.now() - started) / 1000),
  clean,
  stress,
  interferences,
  paces,
  counted,
  rates,
  inverted,
});
