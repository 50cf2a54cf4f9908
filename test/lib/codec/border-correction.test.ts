import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BorderCorrection, CORRECTED, SEEN } from '../../../src/lib/codec/border-correction.js';
import { buildBorderCorrection } from '../../../src/lib/model/architectures/neural-codec.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { writeModel } from '../../../src/lib/model/store.js';
import tf from '../../../src/lib/model/tf.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';

const folder = mkdtempSync(join(tmpdir(), 'borders-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Two rungs: constants 1 and 2 at the ends of the first, 3 and 4 of the second; the second's first sample takes half its neighbour. */
async function written(): Promise<void> {
  const network = buildBorderCorrection({ rungs: 2, seen: SEEN, corrected: CORRECTED });
  const weights = [1, 2, 3, 4].flatMap((constant) => {
    const kernel = new Float32Array(SEEN * CORRECTED);
    if (constant > 2) kernel[CORRECTED] = 0.5;
    return [tf.tensor2d(kernel, [SEEN, CORRECTED]), tf.fill([CORRECTED], constant)];
  });
  network.setWeights(weights);
  const about = { name: 'codec', version: 1, architecture: { kind: 'neural-codec', config: {} } };
  await writeModel(folder, { ...about, parameters: {}, training: {} }, { borders: { network, dtype: 'float16' } });
}

describe('the correction of the ends', () => {
  it('is kept in the order of the rungs, first end before last, and touches no other sample', async () => {
    await written();
    const { manifest } = await readManifest(folder);
    const correction = (await BorderCorrection.load(folder, manifest, 2))!;
    const rows = new Float32Array(2 * WINDOW).fill(8);
    correction.apply(1, rows);
    for (const row of [rows.subarray(0, WINDOW), rows.subarray(WINDOW)]) {
      expect([row[0], row[1], row[CORRECTED - 1], row[CORRECTED]]).toEqual([15, 11, 11, 8]);
      expect([row[WINDOW - 1], row[WINDOW - 2], row[WINDOW - CORRECTED], row[WINDOW - CORRECTED - 1]]).toEqual([
        16, 12, 12, 8,
      ]);
    }
    const other = new Float32Array(WINDOW);
    correction.apply(0, other);
    expect([other[0], other[WINDOW - 1]]).toEqual([1, 2]);
  });

  it('is none in a codec without it', async () => {
    await written();
    const { manifest } = await readManifest(folder);
    expect(await BorderCorrection.load(folder, { ...manifest, networks: {} }, 2)).toBeUndefined();
  });
});
