/**
 * Makes the codec that ships from the trained neural rungs: entropy tables from the training part, what every rung costs and
 * adds to the tasks on the selection part, a dense predictor trained on that, and tau.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BorderCorrection } from '../lib/codec/border-correction.js';
import { NEURAL_CHANNELS, NEURAL_LATENTS } from '../lib/codec/neural-latents.js';
import { transformWindow } from '../lib/codec/transform.js';
import { buildNeuralPredictor } from '../lib/model/architectures/neural-codec.js';
import { Network } from '../lib/model/network.js';
import { writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import { fitBorders } from './borders.js';
import { loadCinc, millivoltsOf } from './data/cinc.js';
import { loadTasks } from './frozen-tasks.js';
import { loadKeptCodec, type KeptCodec } from './kept-codec.js';
import { train } from './loop.js';
import { measureRungs, type MeasuredRecord, type NewNeuralRung, type NewRung } from './measured-rungs.js';
import { loadTrainedNeural, rungGains, type NeuralNetworks } from './neural.js';
import { neuralTables, type TableWindow } from './neural-tables.js';
import { splitHashes } from './origin.js';
import { scaleRange } from './paper-model.js';
import { ERROR_FLOORS, meanByRecord, type WindowErrors } from './record-errors.js';
import { readSplit, recordsOf, validationFrom, type SelectionTrainingOptions } from './split.js';
import { rankCorrelation } from './statistics.js';
import { TABLE_RECORDS } from './symbol-counts.js';
import { chooseSynthesisTau, type SynthesisTau } from './synthesis-tau.js';
import { chooseTau, type RungRows } from './tau.js';
import { FINE_TRANSFORM_RATIOS, TRANSFORM_RATIOS, transformTables } from './transform-rungs.js';
import { splitRows, cutWindows, normaliseWindows } from './windows.js';

type Scalar = ReturnType<typeof tf.scalar>;

const BATCH = 256;

export interface LadderOptions extends SelectionTrainingOptions {
  /** Keep the networks of the codec in `models`; make tables, borders and everything that depends on the tasks anew. */
  readonly keep: boolean;
}

