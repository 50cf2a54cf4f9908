import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeLossless,
  encodeLossless,
  losslessExceeds,
  MAX_LOSSLESS_SAMPLES,
} from '../../../src/lib/codec/lossless.js';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { beats, noise } from './signals.js';

const int16 = fc.integer({ min: -32_768, max: 32_767 });
const samples = fc.oneof(
  fc.int16Array({ maxLength: 300 }),
  fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 600 }).map((x) => Int16Array.from(x)),
  fc.array(fc.constantFrom(-32_768, 32_767, 0), { maxLength: 300 }).map((x) => Int16Array.from(x)),
  fc
    .record({ rest: fc.integer({ min: -50, max: 50 }), step: fc.integer({ min: 1, max: 300 }), n: fc.nat(300) })
    .map(({ rest, step, n }) => Int16Array.from({ length: n }, (_, t) => rest + step * ((t * t) % 101))),
);

function roundTrip(x: Int16Array): Uint8Array {
  const payload = encodeLossless(x);
  expect(decodeLossless(payload, x.length)).toEqual(x);
  return payload;
}

/** What a decoder of any bytes owes: so many samples, or the one error. */
function survives(payload: Uint8Array, count: number): void {
  try {
    expect(decodeLossless(payload, count)).toHaveLength(count);
  } catch (error) {
    if (!(error instanceof DynamicDeepError)) throw error;
    expect(error.code).toBe('PAYLOAD_CORRUPT');
  }
}

describe('lossless rung', () => {
  it('returns any int16 window bit by bit and never grows by more than a byte', () => {
    fc.assert(
      fc.property(samples, (x) => {
        expect(roundTrip(x).length).toBeLessThanOrEqual(2 * x.length + 1);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, Int16Array, number]>([
    ['constant', new Int16Array(1792).fill(-77), 16],
    ['constant at the rail, longest', new Int16Array(MAX_LOSSLESS_SAMPLES).fill(32_767), 70],
    ['rails in turn', Int16Array.from({ length: 1792 }, (_, t) => (t % 2 === 0 ? -32_768 : 32_767)), 60],
    ['full-scale noise', noise(1792, 65_536), 2 * 1792 + 1],
    ['full-scale noise, longest', noise(MAX_LOSSLESS_SAMPLES, 65_536), 2 * MAX_LOSSLESS_SAMPLES + 1],
    ['noise of 4 bits', noise(1792, 16), 1040],
    ['noise of 4 bits on every 16th value', noise(1792, 16).map((x) => 16 * x + 5), 1040],
    ['silence, then a rail', new Int16Array(1792).fill(3, 0, 900).fill(-32_768, 900), 40],
    ['ramp', Int16Array.from({ length: 1792 }, (_, t) => 30 * t - 20_000), 80],
  ])('keeps %s within its size', (_name, x, most) => {
    expect(roundTrip(x).length).toBeLessThanOrEqual(most);
  });

  it('stays exact on the longest loud signal that it models', () => {
    const x = beats(MAX_LOSSLESS_SAMPLES, 300).map((v, t) => (t % 5000 < 2500 ? v : 20 * v));
    expect(roundTrip(x).length).toBeLessThan(x.length);
  });

  it('says whether its code is longer than so many bytes, without making more of it', () => {
    const signals = [beats(700, 300), noise(300, 65_536), new Int16Array(900), beats(900, 300).map((v) => 8 * v)];
    fc.assert(
      fc.property(fc.constantFrom(...signals), fc.nat(900), fc.integer({ min: -3, max: 3 }), (own, count, more) => {
        const samples = own.subarray(0, count);
        const { length } = encodeLossless(samples);
        for (const most of [length + more, Math.floor(length / 2), 128]) {
          expect(losslessExceeds(samples, most)).toBe(length > most);
        }
      }),
    );
  });

  it('refuses more samples than a payload holds', () => {
    expect(() => encodeLossless(new Int16Array(MAX_LOSSLESS_SAMPLES + 1))).toThrow(/65,536/);
    for (const count of [-1, 0.5, NaN, Infinity, MAX_LOSSLESS_SAMPLES + 1]) {
      expect(() => decodeLossless(new Uint8Array(4), count)).toThrow(DynamicDeepError);
    }
  });

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 600 }), survives), {
      numRuns: 1000,
    });
  });

  it('survives a damaged window: bits flipped, bytes cut or appended', () => {
    const payload = encodeLossless(beats(1792, 300));
    fc.assert(
      fc.property(
        fc.nat(payload.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(payload.length),
        (at, flip, cut) => {
          const flipped = Uint8Array.from(payload);
          flipped[at]! ^= flip;
          survives(flipped, 1792);
          survives(flipped.slice(0, cut), 1792);
          survives(Uint8Array.from([...payload, flip]), 1792);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('notices a window that was cut in half, or has bytes behind it', () => {
    const payload = encodeLossless(beats(1792, 300));
    expect(() => decodeLossless(payload.slice(0, payload.length / 2), 1792)).toThrow(DynamicDeepError);
    expect(() => decodeLossless(Uint8Array.from([...payload, ...Array<number>(9).fill(1)]), 1792)).toThrow(
      DynamicDeepError,
    );
  });

  it('decodes from inside a larger buffer', () => {
    const payload = encodeLossless(Int16Array.of(...[5, -5, 30_000]));
    const larger = Uint8Array.from([9, ...payload, 9]);
    expect(decodeLossless(larger.subarray(1, -1), 3)).toEqual(Int16Array.of(5, -5, 30_000));
  });

  it('keeps single samples of every size', () => {
    fc.assert(fc.property(int16, (x) => void roundTrip(Int16Array.of(x))));
  });
});
