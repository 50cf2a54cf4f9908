/** The shipped RPnet on P waves that no beat follows, in the pieces that an edge cuts: asystole, as soon as on a quiet line. */
import { describe, expect, it } from 'vitest';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { pieceFlags } from '../../../src/lib/signal/piece-flags.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { createInference } from '../../../src/lib/tasks/inference.js';
import { loadTaskNetworks } from '../../../src/lib/tasks/networks.js';
import { MODELS } from '../../models.js';
import { GAIN, sample } from '../signal/composed.js';
import { hum, pWaves, type Atria } from './standstill.js';

/** Of the recording, and of P waves behind its last beat but one. */
const BEATING = 14;
const SECONDS = 15;
const { rpnet } = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: 1,
  run: (_, input, n) => Promise.resolve(rpnet.run(input, n)[0] ?? new Float32Array()),
});

/** Beats that are found behind the last one, and the changes of alarms, both in seconds from it. */
async function watch(name: string, rate: number, atria: Atria, overIt: (i: number) => number) {
  const { samples: real, beats } = await sample(name, rate, BEATING);
  const last = beats.at(-2)!;
  // Behind the T wave.
  const cut = Math.round((last + 0.5) * rate);
  const { line } = pWaves(atria, SECONDS * rate, rate);
  const level = real[cut - 1]!;
  const samples = Int32Array.from({ length: cut + line.length }, (_, i) =>
    Math.round((i < cut ? real[i]! : level + GAIN * line[i - cut]!) + GAIN * overIt(i)),
  );
  const lead: Lead = { name: 'II', rate, gain: GAIN, baseline: 0, calibrated: true, samples };
  const bed = new Bed('bed-1');
  const found: number[] = [];
  const alarms: { kind: string; reason: string; after: number }[] = [];
  for (const piece of cutPieces(lead.samples, lead)) {
    const { start, length, firstIndex, closing } = piece;
    const segment = {
      ...{ stream: 'bed-1.1', epoch: 0, sequence: firstIndex, start, length, clockRate: 1 },
      flags: pieceFlags(piece, { lead, last: false, deviceLeadOff: false }),
      closedAt: (1000 * closing) / rate,
      stretch: { start, length, firstIndex, rate, gain: GAIN, baseline: 0, samples: ownSamples(piece) },
    };
    const questions = { ...bed.take(segment), rhythm: undefined };
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    const result = bed.answer(segment, questions, { probabilities: undefined, map }, segment.closedAt);
    found.push(...result.beats.peaks.map((at) => at / 300 - last).filter((after) => after > 0.3));
    for (const { kind, reason } of result.changes) alarms.push({ kind, reason, after: segment.closedAt / 1000 - last });
  }
  return { found, alarms };
}

describe.each(['mitdb-100-normal', 'mitdb-202-af', 'mitdb-228-pvc'])('behind beats of %s', (name) => {
  it.each([
    { height: 0.1, sigma: 20, aMinute: 90, rate: 250, mv: 0, hertz: 50 },
    { height: -0.15, sigma: 22, aMinute: 75, rate: 300, mv: 0, hertz: 50 },
    { height: 0.2, sigma: 20, aMinute: 60, rate: 360, mv: 0, hertz: 50 },
    { height: -0.25, sigma: 20, aMinute: 90, rate: 500, mv: 0, hertz: 50 },
    { height: 0.25, sigma: 25, aMinute: 75, rate: 500, mv: 0, hertz: 50 },
    { height: -0.25, sigma: 30, aMinute: 60, rate: 250, mv: 0.1, hertz: 60 },
    { height: 0.25, sigma: 25, aMinute: 90, rate: 360, mv: 0.1, hertz: 60 },
    { height: -0.15, sigma: 20, aMinute: 75, rate: 300, mv: 0.1, hertz: 50 },
  ])(
    'P waves of $height mV and $sigma ms, $aMinute a minute, with $mv mV of hum at $rate Hz are asystole',
    async ({ rate, mv, hertz, ...atria }) => {
      const { found, alarms } = await watch(name, rate, atria, hum(mv, hertz, rate));
      expect(found).toEqual([]);
      expect(alarms).toMatchObject([{ kind: 'asystole', reason: 'ONSET' }]);
      expect(alarms[0]!.after).toBeLessThan(6.5);
    },
  );
});
