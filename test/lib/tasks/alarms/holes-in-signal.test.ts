/** A real heart, and a quiet line behind it, with holes: cut as the edge cuts them, with the shipped networks, through the rules. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/lib/model/manifest.js';
import { MODEL_RATE } from '../../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../../src/lib/signal/piece-cutter.js';
import { pieceFlags } from '../../../../src/lib/signal/piece-flags.js';
import { MISSING } from '../../../../src/lib/signal/types.js';
import { Bed } from '../../../../src/lib/tasks/bed.js';
import { createInference } from '../../../../src/lib/tasks/inference.js';
import { loadTaskNetworks } from '../../../../src/lib/tasks/networks.js';
import { readTemperature } from '../../../../src/lib/tasks/rhythm.js';
import { MODELS } from '../../../models.js';
import { asystole, GAIN, sample } from '../../signal/composed.js';

const networks = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: readTemperature((await readManifest(join(MODELS, 'rhythm'))).manifest),
  run: (network, input, n) =>
    Promise.resolve((network === 'rhythm' ? networks.rhythm : networks.rpnet).run(input, n)[0] ?? new Float32Array()),
});

/** Seconds of device time of each onset, by kind. */
async function watch(samples: Int32Array): Promise<Record<string, number>> {
  const lead = { rate: MODEL_RATE, gain: GAIN, baseline: 0 };
  const bed = new Bed('bed-1');
  const onsets: Record<string, number> = {};
  let sequence = 0;
  for (const piece of cutPieces(samples, lead)) {
    const { start, length, firstIndex, count, samplesFirst } = piece;
    const own = Int16Array.from(piece.samples.subarray(firstIndex - samplesFirst, firstIndex - samplesFirst + count));
    const segment = {
      stream: 'bed-1.1',
      epoch: 0,
      sequence: sequence++,
      start,
      length,
      clockRate: 1,
      flags: pieceFlags(piece, { lead, last: false, deviceLeadOff: false }),
      closedAt: (1000 * piece.closing) / MODEL_RATE,
      stretch: { start, length, rate: MODEL_RATE, firstIndex, gain: GAIN, baseline: 0, samples: own },
    };
    const questions = bed.take(segment);
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    const { changes } = bed.answer(segment, { ...questions, rhythm: undefined }, { probabilities: undefined, map }, segment.closedAt); // prettier-ignore
    for (const { kind, reason } of changes) if (reason === 'ONSET') onsets[kind] ??= piece.closing / MODEL_RATE;
  }
  return onsets;
}

/** From 15 s on `hole` seconds are lost in every `period`. */
function withHoles(samples: Int32Array, hole: number, period: number): Int32Array {
  return samples.map((value, i) => {
    const at = i / MODEL_RATE - 15;
    return at > 0 && at % period >= period - hole ? MISSING : value;
  });
}

describe.each([
  [1 / MODEL_RATE, 4],
  [1 / MODEL_RATE, 0.8],
  [1 / MODEL_RATE, 0.3],
  [0.1, 4],
  [0.1, 1.5],
  [0.5, 2],
])('holes of %d s in every %d', (hole, period) => {
  it('hide no beating heart, and no asystole', async () => {
    const heart = await sample('mitdb-100-normal', MODEL_RATE, 60);
    const { gap, ...others } = await watch(withHoles(heart.samples, hole, period));
    expect(gap).toBeDefined();
    expect(others).toEqual(hole < 0.1 || period === 4 ? {} : { unwatched: expect.any(Number) as number });
    const quiet = asystole(heart, 30, 30, 0.01);
    const found = await watch(withHoles(quiet.samples, hole, period));
    // Between bridged holes that are as near RPnet is asked once a window.
    expect(found['asystole']! - quiet.beats.at(-1)!).toBeLessThanOrEqual(period < 0.85 ? 12 : 8.2);
  });
});

it('holes in every 0.8 s leave nothing in which a beat could be found: the bed is not watched, and said to be', async () => {
  const quiet = asystole(await sample('mitdb-100-normal', MODEL_RATE, 60), 30, 60, 0.01);
  const found = await watch(withHoles(quiet.samples, 0.1, 0.8));
  expect(Object.keys(found).sort()).toEqual(['gap', 'unwatched']);
  expect(found['unwatched']! - 15).toBeLessThanOrEqual(36);
});
