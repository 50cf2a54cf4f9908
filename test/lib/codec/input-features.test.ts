import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INPUT_FEATURES, inputFeatures } from '../../../src/lib/codec/input-features.js';
import { readInputReference } from '../../../src/lib/codec/input-reference.js';
import { NEURAL_LATENTS } from '../../../src/lib/codec/neural-latents.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { MODELS } from '../../models.js';

const scale = { offset: 0, index: 40 };
const rung = { inverses: [0.5, 0.5, 0.5, 0.5] };
/** By channel and step. */
const latentsOf = (value: (channel: number, step: number) => number): Int8Array =>
  Int8Array.from({ length: NEURAL_LATENTS }, (_, i) => value(i % 4, Math.floor(i / 4)));
const byName = (features: Float32Array): Record<string, number> =>
  Object.fromEntries(INPUT_FEATURES.map((name, i) => [name, features[i]!]));

describe('the features of an input', () => {
  it('are the scale, and the energy of each channel times its inverse gain', () => {
    const features = byName(inputFeatures({ scale, latents: latentsOf((channel) => 2 * channel) }, rung));
    expect(features['scale']).toBe(40);
    expect(features['energy-1']).toBeCloseTo(Math.log(1e-3), 4);
    expect(features['energy-2']).toBeCloseTo(Math.log(1.001), 4);
    expect(features['energy-4']).toBeCloseTo(Math.log(9.001), 4);
  });

  it('say what share of a channel changes from step to step', () => {
    const slow = byName(inputFeatures({ scale, latents: latentsOf((_, step) => (step < 28 ? 8 : -8)) }, rung));
    const quick = byName(inputFeatures({ scale, latents: latentsOf((_, step) => (step % 2 === 0 ? 8 : -8)) }, rung));
    expect(slow['energy-3']).toBeCloseTo(quick['energy-3']!, 5);
    expect(slow['change-3']).toBeLessThan(-2);
    expect(quick['change-3']).toBeCloseTo(Math.log((55 * 64) / 56 / 16), 2);
  });

  it('are the scale alone where no network saw the window', () => {
    const [first, ...rest] = inputFeatures({ scale, latents: undefined }, rung);
    expect(first).toBe(40);
    expect(rest.every(Number.isNaN)).toBe(true);
  });
});

describe('a reference', () => {
  const shipped = join(MODELS, 'codec', 'reference.json');

  it('of the codec that ships is of its encoder', async () => {
    const reference = await readInputReference(shipped);
    const { manifest } = await readManifest(join(MODELS, 'codec'));
    expect(reference?.encoder).toBe(manifest.networks['encoder']?.sha256);
    expect(reference?.windows).toBeGreaterThan(20_000);
  });

  it('that is not there is none, and one that is not whole is refused with the place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'input-reference-'));
    expect(await readInputReference(join(folder, 'none.json'))).toBeUndefined();
    const path = join(folder, 'own.json');
    const whole = JSON.parse(JSON.stringify(await readInputReference(shipped))) as {
      features: Record<string, { edges: number[]; shares: number[] }>;
    };
    whole.features['energy-2']!.shares.pop();
    await writeFile(path, JSON.stringify(whole));
    await expect(readInputReference(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('energy-2') as string,
    });
    await writeFile(path, '{');
    await expect(readInputReference(path)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});
