/** `evaluate compression`: compares every method on the same records, by bytes on the wire and by task errors. */
import type { Bounds } from '../../../lib/codec/choose.js';
import { Certificates } from '../../../lib/certification/certificates.js';
import { checkJsonFile, writeJsonFile } from '../../../lib/runtime/output-file.js';
import { RecordNotes, type LeftOut } from '../record-notes.js';
import { codeRecords } from './coded-record.js';
import { Curves } from './curves.js';
import type { CompressionEvaluation } from './evaluation.js';
import { readFrontier } from './frontier.js';
import { MethodTally } from './method-tally.js';
import { listMethods, type Method } from './methods.js';
import { Outcomes } from './outcomes.js';
import { trackProgress } from './progress.js';
import { loadRecords } from './records.js';
import { predictorsOf } from './predictors.js';
import { checkReportFile, writeReport } from './report/write.js';
import { RungSpreads } from './rung-errors.js';
import { throughout } from './rules.js';
import { loadCompressionSystem, rungNames } from './system.js';
import type { WardSetting } from './ward.js';

export interface EvaluateCompressionOptions {
  readonly records: string;
  readonly labels: string;
  readonly models: string;
  readonly json: string;
  readonly html: string | undefined;
  /** Nats of added cross-entropy; for the paper's methods, of cross-entropy against the label. */
  readonly bound: number;
  readonly peaksBound: number;
  /** Bounds of the policy that `ladder-default` keeps. */
  readonly shipped: Bounds;
  /** Rhythm bounds of the curves; without any, no curves are made. */
  readonly curveBounds: readonly number[];
  /** Setting in which bytes on the wire are counted. */
  readonly ward: WardSetting;
}

/** Records per run of the networks. */
const BATCH = 8;

/**
 * Scores every labelled record of 8,960 samples or more; writes the figures as JSON and, with --html, the report.
 *
 * @throws DynamicDeepError DATA_INVALID if labels or records are missing; CONFIG_INVALID if a file cannot be
 * written; MODEL_INVALID if the models do not belong together
 */
export async function evaluateCompression(options: EvaluateCompressionOptions): Promise<CompressionEvaluation> {
  const { bound, peaksBound, shipped, curveBounds, ward, json, html, models } = options;
  await checkJsonFile(json);
  if (html !== undefined) await checkReportFile(html);
  const notes = new RecordNotes('evaluate compression');
  const { records, leftOut } = await loadRecords(options.records, options.labels, { notes });
  tellLeftOut(leftOut.filter((record) => !notes.leftOut.includes(record)));
  const frontier = await readFrontier(models);
  const { codecs, labelPredictor, inference, hashes } = await loadCompressionSystem(models);
  const { ladder } = codecs.codec;
  const certificates = await Certificates.open(models, ladder);
  const methods = listMethods({
    ladder,
    predictors: predictorsOf(codecs.codec, inference, certificates),
    labelPredictor,
    shipped,
    paper: (codecs.paper ?? codecs.codec).ladder,
    cae: codecs.cae?.ladder,
    bounds: { rhythm: bound, peaks: peaksBound, reconstruction: Infinity },
  });
  const curves = new Curves(methods, curveBounds, { rhythm: bound, peaks: peaksBound });
  tellUncertified(methods, curves);
  const outcomes = new Outcomes(inference);
  const rungs = rungNames(codecs);
  const tally = new MethodTally(methods, ladder, ward);
  const spreads = new RungSpreads(rungs);
  const progress = trackProgress(records.length);
  for (let first = 0; first < records.length; first += BATCH) {
    const batch = await codeRecords(records.slice(first, first + BATCH), codecs);
    await outcomes.measure(batch.flatMap((coded) => rungs.map((rung) => [coded, throughout(coded, rung)] as const)));
    spreads.add(batch, outcomes);
    await tally.add(batch, outcomes);
    await curves.add(batch, outcomes);
    progress(first + batch.length);
  }
  process.stderr.write('evaluate compression: counting bytes on the wire\n');
  const evaluation = {
    records: records.length,
    bound,
    peaksBound,
    models: hashes,
    wireSetting: ward,
    leftOut,
    warnings: notes.warnings,
    methods: tally.finish(),
    rungErrors: spreads.finish(),
    curves: curves.finish(),
  };
  await writeJsonFile(json, evaluation);
  if (html !== undefined) await writeReport(html, evaluation, frontier);
  return evaluation;
}

function tellUncertified(methods: readonly Method[], curves: Curves): void {
  for (const { name, bounds, choiceFor } of methods) {
    const choice = choiceFor?.(bounds);
    if (choice === undefined || choice.certified !== null) continue;
    process.stderr.write(
      `evaluate compression: ${name}: no certificate of its bounds; tau ${choice.tau} of validation is taken, an edge would send losslessly\n`,
    );
  }
  for (const { method, points, of } of curves.uncertified) {
    process.stderr.write(
      `evaluate compression: ${method}: ${points} of the ${of} points of its curves have no certificate; tau of validation is taken there\n`,
    );
  }
}

const SHOWN = 3;

function tellLeftOut(leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return;
  const some = leftOut.slice(0, SHOWN).map(({ name, reason }) => `${name} (${reason})`);
  const rest = leftOut.length > SHOWN ? ` and ${leftOut.length - SHOWN} more` : '';
  process.stderr.write(`evaluate compression: left out: ${some.join(', ')}${rest}; the JSON names all\n`);
}
