/**
 * What choosing a rung costs the edge: `node bench/run.mjs choosing`. Recordings of samples/, first leads, window after
 * window, all streams together as one linger brings them; each predictor in a process of its own, at the shipped bounds
 * and at tight ones.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDecoder, loadEncoder } from '../src/lib/codec/codec-networks.js';
import type { TaskErrors } from '../src/lib/codec/choose.js';
import { denseFolder, loadLadder } from '../src/lib/codec/dense-manifest.js';
import type { runLossy } from '../src/lib/codec/window-decoder.js';
import { encodePieceCodes, type PieceToEncode, type WindowEncoderOptions } from '../src/lib/codec/window-encoder.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { Network } from '../src/lib/model/network.js';
import { loadRhythm, loadRpnet } from '../src/lib/model/task-models.js';
import { SynthesisPredictor } from '../src/lib/prediction/synthesis.js';
import { MODEL_RATE, WINDOW } from '../src/lib/signal/grid.js';
import { cutPieces } from '../src/lib/signal/piece-cutter.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { createInference } from '../src/lib/tasks/inference.js';
import { readTemperature } from '../src/lib/tasks/rhythm.js';
import { writeResult } from './result.js';
import { recordsOf } from './windows.js';

const BOUNDS = { rhythm: 0.75, peaks: 0.1 };
const TIGHT = { rhythm: 0.1, peaks: 0.02 };
const codec = join('models', 'codec');

interface Cost {
  readonly cpuMsPerWindow: number;
  readonly windows: number;
}

/** Windows of all streams, one of each at a time. */
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

async function run(
  rounds: readonly PieceToEncode[][],
  options: Omit<WindowEncoderOptions, 'choose'>,
  choose?: WindowEncoderOptions['choose'],
) {
  const cpu = process.cpuUsage();
  let [windows, native, payload] = [0, 0, 0];
  const rungs: Record<string, number> = {};
  for (const round of rounds) {
    for (const { of, code } of await encodePieceCodes(round, { ...options, ...(choose && { choose }) })) {
      windows++;
      native += 2 * of.piece.count;
      payload += code.payload.length;
      rungs[code.rung.name] = (rungs[code.rung.name] ?? 0) + 1;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMsPerWindow = (user + system) / 1000 / windows;
  const bedsPerCore = (1000 * WINDOW) / MODEL_RATE / cpuMsPerWindow;
  return { windows, cpuMsPerWindow, bedsPerCore, payloadGainTotal: native / payload, rungs };
}

async function dense() {
  const ladder = await loadLadder(codec);
  const encoder = await loadEncoder(codec);
  const rounds = await loadRounds();
  const encode: WindowEncoderOptions['encode'] = (windows, n) => Promise.resolve(encoder.encode(windows, n));
  // The first run of a network is slow.
  await run(rounds.slice(0, 3), { ladder, bounds: BOUNDS, encode });
  const loose = await run(rounds, { ladder, bounds: BOUNDS, encode });
  return { ...loose, tight: await run(rounds, { ladder, bounds: TIGHT, encode }), ...memory() };
}

async function synthesis() {
  const ladder = await loadLadder(codec);
  const [encoder, decoder] = [await loadEncoder(codec, false), await loadDecoder(codec)];
  const [rhythm, rpnet] = [await loadRhythm('models'), await loadRpnet('models')];
  const networks = { rhythm: new Network(rhythm.network), peaks: new Network(rpnet.network) };
  const rounds = await loadRounds();
  const encode: WindowEncoderOptions['encode'] = (windows, n) => Promise.resolve(encoder.encode(windows, n));
  const measure = async (bounds: TaskErrors, of = rounds) => {
    let [decodes, runs] = [0, 0];
    const decode: Parameters<typeof runLossy>[1] = (rung, latents, n) => {
      decodes += n;
      return Promise.resolve(decoder.decode(rung, latents, n));
    };
    const inference = createInference({
      temperature: readTemperature(rhythm.manifest),
      run: (network, input, n) => {
        if (network === 'rhythm') runs += n;
        return Promise.resolve(networks[network].run(input, n)[0]!);
      },
    });
    const predictor = new SynthesisPredictor({ ladder, bounds, tau: ladder.synthesisTau!, decode, inference });
    const cost = await run(of, { ladder, bounds, encode }, (windows) => predictor.choose(windows));
    // Transform rungs are decoded without a network; each candidate asked about is one run of the classifier.
    const perWindow = (count: number): number => count / cost.windows;
    return { ...cost, candidatesPerWindow: perWindow(runs) - 1, neuralDecodesPerWindow: perWindow(decodes) };
  };
  await measure(BOUNDS, rounds.slice(0, 3));
  const loose = await measure(BOUNDS);
  return { ...loose, tight: await measure(TIGHT), ...memory() };
}

function memory() {
  return { residentBytes: process.memoryUsage().rss, largestResidentBytes: 1024 * process.resourceUsage().maxRSS };
}

/** Of the networks of a folder, or of some of them. */
async function bytesOf(folder: string, names?: readonly string[]): Promise<number> {
  const { manifest } = await readManifest(folder);
  return (names ?? Object.keys(manifest.networks)).reduce((sum, name) => sum + manifest.networks[name]!.bytes, 0);
}

const [kind] = process.argv.slice(2);
if (kind === undefined) {
  const inProcess = <T extends Cost>(name: string): T =>
    JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' })) as T;
  const [bySynthesis, byDense] = [
    inProcess<Awaited<ReturnType<typeof synthesis>>>('synthesis'),
    inProcess<Awaited<ReturnType<typeof dense>>>('dense'),
  ];
  const [folders, identities] = [
    [join('models', 'rhythm'), join('models', 'peaks')],
    { codec, rhythm: join('models', 'rhythm'), peaks: join('models', 'peaks'), dense: denseFolder(codec) },
  ];
  const tasks = await Promise.all(folders.map((folder) => bytesOf(folder)));
  const hashes = Object.entries(identities).map(async ([name, folder]) => [name, (await readManifest(folder)).hash]);
  writeResult('choosing', {
    ...{ bounds: BOUNDS, tightBounds: TIGHT, models: Object.fromEntries(await Promise.all(hashes)) as object },
    dense: { ...byDense, networkBytes: (await bytesOf(codec, ['encoder'])) + (await bytesOf(denseFolder(codec))) },
    synthesis: {
      ...bySynthesis,
      networkBytes: (await bytesOf(codec, ['encoder', 'decoder'])) + tasks.reduce((a, b) => a + b, 0),
    },
    cpuRatio: bySynthesis.cpuMsPerWindow / byDense.cpuMsPerWindow,
  });
} else {
  process.stdout.write(JSON.stringify(kind === 'dense' ? await dense() : await synthesis()));
}
