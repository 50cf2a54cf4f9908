import { describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../src/lib/runtime/command.js';
import { runCompressionEvaluation } from '../../src/training/main.js';
import { evaluateCompression } from '../../src/training/evaluation/compression/evaluate.js';
import type { CompressionEvaluationOptions } from '../../src/training/options.js';

vi.mock('../../src/training/evaluation/compression/evaluate.js', () => ({
  evaluateCompression: vi.fn(() => Promise.resolve({ methods: [] })),
}));

describe('evaluate compression', () => {
  it.each([
    [1000, Infinity],
    [20, 20],
  ])('takes --prdn-bound %d as the edge does', async (prdnBound, reconstruction) => {
    const config = { records: 'r', labels: 'l', json: 'j', bound: 0.25, peaksBound: 0.1, prdnBound };
    await runCompressionEvaluation(config as CompressionEvaluationOptions, {} as CommandContext);
    expect(vi.mocked(evaluateCompression)).toHaveBeenLastCalledWith(
      expect.objectContaining({ shipped: { rhythm: 0.25, peaks: 0.1, reconstruction } }),
    );
  });
});
