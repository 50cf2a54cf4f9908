/**
 * How well RPnet works under mains hum, by the ratio of the hum to the slope of the beats: how many beats it finds, how many
 * windows hold 3 s without a found beat, and how many are called NOISY for it: `node bench/run.mjs hum MITDB [MODELS]`.
 * HUM_SHARE of src/lib/signal/noise.ts is chosen from these figures.
 */
import { Network } from '../src/lib/model/network.js';
import { loadRpnet } from '../src/lib/model/task-models.js';
import { MODEL_RATE } from '../src/lib/signal/grid.js';
import { humShare, isNoisy } from '../src/lib/signal/noise.js';
import { seededRandom } from '../src/lib/signal/random.js';
import { detectPeaks } from '../src/lib/tasks/detect-peaks.js';
import { leadAtModelRate } from '../src/training/data/model-rate.js';
import { excerpt, selectionLeads } from './peaks-material.js';
import { writeResult } from './result.js';

const STRETCH = { fromSeconds: 300, seconds: 100 };
const WINDOW_SECONDS = 10;
const MILLIVOLTS = [0.3, 0.5, 1, 2, 3, 4.5, 7, 10, 20];
const HERTZ = [50, 60];
/** Edges of the bins of shares in the result. */
const SHARES = [0, 0.5, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, Infinity];
const TOLERANCE = 0.075 * MODEL_RATE;
const UNITS = 1000;
/** Time without a beat that counts as asystole by the usual limits. */
const SILENCE = 3 * MODEL_RATE;

const [mitdb, models = 'models'] = process.argv.slice(2);
if (mitdb === undefined) throw new Error('usage: node bench/run.mjs hum MITDB [MODELS]');
const { network, hash } = await loadRpnet(models);
const rpnet = new Network(network);

/** Hum in millivolts at 300 Hz: a sine if `plain`, else with wandering strength and two harmonics. */
function hum(length: number, mv: number, hertz: number, plain: boolean): Float32Array {
  const random = seededRandom(Math.round(hertz + 1000 * mv));
  const phases = [1, 2, 3].map(() => 2 * Math.PI * random.uniform());
  const heights = plain ? [1, 0, 0] : [1, 0.2, 0.2];
  return Float32Array.from({ length }, (_, i) => {
    const strength = plain ? 1 : 1 + 0.3 * Math.sin((2 * Math.PI * 0.2 * i) / MODEL_RATE);
    const wave = (harmonic: number): number =>
      heights[harmonic - 1]! * Math.sin((2 * Math.PI * hertz * harmonic * i) / MODEL_RATE + phases[harmonic - 1]!);
    // The third harmonic of 50 Hz is at half the rate: a recorder filters it out.
    return mv * strength * (wave(1) + wave(2) + (3 * hertz < MODEL_RATE / 2 ? wave(3) : 0));
  });
}

interface Window {
  readonly mv: number;
  readonly share: number;
  readonly noisy: boolean;
  readonly beats: number;
  readonly found: number;
  /** Whether it holds 3 s without a found beat, but not 3 s without a beat. */
  readonly silent: boolean;
}

/** Longest time between `from` and `until` without one of the beats, in samples. */
function longestWithout(beats: ArrayLike<number>, from: number, until: number): number {
  const borders = [from, ...Array.from(beats).filter((beat) => beat >= from && beat < until), until];
  return Math.max(...borders.slice(1).map((at, i) => at - borders[i]!));
}

const sources = (await selectionLeads(mitdb)).map((lead) => excerpt(lead, STRETCH.fromSeconds, STRETCH.seconds));
const windows: Window[] = [];
for (const mv of MILLIVOLTS) {
  console.error(`hum: ${mv} mV`);
  for (const { lead, beats } of sources) {
    const clean = leadAtModelRate(lead);
    for (const hertz of HERTZ) {
      for (const plain of [true, false]) {
        const over = hum(clean.length, mv, hertz, plain);
        const line = clean.map((v, i) => v + over[i]!);
        const found = detectPeaks(line, rpnet);
        for (let from = 0; from + WINDOW_SECONDS * MODEL_RATE <= line.length; from += WINDOW_SECONDS * MODEL_RATE) {
          const until = from + WINDOW_SECONDS * MODEL_RATE;
          const samples = Int32Array.from(line.subarray(from, until), (v) => Math.round(v * UNITS));
          const own = beats.filter((beat) => beat >= from && beat < until);
          const silent = longestWithout(found, from, until) >= SILENCE && longestWithout(beats, from, until) < SILENCE;
          windows.push({
            mv,
            share: humShare(samples, { rate: MODEL_RATE, gain: UNITS }),
            noisy: isNoisy(samples, { rate: MODEL_RATE, gain: UNITS }),
            beats: own.length,
            found: own.filter((beat) => found.some((peak) => Math.abs(peak - beat) <= TOLERANCE)).length,
            silent,
          });
        }
      }
    }
  }
}

function row(of: readonly Window[]) {
  const sum = (key: 'beats' | 'found'): number => of.reduce((total, window) => total + window[key], 0);
  const share = (key: 'noisy' | 'silent'): number => of.filter((window) => window[key]).length / of.length;
  const recall = sum('found') / sum('beats');
  return { windows: of.length, beats: sum('beats'), recall, silent: share('silent'), noisy: share('noisy') };
}

const byShare = SHARES.slice(1).map((until, i) => {
  const of = windows.filter(({ share }) => share >= SHARES[i]! && share < until);
  return { from: SHARES[i]!, until: Number.isFinite(until) ? until : null, ...row(of) };
});
const byMillivolts = MILLIVOLTS.map((mv) => ({ mv, ...row(windows.filter((window) => window.mv === mv)) }));

writeResult(models === 'models' ? 'hum' : 'hum-candidate', {
  part: 'selection',
  records: sources.map(({ name }) => name),
  model: hash,
  stretch: STRETCH,
  windowSeconds: WINDOW_SECONDS,
  hertz: HERTZ,
  byShare,
  byMillivolts,
});