export async function trainLadder(options: LadderOptions): Promise<void> {
  const source = options.keep ? await loadKeptCodec(options.models) : await newCodec(options.work);
  const { networks, gains, training: about, hash } = source;
  const parts = await readSplit(options.cincSplit);
  const load = async (part: 'train' | 'selection') => {
    const records = await loadCinc(options.cinc, options.cincLabels, recordsOf(parts, part));
    return records.filter(({ samples }) => samples.length >= RECORD);
  };
  const training = await load('train');
  const selected = await load('selection');
  const selection = selected.map((r) => ({ name: r.name, millivolts: millivoltsOf(r) }));
  const tasks = await loadTasks(options.models);
  const forTables = seededRandom(options.seed)
    .shuffle([...training])
    .slice(0, TABLE_RECORDS)
    .map(millivoltsOf);
  const rungs = newRungs(networks, gains, forTables);
  const coders = rungs.filter((rung): rung is NewNeuralRung => rung.kind === 'neural');
  const borders = fitBorders(
    networks,
    coders.map((rung) => ({ ...rung, endUnit: rung.coding?.ends.unit })),
    forTables,
  );
  // Measurements, and the predictor trained on them, belong to these networks, these tables and these tasks.
  const tables = createHash('sha256').update(JSON.stringify(rungs)).digest('hex');
  const identity = JSON.stringify([hash, tasks.hashes, tables]);
  const measured = await measureRungs(selection, {
    rungs,
    networks,
    borders: BorderCorrection.of(borders),
    tasks,
    file: join(options.work, 'measured.jsonl'),
    identity,
  });

  const first = validationFrom(selection.length);
  const neural = coders.map(({ name }) => name);
  const values = selection.flatMap(({ millivolts }) =>
    tableWindows(networks, millivolts).map((window) => window.values),
  );
  const predictor = buildNeuralPredictor(2 * neural.length);
  const errorsOf = (name: string): WindowErrors[] =>
    measured.flatMap((record) => record.rungs[name]!.map(([, rhythm, peaks]): WindowErrors => [rhythm, peaks]));
  const errors = neural.map(errorsOf);
  const validate = (): Record<string, number> => ranks(predictor, values, errors, neural, WINDOWS_PER_RECORD * first);
  const figures = await train({
    name: 'dense predictor',
    work: join(options.work, 'predictor'),
    steps: options.steps,
    peakRate: 4e-3,
    warmup: 0.1,
    weightDecay: 2e-2,
    clipNorm: 1,
    networks: { predictor },
    identity: { seed: options.seed, measured: identity },
    validateEvery: Math.ceil(options.steps / 4),
    validate,
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const rows = Array.from({ length: BATCH }, () => random.integer(WINDOWS_PER_RECORD * first));
      const x = tf.stack(
        rows.map((row) => tf.tensor3d(values[row]!, [1, NEURAL_LATENTS / NEURAL_CHANNELS, NEURAL_CHANNELS])),
      );
      const truth = tf.tensor2d(rows.map((row) => errors.flatMap((rung) => rung[row]!)));
      const floors = tf.tensor1d(neural.flatMap(() => [...ERROR_FLOORS]));
      const log = (of: Tensor): Tensor => tf.log(tf.add(of, floors));
      return tf.mean<Scalar>(tf.squaredDifference(log(truth), log(predictor.apply(x) as Tensor)));
    },
  });

  const rows = rungRows(measured.slice(first), rungs, predict(predictor, values.slice(WINDOWS_PER_RECORD * first)));
  const expected = Object.fromEntries(
    rungs.map(({ name }) => [name, expectedErrors(errorsOf(name).slice(0, WINDOWS_PER_RECORD * first))]),
  );
  const withExpected = rows.map((row) =>
    neural.includes(row.name) ? row : { ...row, predicted: row.errors.map(() => expected[row.name]!) },
  );
  const choice = chooseTau(withExpected, 'lossless');
  const ladder = [
    { name: 'lossless', kind: 'lossless', nominalGain: 1 },
    ...rungs.map((rung) => {
      const [rhythm, peaks] = expected[rung.name]!;
      return { ...rung, nominalGain: null, ...(rung.kind === 'transform' ? { expected: { rhythm, peaks } } : {}) };
    }),
  ];
  const parameters = { ladder, scaleRange: scaleRange(training), tau: choice.tau };
  const aboutSelection = {
    records: selection.length,
    splits: splitHashes(options),
    tasks: tasks.hashes,
    figures,
    choice,
    rungs: summaries(measured, rungs),
  };
  const write = (more: { synthesisTau?: number }, synthesis?: SynthesisTau): Promise<string> =>
    writeModel(
      join(options.models, 'codec'),
      {
        name: 'codec',
        version: 1,
        architecture: { kind: 'neural-codec', config: {} },
        parameters: { ...parameters, ...more },
        training: { ...about, selection: { ...aboutSelection, synthesis } },
      },
      {
        encoder: { network: networks.encoder, dtype: 'float16' },
        predictor: { network: predictor, dtype: 'float16' },
        decoder: { network: networks.decoder, dtype: 'float16' },
        borders: { network: borders, dtype: 'float16' },
      },
    );
  // Written once so that it can be tried as the edge runs it, and again with the result of the trial.
  await write({});
  const synthesis = await chooseSynthesisTau(options.models, selected.slice(first));
  await write({ synthesisTau: synthesis.tau }, synthesis);
}

async function newCodec(work: string): Promise<KeptCodec> {
  const { networks, training, hash } = await loadTrainedNeural(work);
  return { networks, gains: rungGains(networks), training, hash };
}

/** Rungs in the ladder's order. */
function newRungs(
  networks: Pick<NeuralNetworks, 'encoder'>,
  gains: KeptCodec['gains'],
  records: readonly Float32Array[],
): NewRung[] {
  const seen = records.flatMap((record) => tableWindows(networks, record));
  const transformed = records.flatMap(cutWindows).map(transformWindow);
  const transform = (ratios: Readonly<Record<string, number>>): NewRung[] =>
    Object.entries(ratios).map(([name, ratio]) => ({
      kind: 'transform',
      name,
      ratio,
      ...transformTables(transformed, ratio),
    }));
  const neural = gains.map((own, place): NewRung => ({
    kind: 'neural',
    name: `neural-${place + 1}`,
    ...own,
    ...neuralTables(seen, own.gains, place),
  }));
  return [...transform(TRANSFORM_RATIOS), ...neural, ...transform(FINE_TRANSFORM_RATIOS)];
}

