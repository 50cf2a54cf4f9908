import { expect, it } from 'vitest';
import { BorderCorrection, CORRECTED } from '../../src/lib/codec/border-correction.js';
import { NEURAL_CHANNELS } from '../../src/lib/codec/neural-latents.js';
import { buildNeuralDecoder, buildNeuralEncoder } from '../../src/lib/model/architectures/neural-codec.js';
import { RECORD, WINDOW } from '../../src/lib/signal/grid.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { fitBorders } from '../../src/training/borders.js';
import { cutWindows, normaliseWindows } from '../../src/training/windows.js';

const ones = new Array<number>(NEURAL_CHANNELS).fill(1);

/** Windows alike but for noise: a slow wave that begins and ends off its mean. */
function records(): Float32Array[] {
  const random = seededRandom(4);
  return Array.from({ length: 8 }, () =>
    Float32Array.from(
      { length: RECORD },
      (_, i) => Math.cos((Math.PI * (i % WINDOW)) / WINDOW) + 0.01 * random.normal(),
    ),
  );
}

it('gives back at the ends what a decoder without any training lacks there', () => {
  const networks = { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder() };
  const rungs = [undefined, 0.01].map((endUnit) => ({ gains: ones, inverses: ones, endUnit }));
  const correction = BorderCorrection.of(fitBorders(networks, rungs, records()));
  // Such a decoder says 0 everywhere: what is missing is the window itself.
  const decoded = new Float32Array(WINDOW);
  correction.apply(0, decoded);
  const truth = normaliseWindows([cutWindows(records()[0]!)[0]!]).samples;
  for (const at of [0, CORRECTED - 1, WINDOW - CORRECTED, WINDOW - 1])
    expect(decoded[at]! - truth[at]!).toBeCloseTo(0, 1);
  expect(decoded[CORRECTED]).toBe(0);
});

it('meets at a border the value that is sent of it, whatever the decoder says there', () => {
  const networks = { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder() };
  // Waves that end anywhere: what is lacking at an end can be known from nothing but its own value.
  const random = seededRandom(6);
  const own = Array.from({ length: 40 }, () => {
    const phase = 7 * random.uniform();
    return Float32Array.from({ length: RECORD }, (_, i) => Math.cos(i / 217 + phase));
  });
  const correction = BorderCorrection.of(fitBorders(networks, [{ gains: ones, inverses: ones, endUnit: 0.05 }], own));
  const decoded = new Float32Array(WINDOW);
  correction.apply(0, decoded, Float32Array.of(1.2, -0.7));
  expect(decoded[0]).toBeCloseTo(1.2, 1);
  expect(decoded[WINDOW - 1]).toBeCloseTo(-0.7, 1);
});
