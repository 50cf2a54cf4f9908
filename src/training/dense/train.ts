/**
 * Trains the dense predictor of the shipped codec: a student of the classifier on training records, the rungs' errors from
 * its answers on the first part of `selection`, and tau on the rest. The codec stays unchanged.
 */
import { join } from 'node:path';
import { errorOf } from '../../lib/codec/dense-features.js';
import { denseFolder } from '../../lib/codec/dense-manifest.js';
import { windowFeatures } from '../../lib/codec/dense-predictor.js';
import { NEURAL_LATENTS } from '../../lib/codec/neural-latents.js';
import { quantise } from '../../lib/codec/neural-quantiser.js';
import { Network } from '../../lib/model/network.js';
import { writeModel } from '../../lib/model/store.js';
import { loadTasks } from '../../lib/offline/tasks.js';
import { RECORD, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import { joinStretches } from '../../lib/signal/model-rate.js';
import { weightsHash } from '../weights-hash.js';
import { cutWindows } from '../windows.js';
import { loadCinc } from '../data/cinc.js';
import { loadRecords, type EcgRecord } from '../evaluation/compression/records.js';
import { origin } from '../origin.js';
import { ERROR_FLOORS } from '../record-errors.js';
import { readSplit, recordsOf, validationFrom, type SelectionTrainingOptions } from '../split.js';
import { chooseDenseTau } from './choice.js';
import { prepareLessons } from './lessons.js';
import { measureWindows } from './measured-windows.js';
import { learnErrors, learnStudent, standards } from './networks.js';
import { errorsAt, ranksOf, validationRows } from './rows.js';
import { loadShippedCodec, type ShippedCodec } from './shipped-codec.js';

const TAUGHT_EVERY = 2;

export async function trainDense(options: SelectionTrainingOptions): Promise<void> {
  const { cinc, cincLabels, models, work, steps, seed } = options;
  const started = Date.now();
  const shipped = await loadShippedCodec(models);
  const { inference, hashes } = await loadTasks(models);
  const { hash } = shipped.ladder;
  const identity = JSON.stringify([hash, hashes.rhythm, hashes.peaks, seed]);
  const parts = await readSplit(options.cincSplit);

  // Every other record, counted before short ones are left out: enough for so small a student.
  const training = await loadCinc(cinc, cincLabels, recordsOf(parts, 'train'));
  const taught = training.filter((record, i) => i % TAUGHT_EVERY === 0 && record.samples.length >= RECORD);
  const lessons = await prepareLessons(taught, {
    file: join(work, 'lessons.jsonl'),
    identity,
    seed,
    shipped,
    inference,
  });
  const student = await learnStudent(lessons, { work, steps, seed, identity });

  const { records } = await loadRecords(cinc, cincLabels, { names: recordsOf(parts, 'selection') });
  const measured = await measureWindows(records, {
    file: join(work, 'measured.jsonl'),
    identity,
    codec: shipped.codec,
    inference,
  });
  const features = featuresOf(new Network(student), records, shipped);
  const first = WINDOWS_PER_RECORD * validationFrom(records.length);
  const { mean, deviation } = standards(features.slice(0, first));
  const standard = features.map((own) => own.map((v, i) => (v - mean[i]!) / deviation[i]!));
  const rungs = shipped.ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);
  const errors = features.map((_, row) => Float32Array.from(rungs.flatMap((name) => errorsAt(measured, name, row))));
  const network = await learnErrors(standard.slice(0, first), errors.slice(0, first), ERROR_FLOORS, {
    work,
    steps,
    seed,
    identity: JSON.stringify([identity, weightsHash({ student })]),
  });

  const logarithms = new Network(network).run(flat(standard.slice(first)), features.length - first, mean.length)[0]!;
  const rows = validationRows(measured, rungs, shipped.ladder.lossless.name, first, (row, output) => {
    return errorOf(
      logarithms[row * rungs.length * ERROR_FLOORS.length + output]!,
      ERROR_FLOORS[output % ERROR_FLOORS.length]!,
    );
  });
  const choice = chooseDenseTau(rows);
  await writeModel(
    denseFolder(join(models, 'codec')),
    {
      name: 'dense',
      version: 1,
      architecture: { kind: 'dense-predictor', config: {} },
      parameters: { encoder: shipped.encoder, tau: choice.tau, rungs, floors: ERROR_FLOORS, mean, deviation },
      training: {
        ...origin(options, started),
        data: `PhysioNet/CinC Challenge 2017: ${taught.length} records of the part "train" for the student; "selection": its first ${first / WINDOWS_PER_RECORD} records for the errors, the others for tau`,
        steps,
        codec: hash,
        through: hashes,
        ranks: ranksOf(rows),
        choice,
      },
    },
    { student: { network: student, dtype: 'float16' }, errors: { network, dtype: 'float16' } },
  );
}

/** Features of all windows, record after record. */
function featuresOf(student: Network, records: readonly EcgRecord[], shipped: ShippedCodec): Float32Array[] {
  return records.flatMap(({ original }) => {
    const values = flat(shipped.values(cutWindows(joinStretches([original]))));
    const latents = shipped.neural.map((rung) => ({ rung, integers: quantise(values, rung) }));
    return windowFeatures(student, values, latents, values.length / NEURAL_LATENTS);
  });
}

function flat(rows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => [...row]));
}
