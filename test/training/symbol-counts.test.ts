import { expect, it } from 'vitest';
import { LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS } from '../../src/lib/codec/latents.js';
import { paperLatentCounts } from '../../src/training/symbol-counts.js';

it('latents of the paper’s rungs are counted under the context that codes them', () => {
  const counts = paperLatentCounts([Int8Array.of(0, 16, -16, 1)]);
  expect(counts).toHaveLength(LATENT_CONTEXTS);
  expect(counts.every((row) => row.length === LATENT_SYMBOLS)).toBe(true);
  const seen = counts.map((row) =>
    row.flatMap((count, symbol) => new Array<number>(count).fill(symbol - LATENT_RANGE)),
  );
  // The first two follow zeros; the others follow 16 and -16, the most active context.
  expect(seen).toEqual([[0, 16], [], [], [], [], [-16, 1]]);
});
