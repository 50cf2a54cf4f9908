/**
 * What choosing a rung costs the edge, by either predictor, in one run: `node bench/run.mjs choosing`. Recordings of
 * samples/, first leads, window after window, all streams together as one linger brings them.
 */
import { join } from 'node:path';
import { loadDecoder, loadEncoder } from '../src/lib/codec/codec-networks.js';
import { readLadder } from '../src/lib/codec/ladder.js';
import type { runLossy } from '../src/lib/codec/window-decoder.js';
import { encodePieceCodes, type PieceToEncode, type WindowEncoderOptions } from '../src/lib/codec/window-encoder.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { Network } from '../src/lib/model/network.js';
import { loadRhythm, loadRpnet } from '../src/lib/model/task-models.js';
import { DensePredictor } from '../src/lib/prediction/dense.js';
import { SynthesisPredictor } from '../src/lib/prediction/synthesis.js';
import { MODEL_RATE, WINDOW } from '../src/lib/signal/grid.js';
import { SHIPPED_BOUNDS } from '../src/lib/runtime/bound-options.js';
import { cutPieces } from '../src/lib/signal/piece-cutter.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { createInference } from '../src/lib/tasks/inference.js';
import { readTemperature } from '../src/lib/tasks/rhythm.js';
import { writeResult } from './result.js';
import { recordsOf } from './windows.js';

const codec = join('models', 'codec');
const stored = await readManifest(codec);
const ladder = readLadder(stored);
const [encoder, decoder] = [await loadEncoder(codec), await loadDecoder(codec)];
const [rhythm, rpnet] = [await loadRhythm('models'), await loadRpnet('models')];
const networks = { rhythm: new Network(rhythm.network), peaks: new Network(rpnet.network) };

const streams = await Promise.all(
  (await recordsOf('samples')).map(async (stream): Promise<PieceToEncode[]> => {
    const lead = (await readRecording(join('samples', stream))).leads[0]!;
    const pieces = [...cutPieces(lead.samples, lead)];
    return pieces.filter(({ whole, urgent }) => whole && !urgent).map((piece) => ({ piece, stream, lead }));
  }),
);
const rounds = Array.from({ length: Math.max(...streams.map((own) => own.length)) }, (_, i) =>
  streams.flatMap((own) => own.slice(i, i + 1)),
);

let [asked, runs] = [0, 0];
const encode: WindowEncoderOptions['encode'] = (windows, n) => Promise.resolve(encoder.encode(windows, n));
const decode: Parameters<typeof runLossy>[1] = (rung, latents, n) => {
  asked += n;
  return Promise.resolve(decoder.decode(rung, latents, n));
};
const inference = createInference({
  temperature: readTemperature(rhythm.manifest),
  run: (network, input, n) => {
    if (network === 'rhythm') runs += n;
    return Promise.resolve(networks[network].run(input, n)[0]!);
  },
});

async function run(choose: NonNullable<WindowEncoderOptions['choose']>) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let [windows, native, payload] = [0, 0, 0];
  const rungs: Record<string, number> = {};
  for (const round of rounds) {
    for (const { of, code } of await encodePieceCodes(round, { ladder, bounds: SHIPPED_BOUNDS, encode, choose })) {
      windows++;
      native += 2 * of.piece.count;
      payload += code.payload.length;
      rungs[code.rung.name] = (rungs[code.rung.name] ?? 0) + 1;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 / windows;
  return {
    ...{ windows, wallMsPerWindow: (performance.now() - started) / windows, cpuMsPerWindow: cpuMs },
    bedsPerCore: (1000 * WINDOW) / MODEL_RATE / cpuMs,
    ...{ payloadGainTotal: native / payload, rungs },
  };
}

const tau = ladder.synthesisTau!;
const FREE = { ...SHIPPED_BOUNDS, reconstruction: Infinity };

/** Figures of a run, and how often it asked the networks. */
async function measured(predictor: Pick<SynthesisPredictor, 'choose'>) {
  [asked, runs] = [0, 0];
  const figures = await run((windows) => predictor.choose(windows));
  return { ...figures, decodes: asked / figures.windows, classifierRuns: runs / figures.windows };
}

// The first run of a network is slow.
await measured(new SynthesisPredictor({ ladder, bounds: FREE, tau, decode, inference }));
const dense = await measured(new DensePredictor({ ladder, bounds: SHIPPED_BOUNDS, tau: ladder.tau, decode }));
const free = await measured(new SynthesisPredictor({ ladder, bounds: FREE, tau, decode, inference }));
const synthesis = await measured(new SynthesisPredictor({ ladder, bounds: SHIPPED_BOUNDS, tau, decode, inference }));
const bytesOf = (manifest: typeof stored.manifest, names = Object.keys(manifest.networks)): number =>
  names.reduce((sum, name) => sum + manifest.networks[name]!.bytes, 0);
const tasks = bytesOf(rhythm.manifest) + bytesOf(rpnet.manifest);
writeResult('choosing', {
  bounds: SHIPPED_BOUNDS,
  models: { codec: stored.hash, rhythm: rhythm.hash, peaks: rpnet.hash },
  dense: { ...dense, networkBytes: bytesOf(stored.manifest) },
  // Transform rungs are decoded without a network; the classifier runs on the original and on each candidate asked about.
  synthesis: { ...synthesis, networkBytes: bytesOf(stored.manifest, ['encoder', 'decoder']) + tasks },
  synthesisWithoutPrdnBound: free,
  cpuRatio: synthesis.cpuMsPerWindow / dense.cpuMsPerWindow,
});
