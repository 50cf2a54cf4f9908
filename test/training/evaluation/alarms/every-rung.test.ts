import { beforeAll, describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { MISSING, type Lead } from '../../../../src/lib/signal/types.js';
import { textureOf } from '../../../../src/training/evaluation/alarms/baseline.js';
import { cutExcerpt, toRecording } from '../../../../src/training/evaluation/alarms/canvas.js';
import {
  writeAsystole,
  writeFibrillation,
  type EventTools,
} from '../../../../src/training/evaluation/alarms/events.js';
import { beatsByRung } from '../../../../src/training/evaluation/alarms/every-rung.js';
import { readMaterial } from '../../../../src/training/evaluation/alarms/material.js';
import { placeEvent } from '../../../../src/training/evaluation/alarms/place.js';
import { loadSystem, type System } from '../../../../src/training/evaluation/alarms/system.js';
import type { Span } from '../../../../src/training/evaluation/alarms/annotated.js';
import { MODELS } from '../../../models.js';

const RATE = 360;
const SECONDS = 40;
const whole = { from: 0, to: SECONDS };

let system: System;

beforeAll(async () => {
  system = await loadSystem(MODELS);
}, 60_000);

function lead(millivolts: (i: number) => number): Lead {
  const samples = Int32Array.from({ length: SECONDS * RATE }, (_, i) => Math.round(millivolts(i) * 200 + 1024));
  return { name: 'MLII', rate: RATE, gain: 200, baseline: 1024, calibrated: true, samples };
}

async function expectNoBeats(of: Lead, silence = whole): Promise<void> {
  const found = await beatsByRung(of, silence, system);
  expect([...found.keys()]).toEqual(system.ladder.rungs.map(({ name }) => name));
  for (const [rung, { windows, beats }] of found) {
    expect(windows, rung).toBeGreaterThan(1);
    expect(beats, rung).toBe(0);
  }
}

/** Half a minute without a beat between real ones. */
async function asystole(write: (tools: EventTools) => void): Promise<{ leads: readonly Lead[]; silence: Span }> {
  const material = await readMaterial(SHIPPED_SAMPLES, 'mitdb-100-normal');
  if (typeof material === 'string') throw new Error(material);
  const canvas = cutExcerpt(material, 0, 120 * RATE);
  const place = placeEvent(canvas, 40 * RATE, 25)!;
  write({ canvas, place, random: seededRandom(1), texture: textureOf(canvas) });
  const silence = { from: (place.beat + 0.7 * RATE) / RATE, to: (place.next - 0.4 * RATE) / RATE };
  return { leads: toRecording(canvas, 'r').leads, silence };
}

describe('every rung of the shipped ladder', () => {
  it('invents no beat on a flat line', async () => {
    await expectNoBeats(lead(() => 0.1));
  });

  it('invents no beat on noise of 0.01 mV', async () => {
    const random = seededRandom(1);
    await expectNoBeats(lead(() => 0.01 * random.normal()));
  });

  it('invents no beat on a quiet baseline between real beats', async () => {
    const { leads, silence } = await asystole((tools) => {
      writeAsystole(tools, 'baseline');
    });
    for (const each of leads) await expectNoBeats(each, silence);
  });

  it('makes no beat of waves like fibrillation: what would is refused and goes losslessly', async () => {
    const { leads, silence } = await asystole(writeFibrillation);
    for (const each of leads) await expectNoBeats(each, silence);
    const found = await beatsByRung(leads[0]!, silence, system);
    expect(found.get('neural-6')!.refused).toBeGreaterThan(0);
    expect(found.get('lossless')!.refused).toBe(0);
  });

  it('leaves windows with a hole out, and begins anew behind them', async () => {
    const random = seededRandom(1);
    const noise = lead(() => 0.01 * random.normal());
    // Of the six windows in 40 s the third has a hole; what resampling takes of the second reaches one at its border.
    const window = (1792 * RATE) / 300;
    for (const at of [2.5 * window, 1]) {
      const samples = noise.samples.slice().fill(MISSING, Math.round(at), Math.round(at) + 20);
      const found = await beatsByRung({ ...noise, samples }, whole, system);
      for (const [rung, { windows, beats }] of found) expect([windows, beats], rung).toEqual([5, 0]);
    }
    const none = await beatsByRung({ ...noise, samples: noise.samples.slice().fill(MISSING) }, whole, system);
    expect(none.get('lossless')).toEqual({ windows: 0, refused: 0, beats: 0 });
  });

  it('finds the beats of a lead that has them', async () => {
    const material = await readMaterial(SHIPPED_SAMPLES, 'mitdb-100-normal');
    if (typeof material === 'string') throw new Error(material);
    const found = await beatsByRung(material.leads[0]!, whole, system);
    const expected = material.beats.filter(({ frame }) => frame < 6 * 1792 * 1.2).length;
    expect(Math.abs(found.get(system.ladder.lossless.name)!.beats - expected)).toBeLessThanOrEqual(1);
  });
});
