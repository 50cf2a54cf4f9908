/** The jobs of `dynamic-deep train` and `dynamic-deep evaluate`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../lib/runtime/command.js';
import { edgeBounds, SHIPPED_BOUNDS } from '../lib/runtime/bound-options.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { calibrate } from './calibration/calibrate.js';
import type { CalibrationOptions } from './calibration/options.js';
import { loadCinc } from './data/cinc.js';
import { recordNames } from './data/mitbih.js';
import { evaluateAlarms } from './evaluation/alarms/evaluate.js';
import { evaluateCompression } from './evaluation/compression/evaluate.js';
import { STANDARD_WARD } from './evaluation/compression/ward.js';
import { evaluatePeaks } from './evaluation/peaks.js';
import { evaluateRhythm } from './evaluation/rhythm.js';
import type {
  AlarmsEvaluationOptions,
  CompressionEvaluationOptions,
  CompressorTraining,
  DenseTraining,
  LadderTraining,
  NeuralTraining,
  PeaksEvaluationOptions,
  PeaksTraining,
  PredictorTraining,
  PvcTraining,
  ReferenceOptions,
  RhythmEvaluationOptions,
  RhythmTraining,
  SplitOptions,
} from './options.js';
import { trainDense } from './dense/train.js';
import { trainLadder } from './ladder.js';
import { trainNeural } from './neural.js';
import { trainPeaks } from './peaks.js';
import { trainPvc } from './pvc.js';
import { trainPredictor } from './predictor.js';
import { writeReference } from './reference.js';
import { trainRhythm } from './rhythm.js';
import { formatSplit, SAMPLE_PATIENTS, splitCinc, splitPatients } from './split.js';
import { trainCompressor } from './train-compressor.js';

function labelsOf(config: { readonly cinc: string; readonly cincLabels?: string | undefined }): string {
  return config.cincLabels ?? join(config.cinc, 'REFERENCE-v3.csv');
}

export async function runRhythmTraining(config: RhythmTraining): Promise<void> {
  const { cinc: data, nstdb: noise, cincSplit: split, ...rest } = config;
  await trainRhythm({ ...rest, data, noise, labels: labelsOf(config), split });
}

export async function runPeaksTraining({ mitdb, mitdbSplit, nstdb, models, ...rest }: PeaksTraining): Promise<void> {
  await trainPeaks({ ...rest, data: mitdb, noise: nstdb, split: mitdbSplit, out: join(models, 'peaks') });
}

export async function runPvcTraining(config: PvcTraining, { stdout }: CommandContext): Promise<void> {
  const { mitdb: data, mitdbSplit: split, ...rest } = config;
  const { figures } = await trainPvc({ ...rest, data, split });
  const all = Object.entries(figures).map(([name, value]) => `${name} ${figure(value, 4)}`);
  stdout.write(`pvc, held-out patients: ${all.join(', ')}\n`);
}

export async function runCompressorTraining(config: CompressorTraining): Promise<void> {
  await trainCompressor({ ...config, cincLabels: labelsOf(config) });
}

export async function runNeuralTraining(config: NeuralTraining): Promise<void> {
  await trainNeural({ ...config, cincLabels: labelsOf(config) });
}

export async function runLadderTraining(config: LadderTraining): Promise<void> {
  await trainLadder({ ...config, cincLabels: labelsOf(config) });
}

export async function runDenseTraining(config: DenseTraining): Promise<void> {
  await trainDense({ ...config, cincLabels: labelsOf(config) });
}

export async function runPredictorTraining(config: PredictorTraining): Promise<void> {
  await trainPredictor({ ...config, cincLabels: labelsOf(config) });
}

export async function runReference(config: ReferenceOptions, { stdout }: CommandContext): Promise<void> {
  const { models, split } = config;
  const out = config.out ?? join(models, 'codec', 'reference.json');
  const { records, windows } = await writeReference({ ...config, split, out });
  stdout.write(`${out}: ${windows} windows of ${records} records\n`);
}

/** Draws both splits again and writes them where every training reads them. */
export async function runSplit(config: SplitOptions, { stdout }: CommandContext): Promise<void> {
  const cinc = splitCinc(await loadCinc(config.cinc, labelsOf(config)), config.seed);
  const mitdb = splitPatients(await recordNames(config.mitdb), SAMPLE_PATIENTS, config.seed);
  for (const [path, parts] of [
    [config.cincSplit, cinc],
    [config.mitdbSplit, mitdb],
  ] as const) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, formatSplit(parts));
    stdout.write(`${path}: ${parts.size} records\n`);
  }
}

