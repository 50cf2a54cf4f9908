/** The shipped RPnet behind noise at the start of a watch, in the pieces that an edge cuts, and offline. */
import { describe, expect, it } from 'vitest';
import { MODEL_RATE } from '../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { pieceFlags } from '../../../src/lib/signal/piece-flags.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { detectPeaks } from '../../../src/lib/tasks/detect-peaks.js';
import { createInference } from '../../../src/lib/tasks/inference.js';
import { peaksOfLead } from '../../../src/lib/tasks/lead-peaks.js';
import { loadTaskNetworks } from '../../../src/lib/tasks/networks.js';
import { matchBeats } from '../../../src/lib/tasks/peaks.js';
import { MODELS } from '../../models.js';
import { GAIN, sample } from '../signal/composed.js';

const SECONDS = 40;
const { rpnet } = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: 1,
  run: (_, input, n) => Promise.resolve(rpnet.run(input, n)[0] ?? new Float32Array()),
});

/** Beats and alarms of a lead; nobody asks for rhythms. */
async function watch(lead: Lead): Promise<{ beats: number[]; alarms: string[] }> {
  const bed = new Bed('bed-1');
  const beats: number[] = [];
  const alarms: string[] = [];
  for (const piece of cutPieces(lead.samples, lead)) {
    const { start, length, firstIndex, closing } = piece;
    const segment = {
      ...{ stream: 'bed-1.1', epoch: 0, sequence: firstIndex, start, length, clockRate: 1 },
      flags: pieceFlags(piece, { lead, last: false, deviceLeadOff: false }),
      closedAt: (1000 * closing) / lead.rate,
      stretch: { start, length, firstIndex, rate: lead.rate, gain: GAIN, baseline: 0, samples: ownSamples(piece) },
    };
    const questions = { ...bed.take(segment), rhythm: undefined };
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    const result = bed.answer(segment, questions, { probabilities: undefined, map }, segment.closedAt);
    beats.push(...result.beats.peaks);
    alarms.push(...result.changes.filter(({ reason }) => reason === 'ONSET').map(({ kind }) => kind));
  }
  return { beats, alarms };
}

const NAMES = ['mitdb-100-normal', 'mitdb-202-af', 'mitdb-228-pvc'] as const;
const RATES = [250, 300, 360, 500] as const;

describe.each(NAMES.flatMap((name) => RATES.map((rate) => ({ name, rate }))))('$name at $rate Hz', ({ name, rate }) => {
  // A window is 5.97 s: the noise ends with one, or somewhere in one.
  it.each([
    [2, 12],
    [4, 13.3],
    [8, 12],
    [8, 14.6],
  ])('finds the beats again from one window behind noise of %d mV for %d s on, and all before', async (mv, noise) => {
    const { samples, beats } = await sample(name, rate, SECONDS);
    const random = seededRandom(3);
    for (let i = 0; i < noise * rate; i++) samples[i] = Math.round(samples[i]! + random.normal() * mv * GAIN);
    const lead: Lead = { name: 'II', rate, gain: GAIN, baseline: 0, calibrated: true, samples };
    const inside = (list: readonly number[]): number[] =>
      list.filter((at) => at >= (noise + 0.1) * MODEL_RATE && at < (SECONDS - 1) * MODEL_RATE);
    const expected = inside(beats.map((at) => Math.round(at * MODEL_RATE)));
    expect(expected.length).toBeGreaterThan(18);
    const live = await watch(lead);
    expect(live.alarms.filter((kind) => kind.startsWith('asystole'))).toEqual([]);
    expect(matchBeats(expected, inside(live.beats))).toMatchObject({ missed: 0, invented: 0 });
    const offline = peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet));
    expect(matchBeats(expected, inside(offline))).toMatchObject({ missed: 0, invented: 0 });
  });
});
