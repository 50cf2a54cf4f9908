/**
 * What a decoder could do about the borders of windows without another encoder: `node bench/run.mjs seam-remedies CINC`.
 * A linear correction of the last 50 samples at each end, made of the decoded samples there, fitted by least squares on
 * training records for each rung, and scored on the validation records of `seam`. Nothing ships it.
 */
import { readSplit, recordsOf } from '../src/training/split.js';
import { dequantise, quantise } from '../src/lib/codec/neural-quantiser.js';
import { readLadder, type NeuralRung } from '../src/lib/codec/ladder.js';
import { NEURAL_CHANNELS } from '../src/lib/codec/neural-latents.js';
import { buildNeuralDecoder, buildNeuralEncoder } from '../src/lib/model/architectures/neural-codec.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { Network } from '../src/lib/model/network.js';
import { loadNetwork } from '../src/lib/model/store.js';
import tf from '../src/lib/model/tf.js';
import { RECORD, WINDOW } from '../src/lib/signal/grid.js';
import { joinStretches } from '../src/lib/signal/model-rate.js';
import { cutWindows, normalised } from '../src/training/compressor.js';
import { loadCinc } from '../src/training/data/cinc.js';
import { BORDER_SAMPLES, SeamErrors } from '../src/training/evaluation/compression/seam.js';
import { millivoltsOf } from '../src/training/paper-model.js';
import { factorise, solve } from './cholesky.js';
import { writeResult } from './result.js';
import { selectionRecords } from './validation.js';

const RUNGS = ['neural-1', 'neural-2', 'neural-3'];
/** Every so many of the training records fits. */
const EVERY = 10;
/** Decoded samples at an end that its correction is made of. */
const SEEN = 64;
const RIDGE = 1e-3;
const BATCH = 20;

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs seam-remedies CINC_FOLDER');
const stored = await readManifest('models/codec');
const rungs = readLadder(stored).rungs.filter((rung): rung is NeuralRung => RUNGS.includes(rung.name));
const networks = { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder() };
for (const [name, network] of Object.entries(networks)) await loadNetwork('models/codec', stored.manifest, name, network); // prettier-ignore
const [encoder, decoder] = [new Network(networks.encoder), new Network(networks.decoder)];

const train = await loadCinc(cinc, `${cinc}/REFERENCE-v3.csv`, recordsOf(await readSplit('models/splits/cinc2017.csv'), 'train')); // prettier-ignore
const fitting = train.filter(({ samples }) => samples.length >= RECORD).filter((_, i) => i % EVERY === 0).map(millivoltsOf); // prettier-ignore
const validation = (await selectionRecords(cinc)).map(({ original }) => joinStretches([original]));

/** A window, normalised: as it was, as decoded, and millivolts of its unit. */
interface Row {
  readonly x: Float32Array;
  readonly decoded: Float32Array;
  readonly scale: number;
}

function rowsOf(records: readonly Float32Array[], rung: NeuralRung): Row[] {
  const rows: Row[] = [];
  for (let first = 0; first < records.length; first += BATCH) {
    tf.tidy(() => {
      const windows = records.slice(first, first + BATCH).flatMap(cutWindows);
      const { x, scale } = normalised(windows);
      const [samples, scales] = [x.dataSync<'float32'>(), scale.dataSync<'float32'>()];
      const latents = dequantise(quantise(encoder.run(samples, windows.length)[0]!, rung), rung);
      const decoded = decoder.run(latents, windows.length, NEURAL_CHANNELS)[0]!;
      windows.forEach((_, w) => {
        const own = (of: Float32Array): Float32Array => of.slice(w * WINDOW, (w + 1) * WINDOW);
        rows.push({ x: own(samples), decoded: own(decoded), scale: scales[w]! });
      });
    });
  }
  return rows;
}

type End = 'first' | 'last';
const placeOf = (end: End, i: number): number => (end === 'first' ? i : WINDOW - 1 - i);

/** One weight vector for each of the end's samples, over a constant and the decoded samples there. */
function fit(rows: readonly Row[], end: End): Float64Array[] {
  const order = SEEN + 1;
  const matrix = new Float64Array(order * order);
  const right = Array.from({ length: BORDER_SAMPLES }, () => new Float64Array(order));
  for (const { x, decoded } of rows) {
    const seen = seenAt(decoded, end);
    for (let a = 0; a < order; a++) {
      for (let b = 0; b < order; b++) matrix[a * order + b]! += seen[a]! * seen[b]!;
      right.forEach((of, i) => (of[a]! += seen[a]! * (x[placeOf(end, i)]! - decoded[placeOf(end, i)]!)));
    }
  }
  for (let a = 1; a < order; a++) matrix[a * order + a]! += RIDGE * rows.length;
  const lower = factorise(matrix, order);
  return right.map((of) => solve(lower, of, order));
}

function seenAt(decoded: Float32Array, end: End): Float64Array {
  return Float64Array.from({ length: SEEN + 1 }, (_, i) => (i === 0 ? 1 : decoded[placeOf(end, i - 1)]!));
}

function corrected(row: Row, weights: Readonly<Record<End, readonly Float64Array[]>>): Row {
  const decoded = row.decoded.slice();
  for (const end of ['first', 'last'] as const) {
    const seen = seenAt(row.decoded, end);
    weights[end].forEach((own, i) => (decoded[placeOf(end, i)]! += own.reduce((sum, w, a) => sum + w * seen[a]!, 0)));
  }
  return { ...row, decoded };
}

/** Errors in millivolts, records of five windows. */
function ratioOf(rows: readonly Row[]): number {
  const seam = new SeamErrors();
  for (let first = 0; first < rows.length; first += RECORD / WINDOW) {
    const own = rows.slice(first, first + RECORD / WINDOW);
    const joined = (key: 'x' | 'decoded'): Float32Array =>
      Float32Array.from(own.flatMap((row) => [...row[key]].map((v) => v * row.scale)));
    seam.add(joined('x'), joined('decoded'));
  }
  return Number(seam.finish().ratio.toPrecision(4));
}

const results = rungs.map((rung) => {
  const [own, scored] = [rowsOf(fitting, rung), rowsOf(validation, rung)];
  const weights = { first: fit(own, 'first'), last: fit(own, 'last') };
  const result = { name: rung.name, plain: ratioOf(scored), corrected: ratioOf(scored.map((row) => corrected(row, weights))) }; // prettier-ignore
  process.stderr.write(`${JSON.stringify(result)}\n`);
  return result;
});
writeResult('seam-remedies', {
  ...{ codec: stored.hash, fittingRecords: fitting.length, records: validation.length },
  ...{ correction: { seen: SEEN, weightsPerRung: 2 * BORDER_SAMPLES * (SEEN + 1) }, rungs: results }, // prettier-ignore
});
