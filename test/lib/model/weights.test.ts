import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/lib/model/digest.js';
import type { NetworkFile } from '../../../src/lib/model/manifest.js';
import { tensorMemory } from '../../../src/lib/model/network.js';
import { assignWeights, encodeWeights } from '../../../src/lib/model/weights.js';
import { tinyNetwork, weightsOf } from './tiny.js';

function encoded(dtype: 'float16' | 'float32'): { bytes: Buffer; entry: NetworkFile } {
  const { bytes, entry } = encodeWeights(tinyNetwork(), dtype);
  return { bytes, entry: { file: 'tiny.bin', ...entry } };
}

describe('weights', () => {
  it('of 32 bits come back exactly', () => {
    const from = tinyNetwork();
    const { bytes, entry } = encodeWeights(from, 'float32');
    const to = tinyNetwork();
    expect(weightsOf(to)).not.toEqual(weightsOf(from));
    assignWeights(to, bytes, { file: 'tiny.bin', ...entry });
    expect(weightsOf(to)).toEqual(weightsOf(from));
  });

  it('of 16 bits come back to 11 bits, in half the bytes, and exactly a second time', () => {
    const from = tinyNetwork();
    const { bytes, entry } = encodeWeights(from, 'float16');
    expect(2 * bytes.length).toBe(encodeWeights(from, 'float32').bytes.length);
    const to = tinyNetwork();
    assignWeights(to, bytes, { file: 'tiny.bin', ...entry });
    const given = weightsOf(from).flat();
    weightsOf(to)
      .flat()
      .forEach((value, i) => {
        expect(Math.abs(value - given[i]!)).toBeLessThanOrEqual(Math.abs(given[i]!) * 2 ** -11 + 2 ** -25);
      });
    expect(encodeWeights(to, 'float16').bytes).toEqual(bytes);
  });

  it('leave no tensor behind', () => {
    const { bytes, entry } = encoded('float16');
    const network = tinyNetwork();
    assignWeights(network, bytes, entry);
    const before = tensorMemory().tensors;
    for (let i = 0; i < 20; i++) assignWeights(network, bytes, entry);
    expect(tensorMemory().tensors).toBe(before);
  });

  const good = encoded('float32');
  const resigned = (bytes: Buffer, over: Partial<NetworkFile> = {}): [Buffer, NetworkFile] => [
    bytes,
    { ...good.entry, bytes: bytes.length, sha256: sha256(bytes), ...over },
  ];
  const flipped = Buffer.from(good.bytes);
  flipped[5]! ^= 1;
  const notFinite = (value: number): Buffer => {
    const bytes = Buffer.from(good.bytes);
    bytes.writeFloatLE(value, 4);
    return bytes;
  };
  const [first, ...others] = good.entry.weights;

  it.each<[string, [Buffer, NetworkFile]]>([
    ['a flipped bit', [flipped, good.entry]],
    ['a lost tail', [good.bytes.subarray(0, -4), good.entry]],
    ['a NaN', resigned(notFinite(NaN))],
    ['an infinity', resigned(notFinite(Infinity))],
    ['another shape', resigned(good.bytes, { weights: [{ ...first!, shape: [1, 3, 3, 1] }, ...others] })],
    ['a weight too few', resigned(good.bytes, { weights: others })],
    ['a weight too many', resigned(good.bytes, { weights: [...good.entry.weights, first!] })],
    ['another type', resigned(good.bytes, { weights: good.entry.weights.map((w) => ({ ...w, dtype: 'float16' })) })],
    ['bytes behind the last weight', resigned(Buffer.concat([good.bytes, Buffer.alloc(4)]))],
    ['bytes that are too few for its shapes', resigned(good.bytes.subarray(0, -4))],
  ])('with %s are MODEL_INVALID, and the network stays as it was', (_, [bytes, entry]) => {
    const network = tinyNetwork();
    const before = weightsOf(network);
    expect(() => {
      assignWeights(network, bytes, entry);
    }).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
    expect(weightsOf(network)).toEqual(before);
  });

  it('that are no numbers are refused when they are read back, not turned into numbers', () => {
    const network = tinyNetwork();
    const tensors = network.weights.map((weight) => weight.read().mul(NaN));
    network.setWeights(tensors);
    for (const dtype of ['float16', 'float32'] as const) {
      const { bytes, entry } = encodeWeights(network, dtype);
      expect(() => {
        assignWeights(tinyNetwork(), bytes, { file: 'tiny.bin', ...entry });
      }).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
    }
  });
});
