/**
 * What choosing a rung costs the edge: `node bench/run.mjs choosing`. Codes the first leads of the recordings in samples/,
 * window after window, all streams together as one linger brings them. Each predictor runs in its own process, so that its
 * memory is measured alone: at the shipped bounds, at these without the bound on PRDN, and at tight bounds.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bounds } from '../src/lib/codec/choose.js';
import { loadDecoder, loadEncoder } from '../src/lib/codec/codec-networks.js';
import { denseFolder, loadLadder, readDense } from '../src/lib/codec/dense-manifest.js';
import type { Ladder } from '../src/lib/codec/ladder.js';
import type { runLossy } from '../src/lib/codec/window-decoder.js';
import { encodePieceCodes, type PieceToEncode, type WindowEncoderOptions } from '../src/lib/codec/window-encoder.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { loadTasks } from '../src/lib/offline/tasks.js';
import { DensePredictor } from '../src/lib/prediction/dense.js';
import { SynthesisPredictor } from '../src/lib/prediction/synthesis.js';
import { SHIPPED_BOUNDS } from '../src/lib/runtime/bound-options.js';
import { MODEL_RATE, WINDOW } from '../src/lib/signal/grid.js';
import { cutPieces } from '../src/lib/signal/piece-cutter.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import type { Inference } from '../src/lib/tasks/inference.js';
import { writeResult } from './result.js';
import { recordsOf } from './windows.js';

const TIGHT = { rhythm: 0.1, peaks: 0.02, reconstruction: 10 };
const FREE = { ...SHIPPED_BOUNDS, reconstruction: Infinity };
const codec = join('models', 'codec');

type Choose = NonNullable<WindowEncoderOptions['choose']>;
type Decode = Parameters<typeof runLossy>[1];

/** Numbers of rows given to the networks. */
interface Asked {
  decodes: number;
  classifierRuns: number;
}

/** Returns rounds, each with the next window of every stream. */
async function loadRounds(): Promise<PieceToEncode[][]> {
  const streams = await Promise.all(
    (await recordsOf('samples')).map(async (stream): Promise<PieceToEncode[]> => {
      const lead = (await readRecording(join('samples', stream))).leads[0]!;
      const pieces = [...cutPieces(lead.samples, lead)];
      return pieces.filter(({ whole, urgent }) => whole && !urgent).map((piece) => ({ piece, stream, lead }));
    }),
  );
  const longest = Math.max(...streams.map((own) => own.length));
  return Array.from({ length: longest }, (_, i) => streams.flatMap((own) => own.slice(i, i + 1)));
}

