import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { resample, resampleSupport } from '../../../src/lib/signal/resample.js';

const RATES = [360, 250, 500, 1000, 128, 130.5, 257, 257.123];
const SECONDS = 12;

function tone(frequency: number, rate: number): Float64Array {
  return Float64Array.from({ length: Math.round(SECONDS * rate) }, (_, k) =>
    Math.sin((2 * Math.PI * frequency * k) / rate),
  );
}

/** Largest error against the tone itself, and largest value, away from the ends. */
function measure(frequency: number, rate: number, outRate: number): { error: number; level: number } {
  const outCount = Math.floor((SECONDS - 2) * outRate);
  const outFirst = Math.round(outRate);
  const out = resample(tone(frequency, rate), { rate, first: 0, outRate, outFirst, outCount });
  let [error, level] = [0, 0];
  out.forEach((value, k) => {
    error = Math.max(error, Math.abs(value - Math.sin((2 * Math.PI * frequency * (outFirst + k)) / outRate)));
    level = Math.max(level, Math.abs(value));
  });
  return { error, level };
}

describe.each(
  RATES.flatMap(
    (rate) =>
      [
        [rate, 300],
        [300, rate],
      ] as const,
  ),
)('%d to %d Hz', (rate, outRate) => {
  const lower = Math.min(rate, outRate);

  it('passes 0.5 Hz to 0.4 of the lower rate within 0.1%, in place and in time', () => {
    for (const frequency of [0.5, 10, 0.2 * lower, 0.3 * lower, 0.4 * lower]) {
      expect(measure(frequency, rate, outRate).error).toBeLessThan(1e-3);
    }
  });

  it('stops what would alias by at least 70 dB', () => {
    for (const frequency of [0.505 * lower, 0.6 * lower, 0.45 * rate]) {
      if (frequency < 0.5 * lower || frequency > 0.5 * rate) continue;
      expect(measure(frequency, rate, outRate).level).toBeLessThan(10 ** (-70 / 20));
    }
  });

  it('keeps a constant and a ramp, also at the ends', () => {
    const length = 700;
    const outCount = Math.floor((length * outRate) / rate);
    const options = { rate, first: 0, outRate, outFirst: 0, outCount };
    const constant = resample(new Float32Array(length).fill(1.5), options);
    expect(constant.every((value) => Math.abs(value - 1.5) < 1e-6)).toBe(true);
    const ramp = resample(
      Float64Array.from({ length }, (_, k) => k),
      options,
    );
    // Point reflection continues a ramp as a ramp.
    expect(ramp.every((value, m) => Math.abs(value - (m * rate) / outRate) < 2e-3)).toBe(true);
  });

  it('a chunk gives bit for bit what the whole gives', () => {
    const whole = Float32Array.from({ length: 3000 }, (_, k) => Math.sin(k * k * 1e-3) + Math.cos(k));
    const count = Math.floor((3000 * outRate) / rate);
    const reference = resample(whole, { rate, first: 0, outRate, outFirst: 0, outCount: count });
    const support = resampleSupport(rate, outRate);
    fc.assert(
      fc.property(fc.nat(count - 1), fc.nat(400), (outFirst, length) => {
        const outCount = Math.min(length, count - outFirst);
        // Never before the start or behind the end of the recording, where both are extended alike.
        const first = Math.max(0, Math.floor((outFirst * rate) / outRate) - support + 1);
        const last = Math.min(3000, Math.floor(((outFirst + outCount - 1) * rate) / outRate) + support + 1);
        const chunk = whole.slice(first, last);
        if (chunk.length < 2 * support) return;
        const part = resample(chunk, { rate, first, outRate, outFirst, outCount });
        expect(part).toEqual(reference.slice(outFirst, outFirst + outCount));
      }),
      { numRuns: 60 },
    );
  });
});

it('the phase counts from the epoch: 300 days in, a shift of both indices by whole seconds changes nothing', () => {
  const samples = Float32Array.from({ length: 2000 }, (_, k) => Math.sin(k / 9));
  for (const rate of RATES.filter(Number.isInteger)) {
    const options = { rate, first: 0, outRate: 300, outFirst: 30, outCount: 1000 };
    const seconds = 300 * 86_400;
    const late = resample(samples, { ...options, first: seconds * rate, outFirst: seconds * 300 + 30 });
    expect(late).toEqual(resample(samples, options));
  }
});

it('equal rates copy exactly, and continue beyond the ends', () => {
  const samples = Float32Array.of(1, 2, 4, 8);
  const options = { rate: 300, first: 10, outRate: 300, outFirst: 10, outCount: 4 };
  expect(resample(samples, options)).toEqual(samples);
  expect(resample(samples, options)).not.toBe(samples);
  expect([...resample(samples, { ...options, outFirst: 8, outCount: 8 })]).toEqual([-2, 0, 1, 2, 4, 8, 12, 14]);
  expect(resampleSupport(300, 300)).toBe(0);
});

it('needs 25 samples of the lower rate to each side', () => {
  expect(RATES.map((rate) => resampleSupport(rate, 300))).toEqual([30, 25, 42, 84, 25, 25, 25, 25]);
});

it('a single sample is a constant; nothing can be made of none', () => {
  const options = { rate: 360, first: 0, outRate: 300, outFirst: 0, outCount: 3 };
  resample(Float32Array.of(7), options).forEach((value) => {
    expect(value).toBeCloseTo(7, 6);
  });
  expect(() => resample(new Float32Array(0), options)).toThrow(DynamicDeepError);
  expect(resample(new Float32Array(0), { ...options, outCount: 0 })).toHaveLength(0);
});

it.each([0, -1, NaN, Infinity, 1e-4, 1e12])('refuses a rate of %d Hz', (rate) => {
  const options = { rate, first: 0, outRate: 300, outFirst: 0, outCount: 1 };
  expect(() => resample(Float32Array.of(1), options)).toThrow(DynamicDeepError);
});