function figure(value: number | null, digits: number): string {
  return value === null ? 'none' : value.toFixed(digits);
}

export async function runRhythmEvaluation(config: RhythmEvaluationOptions, { stdout }: CommandContext): Promise<void> {
  const { stepAccuracy, f1MeanNAO, records } = await evaluateRhythm({
    ...config,
    models: config.models ?? SHIPPED_MODELS,
  });
  stdout.write(
    `${records} records: step accuracy ${figure(stepAccuracy, 3)}, mean F1 of N, A, O ${figure(f1MeanNAO, 3)}\n`,
  );
}

export async function runPeaksEvaluation(config: PeaksEvaluationOptions, { stdout }: CommandContext): Promise<void> {
  const { records, f1, panTompkins } = await evaluatePeaks({
    ...config,
    lead: config.lead,
    models: config.models ?? SHIPPED_MODELS,
  });
  stdout.write(`${records} records: F1 ${figure(f1, 4)} within 75 ms, Pan-Tompkins ${figure(panTompkins.f1, 4)}\n`);
}

export async function runCompressionEvaluation(
  config: CompressionEvaluationOptions,
  { stdout }: CommandContext,
): Promise<void> {
  const { prdnBound, bounds, html, ...rest } = config;
  const { methods } = await evaluateCompression({
    ...rest,
    html,
    models: config.models ?? SHIPPED_MODELS,
    shipped: edgeBounds({ rhythmBound: SHIPPED_BOUNDS.rhythm, peaksBound: SHIPPED_BOUNDS.peaks, prdnBound }),
    curveBounds: bounds ?? [],
    ward: STANDARD_WARD,
  });
  for (const { name, reason, wireGainTotal, payloadGainTotal, f1Micro, violationsAdded } of methods) {
    const gains = `total gain ${figure(wireGainTotal, 1)} on the wire, ${figure(payloadGainTotal, 1)} in payloads`;
    const rest = `F1 ${figure(f1Micro, 3)}, ${figure(violationsAdded === null ? null : 100 * violationsAdded, 1)}% above the bound`;
    stdout.write(`${name}: ${reason ?? `${gains}; ${rest}`}\n`);
  }
}

const SHIPPED_SPLITS = ['cinc2017.csv', 'mitdb.csv'].map((name) => join(SHIPPED_MODELS, 'splits', name));

export async function runCalibration(config: CalibrationOptions, { stdout, version }: CommandContext): Promise<void> {
  const { models = SHIPPED_MODELS, split = SHIPPED_SPLITS, alpha, part, ...rest } = config;
  const { policies } = await calibrate({ ...rest, models, split, alpha, part, program: version });
  for (const { bounds, alpha: share, delta, tau, n, k, payloadGainTotal } of policies) {
    const policy = [
      ...[`rhythm ${bounds.rhythm}`, `peaks ${bounds.peaks}`],
      ...(bounds.reconstruction === null ? [] : [`PRDN ${bounds.reconstruction}%`]),
      ...(bounds.weightedSum === null ? [] : [`weighted sum ${bounds.weightedSum}`]),
      ...Object.entries(bounds.tasks ?? {}).map(([name, bound]) => `${name} ${bound}`),
    ].join(', ');
    const counted = `${k} of ${n} records broke the policy`;
    const certified =
      tau === null ? 'not certified, to be sent losslessly' : `tau ${tau}, payload gain ${figure(payloadGainTotal, 1)}`;
    stdout.write(`${policy}, alpha ${share}, delta ${delta}: ${certified}; ${counted}\n`);
  }
}

export async function runAlarmsEvaluation(config: AlarmsEvaluationOptions, { stdout }: CommandContext): Promise<void> {
  const { records, composed, keep, rhythmBound, peaksBound, prdnBound, ...rest } = config;
  const source = composed === undefined ? { records: records ?? '', keep } : { composed };
  const bounds = edgeBounds({ rhythmBound, peaksBound, prdnBound });
  const { perKind } = await evaluateAlarms({ ...rest, source, bounds, models: config.models ?? SHIPPED_MODELS });
  for (const [kind, { onsets, detected, p95s, falsePer24h }] of Object.entries(perKind)) {
    const delay = p95s === null ? '' : `, 95% within ${p95s.toFixed(1)} s`;
    const wrong = falsePer24h === null ? '' : `, ${falsePer24h.toFixed(1)} false in 24 h`;
    stdout.write(`${kind}: ${detected} of ${onsets}${delay}${wrong}\n`);
  }
}
