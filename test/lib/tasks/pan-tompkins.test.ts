import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { matchBeats } from '../../../src/lib/tasks/peaks.js';
import { panTompkins } from '../../../src/lib/tasks/pan-tompkins.js';
import { loadBeats } from '../../../src/training/data/mitbih.js';

const [record] = await loadBeats(SHIPPED_SAMPLES, 'mitdb-100-normal');
const { samples, peaks } = record!;

describe('Pan and Tompkins', () => {
  it(`finds the beats of ${join('samples', 'mitdb-100-normal')}`, () => {
    const { matched, missed, invented } = matchBeats(peaks, panTompkins(samples));
    expect(matched).toBeGreaterThan(300);
    expect(missed + invented).toBeLessThan(0.02 * matched);
  });

  it('finds the same beats in the inverted lead', () => {
    const inverted = panTompkins(samples.map((v) => -v));
    const { missed, invented, offsets } = matchBeats(panTompkins(samples), inverted, 3);
    expect(missed + invented).toBe(0);
    expect(Math.max(...offsets.map(Math.abs))).toBeLessThanOrEqual(3);
  });

  it('finds nothing on a flat line or in nothing', () => {
    expect(panTompkins(new Float32Array(3000).fill(0.3))).toEqual([]);
    expect(panTompkins(new Float32Array(0))).toEqual([]);
  });
});
