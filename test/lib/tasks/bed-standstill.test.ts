/** The shipped RPnet on P waves that no beat follows, in the pieces that an edge cuts: asystole, as soon as on a quiet line. */
import { describe, expect, it } from 'vitest';
import { MODEL_RATE } from '../../../src/lib/signal/grid.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import { GAIN, sample } from '../signal/composed.js';
import { humAt, type Hum } from '../signal/hum.js';
import { PHASE, pWaves, type Atria } from './standstill.js';
import { watchLead } from './watched-lead.js';

/** Of the recording, and of P waves behind its last beat but one. */
const BEATING = 14;
const SECONDS = 15;
/** Beats that are found behind the last one, and the changes of alarms, both in seconds from it. */
async function watch(name: string, rate: number, atria: Atria, hum: Hum) {
  const { samples: real, beats } = await sample(name, rate, BEATING);
  const last = beats.at(-2)!;
  // Behind the T wave.
  const cut = Math.round((last + 0.5) * rate);
  const line = pWaves(atria, SECONDS * rate, rate);
  const level = real[cut - 1]!;
  const samples = Int32Array.from({ length: cut + line.length }, (_, i) =>
    Math.round((i < cut ? real[i]! : level + GAIN * line[i - cut]!) + GAIN * humAt(i / rate, rate, hum)),
  );
  const lead: Lead = { name: 'II', rate, gain: GAIN, baseline: 0, calibrated: true, samples };
  const { beats: seen, changes } = await watchLead(lead);
  return {
    found: seen.map((at) => at / MODEL_RATE - last).filter((after) => after > 0.3),
    alarms: changes.map(({ kind, reason, at }) => ({ kind, reason, after: at - last })),
  };
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
      const { found, alarms } = await watch(name, rate, atria, { mv, hertz, phase: PHASE });
      expect(found).toEqual([]);
      expect(alarms).toMatchObject([{ kind: 'asystole', reason: 'ONSET' }]);
      expect(alarms[0]!.after).toBeLessThan(6.5);
    },
  );
});
