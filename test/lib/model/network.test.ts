import { describe, expect, it } from 'vitest';
import { LATENT_COUNT } from '../../../src/lib/codec/latents.js';
import { buildPaperPredictor } from '../../../src/lib/model/architectures/paper-codec.js';
import { buildRpnet } from '../../../src/lib/model/architectures/rpnet.js';
import { Network, tensorMemory } from '../../../src/lib/model/network.js';
import { leastGrowth } from '../../resident-growth.js';

describe('a network', () => {
  it('keeps the number of live tensors and their bytes over 300 runs', () => {
    const rpnet = new Network(buildRpnet({ filters: [4, 6] }));
    const predictor = new Network(buildPaperPredictor(LATENT_COUNT[32], 2));
    const run = (n: number): void => {
      rpnet.run(
        Float32Array.from({ length: n * 64 }, (_, i) => Math.sin(i)),
        n,
      );
      predictor.run(new Float32Array(n * LATENT_COUNT[32]), n);
    };
    run(1);
    const before = tensorMemory();
    for (let i = 0; i < 300; i++) run(1 + (i % 3));
    expect(tensorMemory()).toEqual(before);
  });

  it('needs no more memory after 10,000 windows', async () => {
    const predictor = new Network(buildPaperPredictor(LATENT_COUNT[32], 2));
    // As a chunk of segments asks: ten windows share a run.
    const latents = new Float32Array(10 * LATENT_COUNT[32]).fill(0.5);
    const run = (windows: number): void => {
      for (let i = 0; i < windows; i += 10) predictor.run(latents, 10);
    };
    run(500);
    const before = tensorMemory();
    const growth = await leastGrowth(() => {
      run(10_000);
    });
    expect(tensorMemory()).toEqual(before);
    expect(growth).toBeLessThan(8);
  });

  it('gives every row of a batch what it gives the row alone', () => {
    const rpnet = new Network(buildRpnet({ filters: [4, 6] }));
    const rows = [1, 2, 3].map((k) => Float32Array.from({ length: 128 }, (_, i) => Math.sin(i / k)));
    const [together = new Float32Array()] = rpnet.run(Float32Array.from(rows.flatMap((row) => [...row])), 3);
    rows.forEach((row, k) => {
      const [alone = new Float32Array()] = rpnet.run(row, 1);
      expect(alone).toHaveLength(128);
      alone.forEach((v, i) => {
        expect(Math.abs(v - together[k * 128 + i]!)).toBeLessThan(1e-5);
      });
    });
  });

  it('refuses what is no whole number of rows', () => {
    const predictor = new Network(buildPaperPredictor(LATENT_COUNT[32], 2));
    expect(() => predictor.run(new Float32Array(57), 2)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  });
});
