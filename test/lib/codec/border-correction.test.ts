import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BorderCorrection, CORRECTED, inputsOf, SEEN } from '../../../src/lib/codec/border-correction.js';
import type { NeuralCoding } from '../../../src/lib/codec/ladder.js';
import { buildBorderCorrection } from '../../../src/lib/model/architectures/neural-codec.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { writeModel } from '../../../src/lib/model/store.js';
import tf from '../../../src/lib/model/tf.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';

const RUNGS = [{ coding: undefined }, { coding: {} as NeuralCoding }];
const folder = mkdtempSync(join(tmpdir(), 'borders-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Two rungs: constants 1 and 2 at the ends of the first, 3 and 4 of the second, which sends its ends; the second's first sample
 * takes half its neighbour.
 */
async function written(): Promise<void> {
  const network = buildBorderCorrection({ inputs: RUNGS.map(inputsOf), corrected: CORRECTED });
  const weights = [1, 2, 3, 4].flatMap((constant) => {
    const inputs = constant > 2 ? SEEN + 1 : SEEN;
    const kernel = new Float32Array(inputs * CORRECTED);
    if (constant > 2) kernel[CORRECTED] = 0.5;
    // What is sent of the end moves its second sample.
    if (constant > 2) kernel[SEEN * CORRECTED + 1] = 10;
    return [tf.tensor2d(kernel, [inputs, CORRECTED]), tf.fill([CORRECTED], constant)];
  });
  network.setWeights(weights);
  const about = { name: 'codec', version: 1, architecture: { kind: 'neural-codec', config: {} } };
  await writeModel(folder, { ...about, parameters: {}, training: {} }, { borders: { network, dtype: 'float16' } });
}

describe('the correction of the ends', () => {
  it('is kept in the order of the rungs, first end before last, and touches no other sample', async () => {
    await written();
    const { manifest } = await readManifest(folder);
    const correction = (await BorderCorrection.load(folder, manifest, RUNGS))!;
    const rows = new Float32Array(2 * WINDOW).fill(8);
    correction.apply(1, rows, Float32Array.of(0.1, 0.2, 0.3, 0.4));
    for (const [w, row] of [rows.subarray(0, WINDOW), rows.subarray(WINDOW)].entries()) {
      expect([row[0], row[CORRECTED - 1], row[CORRECTED]]).toEqual([15, 11, 8]);
      expect(row[1]).toBeCloseTo(w === 0 ? 12 : 14, 5);
      expect([row[WINDOW - 1], row[WINDOW - CORRECTED], row[WINDOW - CORRECTED - 1]]).toEqual([16, 12, 8]);
      expect(row[WINDOW - 2]).toBeCloseTo(w === 0 ? 14 : 16, 5);
    }
    const other = new Float32Array(WINDOW);
    correction.apply(0, other);
    expect([other[0], other[WINDOW - 1]]).toEqual([1, 2]);
  });

  it('is none in a codec without it', async () => {
    await written();
    const { manifest } = await readManifest(folder);
    expect(await BorderCorrection.load(folder, { ...manifest, networks: {} }, RUNGS)).toBeUndefined();
  });
});
