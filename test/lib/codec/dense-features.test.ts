import { describe, expect, it } from 'vitest';
import { denseFeatureCount, denseFeatures, errorOf, STUDENT_OUTPUTS } from '../../../src/lib/codec/dense-features.js';
import { NEURAL_LATENTS } from '../../../src/lib/codec/neural-latents.js';

/** Sure of class 0 with this probability, the rest shared. */
const posterior = (sure: number): Float32Array =>
  new Float32Array(STUDENT_OUTPUTS).map((_, i) => (i % 4 === 0 ? sure : (1 - sure) / 3));
const values = new Float32Array(NEURAL_LATENTS).map((_, i) => Math.sin(i));
const latents = [1, 0].map((v) => new Int8Array(NEURAL_LATENTS).fill(v));

describe('the features of a window', () => {
  const features = denseFeatures({
    values,
    latents,
    posterior: posterior(0.7),
    posteriors: [posterior(0.7), posterior(0.4)],
  });

  it('are as many as are said, and finite', () => {
    expect(features).toHaveLength(denseFeatureCount(2));
    expect(features.every(Number.isFinite)).toBe(true);
  });

  it('begin with how far each rung changes the mind of the student: mean and largest step', () => {
    const divergence = 0.7 * Math.log(0.7 / 0.4) + 0.3 * Math.log(0.3 / 0.6);
    expect(features[0]).toBeCloseTo(Math.log(1e-4), 3);
    expect(features[1]).toBeCloseTo(Math.log(divergence + 1e-4), 4);
    expect(features[2]).toBeCloseTo(Math.log(1e-4), 3);
    expect(features[3]).toBeCloseTo(features[1]!, 4);
  });

  it('say how many integers are left of each rung, and how sure the student is', () => {
    expect([...features.slice(4, 6)]).toEqual([1, 0]);
    expect(features[6]).toBeCloseTo(0.7, 5);
    expect(features[11]).toBeCloseTo(0.7, 5);
  });

  it('grow with the latents', () => {
    const own = { latents, posterior: posterior(0.7), posteriors: [posterior(0.7), posterior(0.4)] };
    const louder = denseFeatures({ ...own, values: values.map((v) => 3 * v) });
    for (let i = 13; i < features.length; i++) expect(louder[i]).toBeGreaterThan(features[i]!);
  });
});

it('an error is never 0, so that a tau of 0 is never met, and NaN where the network says so', () => {
  expect(errorOf(Math.log(0.3 + 0.005), 0.005)).toBeCloseTo(0.3, 6);
  expect(errorOf(-20, 0.005)).toBeGreaterThan(0);
  expect(errorOf(Number.NaN, 0.005)).toBeNaN();
});
