/**
 * Every way to code a record that was tried, on the validation records: `node bench/run.mjs frontier CINC_FOLDER` writes
 * models/codec/frontier.json, which the report of `evaluate compression` draws.
 */
import { seededRandom } from '../src/lib/signal/random.js';
import { RECORD } from '../src/lib/signal/grid.js';
import { joinStretches } from '../src/lib/signal/model-rate.js';
import { CLASS_COUNT, decision } from '../src/lib/tasks/rhythm.js';
import { loadCinc } from '../src/training/data/cinc.js';
import { codeRecords, type CodedRecord } from '../src/training/evaluation/compression/coded-record.js';
import { beatenBy, type FrontierPoint } from '../src/training/evaluation/compression/frontier.js';
import { Outcomes, type Outcome } from '../src/training/evaluation/compression/outcomes.js';
import type { Sent } from '../src/training/evaluation/compression/parts.js';
import { bytesOf, throughout } from '../src/training/evaluation/compression/rules.js';
import { mean, quantile, shareOf } from '../src/training/evaluation/compression/summary.js';
import { loadCompressionSystem, rungNames } from '../src/training/evaluation/compression/system.js';
import { millivoltsOf } from '../src/training/predictor.js';
import { readSplit, recordsOf } from '../src/training/split.js';
import { STEPS_PER_MILLIVOLT } from '../src/lib/codec/window-scale.js';
import { prdn } from '../src/lib/tasks/reconstruction.js';
import { plainMdct } from './plain-mdct.js';
import { writeResult } from './result.js';
import { validationRecords } from './validation.js';

const BATCH = 8;
const TABLE_RECORDS = 400;
/** Microvolts. */
const STEPS = [20, 40, 80, 120, 160, 240, 320, 480, 640] as const;

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs frontier CINC_FOLDER');
const train = recordsOf(await readSplit('models/splits/cinc2017.csv'), 'train');
const forTables = (await loadCinc(cinc, `${cinc}/REFERENCE-v3.csv`, train)).filter(({ samples }) => samples.length >= RECORD); // prettier-ignore
const tableRecords = seededRandom(1).shuffle(forTables).slice(0, TABLE_RECORDS).map(millivoltsOf);
const plain = STEPS.map((step) => [`mdct-256 at ${step} uV`, plainMdct(tableRecords, step)] as const);

const { codecs, inference, hashes } = await loadCompressionSystem('models');
const rungs = rungNames(codecs);
const names = ['gzip', ...rungs, ...plain.map(([name]) => name)];
const kindOf = (name: string): FrontierPoint['kind'] => {
  if (name === 'gzip' || name === 'lossless') return 'baseline';
  if (name.startsWith('paper-') || name.startsWith('cae-')) return 'paper';
  return rungs.includes(name) ? 'shipped' : 'tried';
};

/** One segment a record. */
function plainWay({ record }: CodedRecord, name: string, coder: ReturnType<typeof plainMdct>): Sent {
  const original = joinStretches([record.original]);
  const { payload, samples } = coder(original);
  const stretch = { start: 0, length: RECORD, rate: 300, firstIndex: 0, samples, gain: STEPS_PER_MILLIVOLT, baseline: 0 }; // prettier-ignore
  const own = { name, rung: 0, lossless: false, nominalGain: null, start: 0, length: RECORD, payload, predicted: undefined }; // prettier-ignore
  return [{ ...own, stretch, prdn: prdn(original, joinStretches([stretch])) }];
}

const kept = new Map(names.map((name) => [name, { native: 0, bytes: 0, outcomes: [] as Outcome[] }]));
const records = await validationRecords(cinc);
const outcomes = new Outcomes(inference);
for (let first = 0; first < records.length; first += BATCH) {
  const batch = await codeRecords(records.slice(first, first + BATCH), codecs);
  const ways = batch.flatMap((coded) => [
    ...['gzip', ...rungs].map((name) => ({ coded, name, sent: throughout(coded, name) })),
    ...plain.map(([name, coder]) => ({ coded, name, sent: plainWay(coded, name, coder) })),
  ]);
  await outcomes.measure(ways.map(({ coded, sent }) => [coded, sent]));
  for (const { coded, name, sent } of ways) {
    const own = kept.get(name)!;
    own.native += 2 * coded.record.original.samples.length;
    own.bytes += bytesOf(sent);
    own.outcomes.push(outcomes.of(coded, sent));
  }
  process.stderr.write(`frontier: ${Math.min(first + BATCH, records.length)}/${records.length}\n`);
}

function changed({ original, probabilities }: Outcome): number {
  const steps = Array.from({ length: original.length / CLASS_COUNT }, (_, step) => step);
  return shareOf(steps, (step) => decision(original, step) !== decision(probabilities, step));
}
const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));
const measured = names.map((name): FrontierPoint => {
  const { native, bytes, outcomes: own } = kept.get(name)!;
  const of = (key: 'rhythm' | 'peaks' | 'prdn'): number[] => own.map((outcome) => outcome[key]);
  return {
    ...{ name, kind: kindOf(name), source: 'measured', payloadGainTotal: short(native / bytes)! },
    ...{ prdnMedian: short(quantile(of('prdn'), 0.5)), rhythmMedian: short(quantile(of('rhythm'), 0.5)) },
    ...{ rhythmMean: short(mean(of('rhythm'))), rhythmP95: short(quantile(of('rhythm'), 0.95)) },
    ...{ above01: short(shareOf(own, ({ rhythm }) => !(rhythm <= 0.1))), peaksMean: short(mean(of('peaks'))) },
    stepsChanged: short(mean(own.map(changed))),
  };
});

/** The neural sketch before the first version: 602 other records, its own classifier, ideal codes rounded up to bytes. */
const SKETCH = [[36, 13.5, 96.7], [49, 15.6, 96.6], [71, 21, 94.9], [99, 29, 91.9], [142, 39, 85.4]] as const; // prettier-ignore
const sketch = SKETCH.map(([payloadGainTotal, prdnMedian, keptSteps], i): FrontierPoint => ({
  ...{ name: `neural sketch ${i + 1}`, kind: 'tried', source: 'sketch', payloadGainTotal, prdnMedian },
  ...{ rhythmMedian: null, rhythmMean: null, rhythmP95: null, above01: null, peaksMean: null },
  stepsChanged: short(1 - keptSteps / 100),
}));

const shipped = measured.filter(({ kind }) => kind === 'shipped');
const beaten = (errors: Parameters<typeof beatenBy>[2]): Record<string, string[]> =>
  Object.fromEntries(
    shipped.flatMap((point) => {
      const by = beatenBy(point, measured, errors).map(({ name }) => name);
      return by.length === 0 ? [] : [[point.name, by]];
    }),
  );
writeResult(
  'frontier',
  {
    ...{ records: records.length, part: 'the last 30% of the part `selection`', models: hashes },
    points: [...measured, ...sketch],
    /** Shipped rungs that another way beats in bytes and in the mean errors. */
    beatenInBothTasks: beaten(['rhythmMean', 'peaksMean']),
    beatenInRhythm: beaten(['rhythmMean', 'rhythmP95', 'above01']),
  },
  'models/codec/frontier.json',
);
