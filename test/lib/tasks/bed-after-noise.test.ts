/** The shipped RPnet behind noise at the start of a watch, in the pieces that an edge cuts, and offline. */
import { describe, expect, it } from 'vitest';
import { MODEL_RATE } from '../../../src/lib/signal/grid.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import { detectPeaks } from '../../../src/lib/tasks/detect-peaks.js';
import { peaksOfLead } from '../../../src/lib/tasks/lead-peaks.js';
import { matchBeats } from '../../../src/lib/tasks/peaks.js';
import { GAIN, sample } from '../signal/composed.js';
import { rpnet, watchLead } from './watched-lead.js';

const SECONDS = 40;
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
    const live = await watchLead(lead);
    const alarms = live.changes.filter(({ reason }) => reason === 'ONSET').map(({ kind }) => kind);
    expect(alarms.filter((kind) => kind.startsWith('asystole'))).toEqual([]);
    expect(matchBeats(expected, inside(live.beats))).toMatchObject({ missed: 0, invented: 0 });
    const offline = peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet));
    expect(matchBeats(expected, inside(offline))).toMatchObject({ missed: 0, invented: 0 });
  });
});
