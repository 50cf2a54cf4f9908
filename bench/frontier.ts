/**
 * Measures every way to code a record that was tried, on the validation records: `node bench/run.mjs frontier CINC_FOLDER`
 * writes models/codec/frontier.json, which the report of `evaluate compression` draws. An interrupted run resumes from
 * .cache/frontier.jsonl.
 */
import { z } from 'zod';
import { STEPS_PER_MILLIVOLT } from '../src/lib/codec/window-scale.js';
import { RECORD } from '../src/lib/signal/grid.js';
import { joinStretches } from '../src/lib/signal/model-rate.js';
import { prdn } from '../src/lib/tasks/reconstruction.js';
import { CLASS_COUNT, decision } from '../src/lib/tasks/rhythm.js';
import { loadCinc, millivoltsOf } from '../src/training/data/cinc.js';
import { openLines } from '../src/training/dense/lines.js';
import { codeRecords, type CodedRecord } from '../src/training/evaluation/compression/coded-record.js';
import { beatenBy, type FrontierPoint } from '../src/training/evaluation/compression/frontier.js';
import { Outcomes, type Outcome } from '../src/training/evaluation/compression/outcomes.js';
import type { Sent } from '../src/training/evaluation/compression/parts.js';
import { bytesOf, throughout } from '../src/training/evaluation/compression/rules.js';
import { mean, quantile, shareOf } from '../src/training/evaluation/compression/summary.js';
import { loadCompressionSystem, rungNames } from '../src/training/evaluation/compression/system.js';
import { readSplit, recordsOf } from '../src/training/split.js';
import { plainMdct, spectrumOf, type Spectrum } from './plain-mdct.js';
import { writeResult } from './result.js';
import { selectionRecords } from './validation.js';

const BATCH = 8;
/** One training record in this many is counted for the tables of the plain MDCT. */
const TABLE_EVERY = 12;
/** Quantiser steps of the plain MDCT, microvolts. */
const STEPS = [20, 40, 80, 120, 160, 240, 320, 480, 640] as const;

const way = z.strictObject({
  native: z.number(),
  bytes: z.number(),
  rhythm: z.number(),
  peaks: z.number(),
  prdn: z.number(),
  stepsChanged: z.number(),
});
const lineSchema = z.strictObject({ name: z.string(), ways: z.record(z.string(), way) });

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs frontier CINC_FOLDER');
const train = recordsOf(await readSplit('models/splits/cinc2017.csv'), 'train');
const forTables = new Set([...train].filter((_, i) => i % TABLE_EVERY === 0));
const tableRecords = (await loadCinc(cinc, `${cinc}/REFERENCE-v3.csv`, forTables))
  .filter(({ samples }) => samples.length >= RECORD)
  .map((record) => spectrumOf(millivoltsOf(record)));
const plain = STEPS.map((step) => [`mdct-256 at ${step} uV`, plainMdct(tableRecords, step)] as const);

const { codecs, inference, hashes: every } = await loadCompressionSystem('models');
// Every way codes the whole record, so no predictor is involved.
const hashes = { ...every, dense: undefined };
const rungs = rungNames(codecs);
const names = ['gzip', ...rungs, ...plain.map(([name]) => name)];
const kindOf = (name: string): FrontierPoint['kind'] => {
  if (name === 'gzip' || name === 'lossless') return 'baseline';
  if (name.startsWith('paper-') || name.startsWith('cae-')) return 'paper';
  return rungs.includes(name) ? 'shipped' : 'tried';
};

/** Codes a record as one segment. */
function plainWay(original: Float32Array, spectrum: Spectrum, [name, coder]: (typeof plain)[number]): Sent {
  const { payload, samples } = coder(spectrum);
  const stretch = {
    start: 0,
    length: RECORD,
    rate: 300,
    firstIndex: 0,
    samples,
    gain: STEPS_PER_MILLIVOLT,
    baseline: 0,
  };
  const own = {
    name,
    rung: 0,
    lossless: false,
    nominalGain: null,
    start: 0,
    length: RECORD,
    payload,
    predicted: undefined,
  };
  return [{ ...own, stretch, prdn: prdn(original, joinStretches([stretch])) }];
}

