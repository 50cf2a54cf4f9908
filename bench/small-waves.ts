/**
 * What a bound on PRDN leaves of small waves: `node bench/run.mjs small-waves CINC_FOLDER`. Every window of the validation
 * records is coded by the rung with the largest gain within the bound, whatever the tasks say. Beats are those that RPnet
 * finds on the original.
 */
import { joinStretches } from '../src/lib/signal/model-rate.js';
import { MODEL_RATE } from '../src/lib/signal/grid.js';
import { pickPeaks } from '../src/lib/tasks/peaks.js';
import { RHYTHM_CLASSES } from '../src/lib/tasks/rhythm.js';
import { codeRecords, type CodedRecord } from '../src/training/evaluation/compression/coded-record.js';
import { throughout } from '../src/training/evaluation/compression/rules.js';
import { mean, quantile } from '../src/training/evaluation/compression/summary.js';
import { loadCompressionSystem } from '../src/training/evaluation/compression/system.js';
import { writeResult } from './result.js';
import { selectionRecords } from './validation.js';

/** PRDN bounds, percent. */
const BOUNDS = [5, 8, 10, 12, 15, 16, 18, 20, 22, 25, 30, 40] as const;
const BATCH = 8;
const at = (ms: number): number => Math.round((ms / 1000) * MODEL_RATE);
/** Ranges around an R-peak, in samples. */
const P_WAVE = [at(-240), at(-70)] as const;
const ISOELECTRIC = [at(-80), at(-50)] as const;
const ST = [at(110), at(140)] as const;
/** From the end of a T wave to the next QRS, where only fibrillatory waves are; shorter ranges are skipped. */
const TQ = { from: at(420), to: at(-80), shortest: at(200) };

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs small-waves CINC_FOLDER');
const records = await selectionRecords(cinc);
const { codecs, inference, hashes } = await loadCompressionSystem('models');
const { ladder } = codecs.codec;

interface Waves {
  /** Correlation of decoded and original stretches, mean removed: P waves, then fibrillatory waves. */
  readonly p: number[];
  readonly f: number[];
  /** RMS of a decoded stretch divided by that of the original, mean removed. */
  readonly fSize: number[];
  /** Change of the ST level relative to the isoelectric line, microvolts. */
  readonly st: number[];
}
const found = new Map<number, Waves>(BOUNDS.map((bound) => [bound, { p: [], f: [], fSize: [], st: [] }]));
/** RMS of the original between T wave and QRS in AF, microvolts: what counts as fibrillatory waves. */
const originalTq: number[] = [];

function sentUnder(coded: CodedRecord, bound: number): Float32Array {
  return joinStretches(
    coded.windows.map(({ candidates }, window) => {
      const kept = candidates
        .filter(({ rung }) => throughout(coded, ladder.rungs[rung]!.name)[window]!.prdn <= bound)
        .sort((a, b) => b.gain - a.gain)[0];
      return throughout(coded, ladder.rungs[kept?.rung ?? ladder.lossless.index]!.name)[window]!.stretch;
    }),
  );
}

const level = (signal: Float32Array, from: number, to: number): number => mean([...signal.subarray(from, to)])!;
const centred = (signal: Float32Array, from: number, to: number): number[] => {
  const middle = level(signal, from, to);
  return Array.from(signal.subarray(from, to), (v) => v - middle);
};
const rms = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);

function compare(a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length;
  return product / (rms(a) * rms(b) || 1);
}

for (let first = 0; first < records.length; first += BATCH) {
  const batch = await codeRecords(records.slice(first, first + BATCH), { ...codecs, paper: undefined, cae: undefined });
  const originals = batch.map(({ record }) => joinStretches([record.original]));
  const maps = await inference.peaks(originals);
  batch.forEach((coded, r) => {
    const original = originals[r]!;
    const beats = pickPeaks(maps[r]!).filter((beat) => beat + P_WAVE[0] >= 0 && beat + ST[1] < original.length);
    const label = RHYTHM_CLASSES[coded.record.label];
    for (const [bound, waves] of found) {
      const decoded = sentUnder(coded, bound);
      beats.forEach((beat, i) => {
        const st = (signal: Float32Array): number =>
          level(signal, beat + ST[0], beat + ST[1]) - level(signal, beat + ISOELECTRIC[0], beat + ISOELECTRIC[1]);
        waves.st.push(1000 * Math.abs(st(decoded) - st(original)));
        if (label === 'N') {
          const [from, to] = [beat + P_WAVE[0], beat + P_WAVE[1]];
          waves.p.push(compare(centred(original, from, to), centred(decoded, from, to)));
        }
        const next = beats[i + 1];
        const [from, to] = [beat + TQ.from, (next ?? 0) + TQ.to];
        if (label !== 'A' || next === undefined || to - from < TQ.shortest) return;
        const [a, b] = [centred(original, from, to), centred(decoded, from, to)];
        if (bound === BOUNDS[0]) originalTq.push(1000 * rms(a));
        waves.f.push(compare(a, b));
        waves.fSize.push(rms(b) / rms(a));
      });
    }
  });
  console.error(`${first + batch.length}/${records.length}`);
}

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(3)));
const spread = (values: readonly number[]) => {
  const quantileOf = (share: number): number | null => rounded(quantile(values, share));
  return {
    count: values.length,
    p5: quantileOf(0.05),
    q1: quantileOf(0.25),
    median: quantileOf(0.5),
    q3: quantileOf(0.75),
    p95: quantileOf(0.95),
  };
};
writeResult('small-waves', {
  part: 'selection, the last 30%',
  records: records.length,
  models: hashes,
  originalTqMicrovolts: spread(originalTq),
  bounds: [...found].map(([prdnBound, { p, f, fSize, st }]) => ({
    prdnBound,
    pWaveCorrelation: spread(p),
    fibrillatoryCorrelation: spread(f),
    fibrillatorySize: spread(fSize),
    stChangeMicrovolts: spread(st),
  })),
});
