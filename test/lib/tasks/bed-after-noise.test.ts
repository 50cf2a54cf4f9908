/** The shipped networks behind noise at the start of a watch. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { MODEL_RATE, WINDOW } from '../../../src/lib/signal/grid.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { createInference } from '../../../src/lib/tasks/inference.js';
import { loadTaskNetworks } from '../../../src/lib/tasks/networks.js';
import { matchBeats } from '../../../src/lib/tasks/peaks.js';
import { readTemperature } from '../../../src/lib/tasks/rhythm.js';
import { MODELS } from '../../models.js';
import { GAIN, sample } from '../signal/composed.js';

const networks = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: readTemperature((await readManifest(join(MODELS, 'rhythm'))).manifest),
  run: (network, input, n) =>
    Promise.resolve((network === 'rhythm' ? networks.rhythm : networks.rpnet).run(input, n)[0] ?? new Float32Array()),
});

it('finds every beat again from one window behind noise of 8 mV on', async () => {
  const { samples, beats } = await sample('mitdb-100-normal', MODEL_RATE, 48);
  const random = seededRandom(3);
  for (let i = 0; i < 2 * WINDOW; i++) samples[i] = Math.round(random.normal() * 8 * GAIN);
  const bed = new Bed('bed-1');
  const found: number[] = [];
  for (let start = 0; start + WINDOW <= samples.length; start += WINDOW) {
    const own = Int16Array.from(samples.subarray(start, start + WINDOW));
    const stretch = { start, length: WINDOW, rate: MODEL_RATE, firstIndex: start, gain: GAIN, baseline: 0, samples: own }; // prettier-ignore
    const place = { stream: 'a', epoch: 0, sequence: start / WINDOW, start, length: WINDOW };
    const segment = { ...place, flags: 0, closedAt: ((start + WINDOW) * 1000) / MODEL_RATE, clockRate: 1, stretch };
    const questions = bed.take(segment);
    const [probabilities] = await inference.rhythm(questions.rhythm === undefined ? [] : [questions.rhythm.input]);
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    found.push(...bed.answer(segment, questions, { probabilities, map }, segment.closedAt).beats.peaks);
  }
  const [from, to] = [3 * WINDOW, 7 * WINDOW];
  const inside = (list: readonly number[]): number[] => list.filter((at) => at >= from && at < to);
  const expected = inside(beats.map((at) => Math.round(at * MODEL_RATE)));
  expect(expected.length).toBeGreaterThan(20);
  expect(matchBeats(expected, inside(found))).toMatchObject({ missed: 0, invented: 0 });
});
