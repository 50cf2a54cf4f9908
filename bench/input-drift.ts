/**
 * The stability index of src/lib/audit/input-drift.ts with and without drift. Wards are drawn from CinC 2017 records of the
 * part `selection`, unaltered and altered, and from MIT-BIH, and compared with the shipped reference.
 * `node bench/run.mjs input-drift CINC MITDB NSTDB`
 */
import { join } from 'node:path';
import { InputDrift } from '../src/lib/audit/input-drift.js';
import { INPUT_FEATURES } from '../src/lib/codec/input-features.js';
import { readInputReference } from '../src/lib/codec/input-reference.js';
import { MODEL_RATE } from '../src/lib/signal/grid.js';
import { seededRandom } from '../src/lib/signal/random.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { loadNoise, recordNames } from '../src/training/data/mitbih.js';
import { leadAtModelRate } from '../src/training/data/model-rate.js';
import { loadShippedCodec } from '../src/training/dense/shipped-codec.js';
import { featuresOf } from '../src/training/reference.js';
import { readSplit, recordsOf } from '../src/training/split.js';
import { writeResult } from './result.js';

const [cinc = '', mitdb = '', nstdb = ''] = process.argv.slice(2);
if (nstdb === '') throw new Error('usage: node bench/run.mjs input-drift CINC MITDB NSTDB');

const WARDS = 2000;
/** Taken from the start of each record; only those of MIT-BIH (half an hour each) are longer. */
const MINUTES = 5;
/** The alert's limit. */
const limitOf = (streams: number): number => 0.25 + 20 / streams;

type Altered = (signal: Float32Array, record: number) => Float32Array;

const shipped = await loadShippedCodec('models');
const reference = await readInputReference('models/codec/reference.json');
if (reference === undefined) throw new Error('models/codec/reference.json is missing');
const bins = INPUT_FEATURES.map((name) => reference.features[name]);

async function signals(folder: string, names: readonly string[]): Promise<Float32Array[]> {
  const leads = await Promise.all(names.map(async (name) => (await readRecording(join(folder, name))).leads[0]));
  return leads.map((lead) => leadAtModelRate(lead!).slice(0, MINUTES * 60 * MODEL_RATE));
}

const deviation = (of: Float32Array): number => {
  const mean = of.reduce((sum, v) => sum + v, 0) / of.length;
  return Math.sqrt(of.reduce((sum, v) => sum + (v - mean) ** 2, 0) / of.length);
};

/** Adds noise of `times` the signal's own deviation, from a different place for each record. */
function withNoise(noise: Float32Array, times: number): Altered {
  const unit = deviation(noise);
  return (signal, record) => {
    const gain = (times * deviation(signal)) / unit;
    return signal.map((v, i) => v + gain * noise[(record * 7919 + i) % noise.length]!);
  };
}

const [muscle] = await loadNoise(nstdb, 'ma');
const [wander] = await loadNoise(nstdb, 'bw');
const selection = await signals(cinc, [...recordsOf(await readSplit('models/splits/cinc2017.csv'), 'selection')]);
const holter = await signals(mitdb, await recordNames(mitdb));
const same: Altered = (signal) => signal;
const inputs: readonly (readonly [name: string, signals: readonly Float32Array[], altered: Altered])[] = [
  ['CinC 2017, `selection`', selection, same],
  ['the same, half the amplitude', selection, (signal) => signal.map((v) => v / 2)],
  ['the same, upside down', selection, (signal) => signal.map((v) => -v)],
  ['the same, muscle noise of a quarter of its deviation', selection, withNoise(muscle!, 0.25)],
  ['the same, muscle noise of half its deviation', selection, withNoise(muscle!, 0.5)],
  ['the same, baseline wander of its deviation', selection, withNoise(wander!, 1)],
  ['MIT-BIH', holter, same],
];

/** Indices of wards of `beds` beds, one record each, drawn with replacement. */
function wards(records: readonly Float32Array[][], beds: number) {
  const random = seededRandom(31);
  const largest = Array.from({ length: WARDS }, () => {
    const drift = new InputDrift(bins);
    for (let bed = 0; bed < beds; bed++) {
      for (const own of records[random.integer(records.length)]!) drift.take(`${bed}`, own, 0);
    }
    const { streams, indices } = drift.read(0);
    return { index: Math.max(...indices), isAbove: indices.some((index) => index > limitOf(streams)) };
  });
  const sorted = largest.map(({ index }) => index).sort((a, b) => a - b);
  const quantile = (q: number): number => Number(sorted[Math.min(WARDS - 1, Math.floor(q * WARDS))]!.toFixed(4));
  return {
    beds,
    median: quantile(0.5),
    p999: quantile(0.999),
    alerts: largest.filter(({ isAbove }) => isAbove).length / WARDS,
  };
}

const results = inputs.map(([name, own, altered]) => {
  const records = own.map((signal, i) => featuresOf(altered(signal, i), shipped)).filter(({ length }) => length > 0);
  const drift = new InputDrift(bins);
  records.forEach((record, i) => {
    for (const features of record) drift.take(`${i}`, features, 0);
  });
  const { indices } = drift.read(0);
  const most = indices.indexOf(Math.max(...indices));
  console.log(name, records.length, INPUT_FEATURES[most], indices[most]);
  return {
    input: name,
    records: records.length,
    indices: Object.fromEntries(INPUT_FEATURES.map((feature, i) => [feature, Number(indices[i]!.toFixed(4))])),
    wards: [10, 20, 50, 100, 200].map((beds) => wards(records, beds)),
  };
});
writeResult('input-drift', { drawn: WARDS, limit: '0.25 + 20 / streams', inputs: results });
