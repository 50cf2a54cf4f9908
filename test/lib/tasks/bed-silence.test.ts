/** The shipped networks on lines without a heart: no beat is invented, no rhythm named, and the right alarm comes. */
import { describe, expect, it } from 'vitest';
import { readTemperature } from '../../../src/lib/tasks/rhythm.js';
import { join } from 'node:path';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { FLAG } from '../../../src/lib/signal/flags.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { createInference } from '../../../src/lib/tasks/inference.js';
import { loadTaskNetworks } from '../../../src/lib/tasks/networks.js';
import { MODELS } from '../../models.js';

const networks = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: readTemperature((await readManifest(join(MODELS, 'rhythm'))).manifest),
  run: (network, input, n) =>
    Promise.resolve((network === 'rhythm' ? networks.rhythm : networks.rpnet).run(input, n)[0] ?? new Float32Array()),
});

/** Eight windows of a line at 1,000 units a millivolt. */
async function watch(line: (i: number) => number, flags: number) {
  const bed = new Bed('bed-1');
  const found = { beats: 0, labels: 0, onsets: [] as string[] };
  for (let start = 0; start < 8 * WINDOW; start += WINDOW) {
    const samples = Int16Array.from({ length: WINDOW }, (_, i) => Math.round(1000 * line(start + i)));
    const stretch = { start, length: WINDOW, rate: 300, firstIndex: start, gain: 1000, baseline: 0, samples };
    const closedAt = ((start + WINDOW) * 1000) / 300;
    const segment = { stream: 'a', epoch: 0, sequence: start / WINDOW, start, length: WINDOW, flags, closedAt, clockRate: 1, stretch }; // prettier-ignore
    const questions = bed.take(segment);
    const [probabilities] = await inference.rhythm(questions.rhythm === undefined ? [] : [questions.rhythm.input]);
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    const result = bed.answer(segment, questions, { probabilities, map }, closedAt);
    found.beats += result.beats.peaks.length;
    found.labels += result.rhythm?.labels.length ?? 0;
    found.onsets.push(...result.changes.filter(({ reason }) => reason === 'ONSET').map(({ kind }) => kind));
  }
  return found;
}

const random = seededRandom(7);
const wander = (i: number): number => 0.05 * Math.sin(i / 400) + 0.01 * Math.sin(i / 37);

describe('no beats and no rhythm', () => {
  it.each([
    ['noise of 0.01 mV', () => 0.01 * (2 * random.uniform() - 1), 0, ['asystole']],
    ['a quiet baseline', wander, 0, ['asystole']],
    ['a flat line', () => 0.4, FLAG.CONSTANT, ['asystole-or-lead-off']],
    ['a lead that is off', () => 0, FLAG.LEAD_OFF, ['lead-off']],
    ['a saturated lead', () => 5, FLAG.SATURATED, ['saturation', 'unwatched']],
  ])('are found on %s', async (_, line, flags, onsets) => {
    expect(await watch(line, flags)).toEqual({ beats: 0, labels: 0, onsets });
  });
});
