/**
 * Chooses tau of the synthesis predictor: the largest at which validation records, sent window by window as the edge sends
 * them, keep the bounds in all but 1%. A choice on validation records, not a certificate.
 */
import { join } from 'node:path';
import type { TaskErrors } from '../lib/codec/choose.js';
import { loadDecoder, loadEncoder } from '../lib/codec/codec-networks.js';
import { readLadder } from '../lib/codec/ladder.js';
import { decodeSegments, type runLossy } from '../lib/codec/window-decoder.js';
import { encodePieceCodes, type PieceToEncode, type WindowEncoderOptions } from '../lib/codec/window-encoder.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadTasks } from '../lib/offline/tasks.js';
import { joined } from '../lib/prediction/sent-history.js';
import { SynthesisPredictor } from '../lib/prediction/synthesis.js';
import { MODEL_RATE, RECORD, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { peaksError } from '../lib/tasks/peaks.js';
import { addedCrossEntropy } from '../lib/tasks/rhythm.js';
import type { CincRecord } from './data/cinc.js';
import { PEAKS_BOUND, RHYTHM_BOUNDS, TARGET } from './tau.js';
import { cutWindows } from './windows.js';

const GRID = [1, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.1] as const;
/** Records whose windows share runs of the networks. */
const BATCH = 30;
const LEAD = { rate: MODEL_RATE, gain: 1000, baseline: 0 };

export interface SynthesisTau {
  readonly tau: number;
  readonly records: number;
  readonly trials: readonly {
    readonly rhythmBound: number;
    readonly tau: number;
    readonly violations: number;
    readonly payloadGainTotal: number;
  }[];
}

/** `models` holds the codec, already written, and the tasks. Returns tau 0 if the smallest of the grid misses the target. */
export async function chooseSynthesisTau(models: string, records: readonly CincRecord[]): Promise<SynthesisTau> {
  const send = await sender(models);
  const trials: SynthesisTau['trials'][number][] = [];
  let place = 0;
  for (const rhythmBound of RHYTHM_BOUNDS) {
    for (; place < GRID.length; place++) {
      const tau = GRID[place]!;
      const { violations, payloadGainTotal } = await send(records, { rhythm: rhythmBound, peaks: PEAKS_BOUND }, tau);
      trials.push({ rhythmBound, tau, violations, payloadGainTotal: Number(payloadGainTotal.toPrecision(4)) });
      process.stderr.write(
        `synthesis: bound ${rhythmBound}, tau ${tau}: ${(100 * violations).toFixed(1)}% violated, gain ${payloadGainTotal.toFixed(1)}\n`,
      );
      if (violations <= TARGET) break;
    }
  }
  return { tau: GRID[place] ?? 0, records: records.length, trials };
}

type Send = (
  records: readonly CincRecord[],
  bounds: TaskErrors,
  tau: number,
) => Promise<{ violations: number; payloadGainTotal: number }>;

async function sender(models: string): Promise<Send> {
  const codec = join(models, 'codec');
  const ladder = readLadder(await readManifest(codec));
  const [encoder, decoder] = [await loadEncoder(codec), await loadDecoder(codec)];
  const { inference } = await loadTasks(models);
  const decode: Parameters<typeof runLossy>[1] = (rung, latents, n) =>
    Promise.resolve(decoder.decode(rung, latents, n));
  const encode: WindowEncoderOptions['encode'] = (windows, n) => Promise.resolve(encoder.encode(windows, n));

  return async (records, bounds, tau) => {
    // Tau concerns the tasks: a bound on PRDN would only reduce the errors.
    const free = { ...bounds, reconstruction: Infinity };
    const synthesis = new SynthesisPredictor({ ladder, bounds: free, tau, decode, inference });
    let [bytes, violations] = [0, 0];
    for (let first = 0; first < records.length; first += BATCH) {
      const batch = records.slice(first, first + BATCH);
      const pieces = batch.flatMap(piecesOf);
      const codes = await encodePieceCodes(pieces, { ladder, bounds, encode, choose: (w) => synthesis.choose(w) });
      bytes += codes.reduce((sum, { code }) => sum + code.payload.length, 0);
      const segments = codes.map(({ of: { piece, lead }, code: { rung, payload } }) => {
        const { start, length } = piece;
        return { rung: rung.index, start, length, payload, lead };
      });
      const sent = (await decodeSegments(ladder, segments, decode)).map(({ samples, baseline, gain }) =>
        Float32Array.from(samples, (v) => (v - baseline) / gain),
      );
      violations += (await errorsOf(batch, sent)).filter(
        (own) => !(own.rhythm <= bounds.rhythm && own.peaks <= bounds.peaks),
      ).length;
    }
    return { violations: violations / records.length, payloadGainTotal: (2 * RECORD * records.length) / bytes };
  };

  /** Errors by the whole-record protocol. */
  async function errorsOf(records: readonly CincRecord[], sent: readonly Float32Array[]): Promise<TaskErrors[]> {
    const places = records.map((_, r) => r * WINDOWS_PER_RECORD);
    const originals = records.map(({ samples }) =>
      Float32Array.from(samples.subarray(0, RECORD), (v) => v / LEAD.gain),
    );
    const decoded = places.map((first) => joined(sent.slice(first, first + WINDOWS_PER_RECORD)));
    const rhythms = await inference.rhythm([...originals, ...decoded]);
    const [before, after] = [await inference.peaks(originals.flatMap(cutWindows)), await inference.peaks(sent)];
    const perWindow = before.map((map, w) => peaksError(map, after[w]!));
    return places.map((first, r) => ({
      rhythm: addedCrossEntropy(rhythms[r]!, rhythms[records.length + r]!),
      peaks: perWindow.slice(first, first + WINDOWS_PER_RECORD).reduce((a, b) => a + b, 0) / WINDOWS_PER_RECORD,
    }));
  }
}

/** The five windows of a record, even if an edge would close one early: no alarm depends on them. */
function piecesOf({ name, samples }: CincRecord): PieceToEncode[] {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, w) => {
    const [start, end] = [w * WINDOW, (w + 1) * WINDOW];
    const piece = {
      start,
      length: WINDOW,
      firstIndex: start,
      count: WINDOW,
      whole: true,
      urgent: false,
      gap: false,
      samples: Int32Array.from(samples.subarray(start, end)),
      samplesFirst: start,
      closing: end,
    };
    return { piece, stream: name, lead: LEAD };
  });
}
