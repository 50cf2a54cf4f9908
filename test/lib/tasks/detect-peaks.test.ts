import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/lib/model/network.js';
import { loadRpnet } from '../../../src/lib/model/task-models.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { MODEL_RATE } from '../../../src/lib/signal/grid.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { readAnnotations, readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { detectPeaks } from '../../../src/lib/tasks/detect-peaks.js';
import { peaksOfLead } from '../../../src/lib/tasks/lead-peaks.js';
import { matchBeats } from '../../../src/lib/tasks/peaks.js';
import { BEATS } from '../../../src/training/data/mitbih.js';
import { leadAtRate } from '../../../src/training/data/at-rate.js';
import { leadAtModelRate } from '../../../src/training/data/model-rate.js';
import { MODELS } from '../../models.js';
import { humAt } from '../signal/hum.js';
import { PHASE, pWaves } from './standstill.js';

const rpnet = new Network((await loadRpnet(MODELS)).network);
const detect = (millivolts: Float32Array): number[] => detectPeaks(millivolts, rpnet);

const SECONDS = 60;
/** 10 ms at 300 Hz. */
const NEAR = 3;

async function sample(name: string) {
  const [lead] = (await readRecording(join(SHIPPED_SAMPLES, name))).leads;
  return { ...lead!, samples: lead!.samples.slice(0, SECONDS * lead!.rate) };
}

/** Each beat of one list once in the other, within `tolerance` samples. */
function expectSame(found: readonly number[], expected: readonly number[], tolerance: number, least = 50): void {
  expect(expected.length).toBeGreaterThan(least);
  const { matched, missed, invented } = matchBeats(expected, found, tolerance);
  expect({ matched, missed, invented }).toEqual({ matched: expected.length, missed: 0, invented: 0 });
}

const RECORDS = [
  { name: 'mitdb-100-normal', ambiguous: false },
  { name: 'mitdb-202-af', ambiguous: false },
  // QRS complexes that go up and down alike: a beat's time may jump from one to the other.
  { name: 'mitdb-228-pvc', ambiguous: true },
];

describe.each(RECORDS)('RPnet on a minute of $name', async ({ name, ambiguous }) => {
  const lead = await sample(name);
  const beats = peaksOfLead(lead, detect);
  const inverted = peaksOfLead({ ...lead, gain: -lead.gain }, detect);
  const millivolts = leadAtModelRate(lead);

  it('puts half of them within 2 samples of where cardiologists did, and their median too', async () => {
    const annotations = await readAnnotations(join(SHIPPED_SAMPLES, name));
    const marked = annotations.filter(({ symbol }) => BEATS.has(symbol)).map(({ sample: at }) => at);
    const found = beats.map((peak) => (peak * lead.rate) / MODEL_RATE);
    const { offsets } = matchBeats(marked, found, 0.075 * lead.rate);
    expect(offsets.length).toBeGreaterThan(50);
    const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
    expect(Math.abs(middle(offsets))).toBeLessThanOrEqual(2);
    expect(middle(offsets.map(Math.abs))).toBeLessThanOrEqual(2);
  });

  it('finds none while the lead is saturated, and those around it', () => {
    const samples = lead.samples.slice().fill(2047, 20 * lead.rate, 40 * lead.rate);
    const around = (list: readonly number[]): number[] => list.filter((peak) => peak < 5900 || peak > 12_100);
    const found = peaksOfLead({ ...lead, samples }, detect);
    expect(found.filter((peak) => peak >= 6000 && peak < 12_000)).toEqual([]);
    expect(matchBeats(around(beats), around(found)).matched).toBe(around(beats).length);
  });

  it.each([250, 300, 500])('finds the same beats at %i Hz', (rate) => {
    expectSame(peaksOfLead(leadAtRate(lead, rate), detect), beats, ambiguous ? 2 * NEAR : NEAR);
  });

  it('finds the same beats in the inverted lead', () => {
    if (!ambiguous) expectSame(inverted, beats, NEAR);
    expect(matchBeats(beats, inverted, NEAR).matched).toBeGreaterThan(0.85 * beats.length);
    expect(matchBeats(beats, inverted).matched).toBeGreaterThan(0.97 * beats.length);
  });

  it.each([
    ['on a baseline that wanders by 2.4 mV', (t: number) => 2.4 * Math.sin(2 * Math.PI * 0.3 * t)],
    ['under mains hum of 0.5 mV', (t: number) => humAt(t, MODEL_RATE, { mv: 0.5, hertz: 50, harmonics: [0.2, 0] })],
  ])('finds its beats %s', (_, over) => {
    const found = detect(millivolts.map((mv, i) => mv + over(i / MODEL_RATE)));
    const { missed, invented } = matchBeats(beats, found);
    expect(missed).toBeLessThanOrEqual(0.03 * beats.length);
    expect(invented).toBeLessThanOrEqual(1);
  });

  it('finds each beat once wherever the windows’ borders fall', () => {
    for (const shift of [171, 342, 512, 683, 854]) {
      // A prefix of the line's own first value moves every border; what lies next to it is not compared.
      const moved = new Float32Array(shift + millivolts.length).fill(millivolts[0]!);
      moved.set(millivolts, shift);
      const found = detect(moved).map((peak) => peak - shift);
      const inside = (list: readonly number[]): number[] => list.filter((peak) => peak > 300);
      if (!ambiguous) expectSame(inside(found), inside(beats), NEAR);
      const { missed, invented } = matchBeats(inside(beats), inside(found));
      expect(missed + invented).toBeLessThanOrEqual(1);
    }
  });
});

/** Noise below about 13 Hz, standard deviation `mv`: waves that look like small beats once they are scaled. */
function slowNoise(length: number, mv: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  let [once, twice] = [0, 0];
  const noise = Float32Array.from({ length }, () => {
    once += 0.25 * (random.normal() - once);
    return (twice += 0.25 * (once - twice));
  });
  const deviation = Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / length);
  return noise.map((v) => (mv * v) / deviation);
}