/** The windows of a record with the encoder's output for each. */
function tableWindows({ encoder }: Pick<NeuralNetworks, 'encoder'>, millivolts: Float32Array): TableWindow[] {
  const { samples, scales } = normaliseWindows(cutWindows(millivolts));
  const values = splitRows(new Network(encoder).run(samples, scales.length)[0]!, NEURAL_LATENTS);
  return splitRows(samples, WINDOW).map((own, w) => ({ scale: scales[w]!, samples: own, values: values[w]! }));
}

/** Predicted errors by row, rung after rung. */
function predict(predictor: LayersModel, values: readonly Float32Array[]): Float32Array[] {
  const input = new Float32Array(values.length * NEURAL_LATENTS);
  values.forEach((own, row) => {
    input.set(own, row * NEURAL_LATENTS);
  });
  const outputs = new Network(predictor).run(input, values.length, NEURAL_CHANNELS)[0]!;
  return splitRows(outputs, outputs.length / values.length);
}

/** Rank correlation of predicted and true error, by rung and task, over the rows from `first` on. */
function ranks(
  predictor: LayersModel,
  values: readonly Float32Array[],
  errors: readonly (readonly WindowErrors[])[],
  names: readonly string[],
  first: number,
): Record<string, number> {
  const predicted = predict(predictor, values.slice(first));
  return Object.fromEntries(
    names.flatMap((name, rung) =>
      (['rhythm', 'peaks'] as const).map((task, t) => [
        `${name}-${task}`,
        rankCorrelation(
          errors[rung]!.slice(first).map((e) => e[t]!),
          predicted.map((p) => p[2 * rung + t]!),
        ),
      ]),
    ),
  );
}

function rungRows(
  measured: readonly MeasuredRecord[],
  rungs: readonly NewRung[],
  predicted: readonly Float32Array[],
): RungRows[] {
  let next = 0;
  return rungs.map(({ name, kind }) => {
    const place = kind === 'neural' ? next++ : undefined;
    const windows = measured.flatMap((record) => record.rungs[name]!);
    return {
      name,
      errors: windows.map(([, rhythm, peaks]): WindowErrors => [rhythm, peaks]),
      bytes: windows.map(([bytes]) => bytes),
      predicted: place === undefined ? [] : predicted.map((p): WindowErrors => [p[2 * place]!, p[2 * place + 1]!]),
    };
  });
}

/** Errors that 99% of records do not exceed: the expectation for a rung that is good everywhere. */
function expectedErrors(errors: readonly WindowErrors[]): WindowErrors {
  const means = meanByRecord(errors);
  const quantile = (task: 0 | 1): number => {
    const sorted = means.map((own) => own[task]).sort((a, b) => a - b);
    return Number(sorted[Math.ceil(0.99 * sorted.length) - 1]!.toPrecision(4));
  };
  return [quantile(0), quantile(1)];
}

/** What each rung costs and adds over whole records sent by it alone. */
function summaries(measured: readonly MeasuredRecord[], rungs: readonly NewRung[]): Record<string, unknown> {
  return Object.fromEntries(
    rungs.map(({ name }) => {
      const windows = measured.flatMap((record) => record.rungs[name]!);
      const bytes = windows.reduce((sum, [own]) => sum + own, 0);
      const means = meanByRecord(windows.map(([, rhythm, peaks]) => [rhythm, peaks]));
      const above = (bound: number): number => means.filter(([rhythm]) => !(rhythm <= bound)).length / means.length;
      const mean = (task: 0 | 1): number => means.reduce((sum, own) => sum + own[task], 0) / means.length;
      const figures = {
        payloadGainTotal: (2 * RECORD * measured.length) / bytes,
        rhythmMean: mean(0),
        peaksMean: mean(1),
        above005: above(0.05),
        above01: above(0.1),
        above025: above(0.25),
        above075: above(0.75),
      };
      const shortened = Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(4))]);
      return [name, Object.fromEntries(shortened)];
    }),
  );
}