async function run(rounds: readonly PieceToEncode[][], options: WindowEncoderOptions) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let [windows, native, payload] = [0, 0, 0];
  const rungs: Record<string, number> = {};
  for (const round of rounds) {
    for (const { of, code } of await encodePieceCodes(round, options)) {
      windows++;
      native += 2 * of.piece.count;
      payload += code.payload.length;
      rungs[code.rung.name] = (rungs[code.rung.name] ?? 0) + 1;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMsPerWindow = (user + system) / 1000 / windows;
  return {
    windows,
    wallMsPerWindow: (performance.now() - started) / windows,
    cpuMsPerWindow,
    bedsPerCore: (1000 * WINDOW) / MODEL_RATE / cpuMsPerWindow,
    payloadGainTotal: native / payload,
    rungs,
  };
}

/** Makes a predictor under `bounds` that decodes by `decode` and counts its runs of the classifier in `asked`. */
type PredictorUnder = (ladder: Ladder, bounds: Bounds, decode: Decode, asked: Asked) => { choose: Choose };

const dense: PredictorUnder = (ladder, bounds, decode) => {
  const own = new DensePredictor({ ladder, bounds, tau: ladder.tau, decode });
  return { choose: (windows) => own.choose(windows) };
};

async function loadSynthesis(): Promise<PredictorUnder> {
  const { inference } = await loadTasks('models');
  return (ladder, bounds, decode, asked) => {
    const rhythm: Inference['rhythm'] = (rows) => {
      asked.classifierRuns += rows.length;
      return inference.rhythm(rows);
    };
    const counted = { ...inference, rhythm };
    const own = new SynthesisPredictor({ ladder, bounds, tau: ladder.synthesisTau!, decode, inference: counted });
    return { choose: (windows) => own.choose(windows) };
  };
}

/** Measures one predictor; this process runs no other. */
async function measure(kind: 'dense' | 'synthesis') {
  const ladder = await loadLadder(codec);
  const [encoder, decoder] = [await loadEncoder(codec, kind === 'dense'), await loadDecoder(codec)];
  const under = kind === 'dense' ? dense : await loadSynthesis();
  const rounds = await loadRounds();
  const at = async (bounds: Bounds, of = rounds) => {
    const asked: Asked = { decodes: 0, classifierRuns: 0 };
    const decode: Decode = (rung, latents, n) => {
      asked.decodes += n;
      return Promise.resolve(decoder.decode(rung, latents, n));
    };
    const { choose } = under(ladder, bounds, decode, asked);
    const figures = await run(of, {
      ladder,
      encode: (all, n) => Promise.resolve(encoder.encode(all, n)),
      bounds,
      choose,
    });
    const { windows } = figures;
    // Transform rungs are decoded without a network; the classifier runs on the original and on each candidate asked about.
    return { ...figures, decodes: asked.decodes / windows, classifierRuns: asked.classifierRuns / windows };
  };
  // The first run of a network is slow.
  await at(SHIPPED_BOUNDS, rounds.slice(0, 3));
  const shipped = await at(SHIPPED_BOUNDS);
  const { rss } = process.memoryUsage();
  return {
    ...shipped,
    residentBytes: rss,
    largestResidentBytes: 1024 * process.resourceUsage().maxRSS,
    withoutPrdnBound: await at(FREE),
    tight: await at(TIGHT),
  };
}

function inProcess(kind: 'dense' | 'synthesis') {
  const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), kind], { encoding: 'utf8' });
  return JSON.parse(text) as Awaited<ReturnType<typeof measure>>;
}

/** File bytes of all networks of a folder, or of the named ones. */
async function bytesOf(folder: string, names?: readonly string[]): Promise<number> {
  const { manifest } = await readManifest(folder);
  return (names ?? Object.keys(manifest.networks)).reduce((sum, name) => sum + manifest.networks[name]!.bytes, 0);
}

async function report(): Promise<void> {
  const [synthesis, byDense] = [inProcess('synthesis'), inProcess('dense')];
  const [rhythm, peaks] = [join('models', 'rhythm'), join('models', 'peaks')];
  const own = (await readDense(codec)) === undefined ? undefined : denseFolder(codec);
  const folders = { codec, rhythm, peaks, ...(own === undefined ? {} : { dense: own }) };
  const hashes = Object.entries(folders).map(async ([name, folder]) => [name, (await readManifest(folder)).hash]);
  // The bound on PRDN needs the decoder, whichever predictor chooses.
  const both = await bytesOf(codec, ['encoder', 'decoder', 'borders']);
  const predicting = own === undefined ? await bytesOf(codec, ['predictor']) : await bytesOf(own);
  writeResult('choosing', {
    bounds: SHIPPED_BOUNDS,
    tightBounds: TIGHT,
    models: Object.fromEntries(await Promise.all(hashes)) as Record<string, string>,
    dense: { ...byDense, networkBytes: both + predicting },
    synthesis: { ...synthesis, networkBytes: both + (await bytesOf(rhythm)) + (await bytesOf(peaks)) },
    cpuRatio: synthesis.cpuMsPerWindow / byDense.cpuMsPerWindow,
  });
}

const [kind] = process.argv.slice(2);
if (kind === undefined) await report();
else process.stdout.write(JSON.stringify(await measure(kind === 'dense' ? 'dense' : 'synthesis')));