it.each([0.01, 0.02])('RPnet finds no beat behind the last one on slow noise of %d mV', async (mv) => {
  const lead = await sample('mitdb-100-normal');
  const millivolts = leadAtModelRate(lead);
  const beats = detect(millivolts);
  const cut = beats.findLast((beat) => beat < 50 * MODEL_RATE)! + 140;
  const noise = slowNoise(30 * MODEL_RATE, mv, 4);
  const silent = Float32Array.from({ length: cut + noise.length }, (_, i) =>
    i < cut ? millivolts[i]! : millivolts[cut]! * Math.exp((cut - i) / 30) + noise[i - cut]!,
  );
  const found = detect(silent);
  expect(found.filter((beat) => beat > cut)).toEqual([]);
  expectSame(found, beats.filter((beat) => beat < cut), NEAR); // prettier-ignore
});

describe.each(RECORDS)('RPnet behind the last beat of $name', async ({ name }) => {
  const millivolts = leadAtModelRate(await sample(name));
  const beats = detect(millivolts);
  const cut = beats.findLast((beat) => beat < 15 * MODEL_RATE)! + 150;

  it.each(
    [0.1, 0.15, 0.2, 0.25].flatMap((mv) => [
      { mv, sigma: 20, sign: 1, hertz: 50, humMv: 0 },
      { mv, sigma: 20, sign: -1, hertz: 60, humMv: 0.1 },
      { mv, sigma: 25, sign: -1, hertz: 50, humMv: 0 },
      { mv, sigma: 25, sign: 1, hertz: 60, humMv: 0.3 },
      { mv, sigma: 30, sign: 1, hertz: 60, humMv: 1 },
    ]),
  )('takes no P wave of $sign x $mv mV and $sigma ms for one, under $humMv mV of hum at $hertz Hz', (wave) => {
    const line = pWaves({ height: wave.sign * wave.mv, sigma: wave.sigma, aMinute: 80 }, 20 * MODEL_RATE, MODEL_RATE); // prettier-ignore
    const over = (i: number): number => humAt(i / MODEL_RATE, MODEL_RATE, { mv: wave.humMv, hertz: wave.hertz, phase: PHASE }); // prettier-ignore
    const standstill = Float32Array.from(
      { length: cut + line.length },
      (_, i) => (i < cut ? millivolts[i]! : millivolts[cut - 1]! + line[i - cut]!) + over(i),
    );
    const found = detect(standstill);
    expect(found.filter((beat) => beat >= cut)).toEqual([]);
    if (wave.humMv < 0.3) expectSame(found, beats.filter((beat) => beat < cut), 3 * NEAR, 10); // prettier-ignore
  });
});

describe.each(RECORDS)('RPnet behind the last beat of $name, on a line of 0.003 mV', async ({ name }) => {
  const millivolts = leadAtModelRate(await sample(name));
  const cut = detect(millivolts).findLast((beat) => beat < 15 * MODEL_RATE)! + 150;

  it.each([0.4, 0.6, 1, 2, -0.4, -0.6, -1, -2])('takes no pacing pulse of %d mV for one', (mv) => {
    const random = seededRandom(10);
    const paced = Float32Array.from({ length: cut + 20 * MODEL_RATE }, (_, i) => {
      if (i < cut) return millivolts[i]!;
      return millivolts[cut - 1]! + 0.003 * random.normal() + ((i - cut) % 257 === 128 ? mv : 0);
    });
    // The first, 128 samples behind the cut, may pass for one more beat of the rhythm before.
    expect(detect(paced).filter((beat) => beat >= cut + 150)).toEqual([]);
  });
});

describe('RPnet finds no beat', () => {
  const random = seededRandom(3);
  it.each([
    ['on a flat line', new Float32Array(9000).fill(0.4)],
    ['on noise of 0.01 mV', Float32Array.from({ length: 9000 }, () => 0.01 * random.normal())],
    ['on five minutes of slow noise of 0.01 mV', slowNoise(300 * MODEL_RATE, 0.01, 7)],
    ['on slow noise of 0.02 mV', slowNoise(9000, 0.02, 8)],
    ['on a saturated lead', new Float32Array(9000).fill(5.115)],
    ['on a rail that flickers by 1 LSB', Float32Array.from({ length: 9000 }, () => 5.115 - 0.005 * random.integer(2))],
    ['in nothing', new Float32Array(0)],
  ])('%s', (_, signal) => {
    expect(detect(signal)).toEqual([]);
  });
});
