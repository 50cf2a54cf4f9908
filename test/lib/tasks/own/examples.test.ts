import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { WINDOW } from '../../../../src/lib/signal/grid.js';
import { resample } from '../../../../src/lib/signal/resample.js';
import { readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { toMillivolts } from '../../../../src/lib/signal/units.js';
import { panTompkins } from '../../../../src/lib/tasks/pan-tompkins.js';
import { opened } from './tasks.js';

const { leads } = await readRecording(join(SHIPPED_SAMPLES, 'A00282'));
const original = toMillivolts(leads[0]!, 0, 5 * WINDOW);

describe('the example pan-tompkins', () => {
  it('finds the beats that its source finds', async () => {
    const path: string = '../../../../examples/tasks/pan-tompkins/pan-tompkins.js';
    const module = (await import(path)) as {
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

describe('the example pvc', () => {
  it('moves little where little was lost, and much where beats have lost their shape', async () => {
    const tasks = await opened(['examples/tasks/pvc']);
    const recording = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-228-pvc'));
    const lead = recording.leads[0]!;
    const at = { rate: lead.rate, first: 0, outRate: 300, outFirst: 0, outCount: 5 * WINDOW };
    const ward = resample(toMillivolts(lead, 0, 12_000), at);
    const smooth = ward.map((_, i) => ward.subarray(Math.max(0, i - 30), i + 31).reduce((a, b) => a + b, 0) / 61);
    const [little, much] = await tasks.errors('pvc', [
      { original: ward, decoded: ward.map((v, i) => v + 0.005 * Math.sin(i)) },
      { original: ward, decoded: smooth },
    ]);
    expect(little).toBeGreaterThan(0);
    expect(little).toBeLessThan(0.01);
    expect(much).toBeGreaterThan(0.05);
  });
});