function waysOf(coded: CodedRecord): [name: string, sent: Sent][] {
  const original = joinStretches([coded.record.original]);
  const spectrum = spectrumOf(original);
  return [
    ...['gzip', ...rungs].map((name): [string, Sent] => [name, throughout(coded, name)]),
    ...plain.map((own): [string, Sent] => [own[0], plainWay(original, spectrum, own)]),
  ];
}

function changed({ original, probabilities }: Outcome): number {
  const steps = Array.from({ length: original.length / CLASS_COUNT }, (_, step) => step);
  return shareOf(steps, (step) => decision(original, step) !== decision(probabilities, step));
}

const records = await selectionRecords(cinc);
const lines = await openLines(
  '.cache/frontier.jsonl',
  JSON.stringify([hashes, names, tableRecords.length]),
  lineSchema,
);
const todo = records.filter(({ name }) => !lines.known.has(name));
for (let first = 0; first < todo.length; first += BATCH) {
  process.stderr.write(`frontier: ${first}/${todo.length}\n`);
  const outcomes = new Outcomes(inference);
  for (const coded of await codeRecords(todo.slice(first, first + BATCH), codecs)) {
    const own = waysOf(coded);
    await outcomes.measure(own.map(([, sent]) => [coded, sent]));
    const ways = own.map(([name, sent]) => {
      const outcome = outcomes.of(coded, sent);
      const { rhythm, peaks, prdn: difference } = outcome;
      const counted = { native: 2 * coded.record.original.samples.length, bytes: bytesOf(sent) };
      return [name, { ...counted, rhythm, peaks, prdn: difference, stepsChanged: changed(outcome) }] as const;
    });
    await lines.add({ name: coded.record.name, ways: Object.fromEntries(ways) });
  }
}

const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));
const measured = names.map((name): FrontierPoint => {
  const own = records.map((record) => lines.known.get(record.name)!.ways[name]!);
  const of = (key: keyof z.infer<typeof way>): number[] => own.map((figures) => figures[key]);
  return {
    name,
    kind: kindOf(name),
    source: 'measured',
    payloadGainTotal: short(mean(of('native'))! / mean(of('bytes'))!)!,
    prdnMedian: short(quantile(of('prdn'), 0.5)),
    rhythmMedian: short(quantile(of('rhythm'), 0.5)),
    rhythmMean: short(mean(of('rhythm'))),
    rhythmP95: short(quantile(of('rhythm'), 0.95)),
    above01: short(shareOf(of('rhythm'), (rhythm) => !(rhythm <= 0.1))),
    peaksMean: short(mean(of('peaks'))),
    stepsChanged: short(mean(of('stepsChanged'))),
  };
});

/** Neural sketch from before the first version: 602 other records, its own classifier, ideal codes rounded up to bytes. */
const SKETCH = [
  [36, 13.5, 96.7],
  [49, 15.6, 96.6],
  [71, 21, 94.9],
  [99, 29, 91.9],
  [142, 39, 85.4],
] as const;
const sketch = SKETCH.map(([payloadGainTotal, prdnMedian, kept], i): FrontierPoint => ({
  name: `neural sketch ${i + 1}`,
  kind: 'tried',
  source: 'sketch',
  payloadGainTotal,
  prdnMedian,
  rhythmMedian: null,
  rhythmMean: null,
  rhythmP95: null,
  above01: null,
  peaksMean: null,
  stepsChanged: short(1 - kept / 100),
}));

const beaten = (errors: Parameters<typeof beatenBy>[2]): Record<string, string[]> =>
  Object.fromEntries(
    measured
      .filter(({ kind }) => kind === 'shipped')
      .map((point) => [point.name, beatenBy(point, measured, errors).map(({ name }) => name)] as const)
      .filter(([, by]) => by.length > 0),
  );
writeResult(
  'frontier',
  {
    records: records.length,
    part: 'the last 30% of the part `selection`',
    models: hashes,
    points: [...measured, ...sketch],
    /** Shipped rungs that another way beats in bytes and in the mean errors of both tasks, or in all figures of rhythm. */
    beatenInBothTasks: beaten(['rhythmMean', 'peaksMean']),
    beatenInRhythm: beaten(['rhythmMean', 'rhythmP95', 'above01']),
  },
  'models/codec/frontier.json',
);
