import { beforeAll, describe, expect, it } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { textureOf } from '../../../../src/training/evaluation/alarms/baseline.js';
import { cutExcerpt, toAnnotations, toRecording } from '../../../../src/training/evaluation/alarms/canvas.js';
import { composeEvents, composeFibrillation } from '../../../../src/training/evaluation/alarms/compose.js';
import { Deck } from '../../../../src/training/evaluation/alarms/deck.js';
import { writeAsystole, writeConstant, writeRail } from '../../../../src/training/evaluation/alarms/events.js';
import { readMaterial, type Material } from '../../../../src/training/evaluation/alarms/material.js';
import { NoiseStore } from '../../../../src/training/evaluation/alarms/noise.js';
import { placeEvent } from '../../../../src/training/evaluation/alarms/place.js';
import { writeRate } from '../../../../src/training/evaluation/alarms/rate-event.js';

let normal: Material;
let af: Material;
let noise: NoiseStore;

async function material(name: string): Promise<Material> {
  const read = await readMaterial(SHIPPED_SAMPLES, name);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

beforeAll(async () => {
  normal = await material('mitdb-100-normal');
  af = await material('mitdb-202-af');
  noise = await NoiseStore.open(SHIPPED_SAMPLES);
});

function event(write: (tools: Parameters<typeof writeConstant>[0]) => void) {
  const canvas = cutExcerpt(normal, 0, 120 * normal.rate);
  const place = placeEvent(canvas, 40 * normal.rate, 20);
  if (place === undefined) throw new Error('no place');
  write({ canvas, place, random: seededRandom(1), texture: textureOf(canvas) });
  return { canvas, place, recording: toRecording(canvas, 'r'), onset: canvas.onsets[0]! };
}

describe('asystole', () => {
  it('keeps every sample up to the T wave of the last beat, and again from before the next one', () => {
    const { place, recording, onset } = event((tools) => {
      writeAsystole(tools, 'baseline');
    });
    expect(onset).toMatchObject({ kind: 'asystole', onsetSeconds: place.beat / normal.rate });
    expect(onset.endSeconds).toBe(place.next / normal.rate);
    recording.leads.forEach(({ samples }, i) => {
      const source = normal.leads[i]!.samples;
      expect(samples.subarray(0, place.from)).toEqual(source.subarray(0, place.from));
      expect(samples.subarray(place.to)).toEqual(source.subarray(place.to, 120 * normal.rate));
      const silent = samples.subarray(place.from + 60, place.to - 60);
      const beats = source.subarray(place.from + 60, place.to - 60);
      // What stands there is the record's own line: it moves, but has no beat.
      expect(new Set(silent).size).toBeGreaterThan(3);
      expect(span(silent)).toBeLessThan(0.4 * span(beats));
    });
  });

  it('has no beat between the last one and the next one in its annotations', () => {
    const { canvas, place } = event((tools) => {
      writeAsystole(tools, 'noise');
    });
    const frames = toAnnotations(canvas).flatMap(({ symbol, sample }) => (symbol === '+' ? [] : [sample]));
    expect(frames.filter((frame) => frame > place.beat && frame < place.next)).toEqual([]);
    expect(frames).toContain(place.beat);
    expect(frames).toContain(place.next);
  });
});

describe('a rate step', () => {
  it.each([
    ['extreme-tachycardia', 170],
    ['bradycardia', 44],
  ] as const)('of %s has its beats where the annotations say, from the last old one on', (kind, bpm) => {
    const { canvas, place, recording, onset } = event((tools) => {
      writeRate(tools, kind, bpm);
    });
    expect(onset).toMatchObject({ kind, onsetSeconds: place.beat / normal.rate });
    const frames = canvas.beats.map(({ frame }) => frame).filter((frame) => frame > place.beat && frame < place.next);
    const expected = ((place.next - place.beat) / normal.rate / 60) * bpm;
    expect(Math.abs(frames.length - expected)).toBeLessThan(3);
    for (const frame of frames) {
      // The highest point near an annotation is the annotation, but for the annotator's own few samples.
      const near = Array.from(recording.leads[0]!.samples.subarray(frame - 20, frame + 21));
      expect(Math.abs(near.indexOf(Math.max(...near)) - 20)).toBeLessThanOrEqual(6);
    }
  });
});

describe('lead off', () => {
  it('goes to the rail, or stays at one value', () => {
    const rail = event((tools) => {
      writeRail(tools, 'all');
    });
    const late = rail.recording.leads.map(({ samples }) => samples.subarray(rail.place.from + 40, rail.place.to));
    late.forEach((samples) => {
      expect(new Set(samples)).toEqual(new Set([2047]));
    });
    const constant = event(writeConstant);
    constant.recording.leads.forEach(({ samples }) => {
      expect(new Set(samples.subarray(constant.place.from, constant.place.to)).size).toBe(1);
    });
    expect(constant.onset.kind).toBe('asystole-or-lead-off');
  });
});

describe('composed recordings', () => {
  const options = (seed: number, index = 0) => ({
    seed,
    index,
    seconds: 300,
    deck: new Deck(ADULT_LIMITS, seed),
    noise,
  });

  it('are the same for the same seed and others for another', () => {
    const first = composeEvents(normal, options(3));
    expect(composeEvents(normal, options(3))).toEqual(first);
    expect(composeEvents(normal, options(4)).onsets).not.toEqual(first.onsets);
    expect(first.onsets.length).toBeGreaterThan(2);
  });

  it('go into real AF of the same record, and demand an alarm from the joint on', () => {
    const { recording, onsets, annotations } = composeFibrillation(af, options(1));
    const [first] = onsets;
    expect(first).toMatchObject({ kind: 'atrial-fibrillation', variant: 'joined', expected: true });
    expect(first!.endSeconds - first!.onsetSeconds).toBeGreaterThan(60);
    const rhythms = annotations.filter(({ symbol }) => symbol === '+').map(({ aux }) => aux);
    expect(rhythms).toEqual(['(N', '(AFIB']);
    // The AF is the record's own, but for a level that fades within seconds.
    const joint = Math.round(first!.onsetSeconds * recording.rate);
    const samples = recording.leads[0]!.samples.subarray(joint + 10 * recording.rate, joint + 11 * recording.rate);
    expect(indexOfRun(af.leads[0]!.samples, samples)).toBeGreaterThan(140 * recording.rate);
  });
});

function indexOfRun(samples: Int32Array, run: Int32Array): number {
  return (
    Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).indexOf(
      Buffer.from(run.buffer, run.byteOffset, run.byteLength),
    ) / 4
  );
}

function span(samples: Int32Array): number {
  return Math.max(...samples) - Math.min(...samples);
}
