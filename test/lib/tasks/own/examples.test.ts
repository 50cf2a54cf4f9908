import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { WINDOW } from '../../../../src/lib/signal/grid.js';
import { readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { toMillivolts } from '../../../../src/lib/signal/units.js';
import { panTompkins } from '../../../../src/lib/tasks/pan-tompkins.js';
import { opened } from './tasks.js';

const { leads } = await readRecording(join(SHIPPED_SAMPLES, 'A00282'));
const original = toMillivolts(leads[0]!, 0, 5 * WINDOW);

describe('the example pan-tompkins', () => {
  it('finds the beats that its source finds', async () => {
    const module = (await import('../../../../examples/tasks/pan-tompkins/pan-tompkins.js')) as {
      readonly default: (signal: Float32Array) => number[];
    };
    const beats = panTompkins(original);
    expect(beats.length).toBeGreaterThan(20);
    expect(module.default(original)).toEqual(beats);
  });

  it('says what share of the beats a silence costs', async () => {
    const tasks = await opened(['examples/tasks/pan-tompkins']);
    const silent = original.slice();
    silent.fill(silent[3 * WINDOW]!, 3 * WINDOW);
    const [kept, lost] = await tasks.errors('pan-tompkins', [
      { original, decoded: original.map((v) => v + 0.001) },
      { original, decoded: silent },
    ]);
    expect(kept).toBe(0);
    expect(lost).toBeGreaterThan(0.1);
    expect(lost).toBeLessThan(0.6);
  });
});
