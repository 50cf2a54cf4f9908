import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LatentRung, Rung, TransformRung } from '../../../src/lib/codec/ladder.js';
import { LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS } from '../../../src/lib/codec/latents.js';
import {
  NEURAL_CONTEXTS,
  NEURAL_LARGEST,
  NEURAL_LATENTS,
  NEURAL_RANGE,
  NEURAL_SYMBOLS,
} from '../../../src/lib/codec/neural-latents.js';
import { decodeLatentPayload, encodeLatentPayload, latentCount } from '../../../src/lib/codec/payload.js';
import {
  COEFFICIENT_CONTEXTS,
  COEFFICIENT_RANGE,
  COEFFICIENT_SYMBOLS,
  decodeTransform,
  encodeTransform,
  quantiseWindow,
  transformWindow,
} from '../../../src/lib/codec/transform.js';
import { readSegment } from '../../../src/lib/codec/window-decoder.js';
import { measureScale, offsetUnit } from '../../../src/lib/codec/window-scale.js';
import { neuralTables } from '../../../src/training/neural-tables.js';
import { transformTables } from '../../../src/training/transform-rungs.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { GOLDEN_FILES, goldenLadder, pathOf, readGolden, type GoldenRungs, type GoldenStream } from './golden-rungs.js';
import { beats, noise } from './signals.js';

const LEAD = { rate: 300, gain: 200, baseline: 0 };

type GoldenRung = GoldenRungs['ladder'][number];
const LOSSLESS = { name: 'lossless', kind: 'lossless', nominalGain: 1 };
const ONES = [1, 1, 1, 1];
const EXPECTED = { rhythm: 0, peaks: 0 };

if (process.env['UPDATE_GOLDEN'] === '1') {
  const rungs = { rungs: fixedRungs, 'coded-rungs': codedRungs };
  for (const file of GOLDEN_FILES.filter((own) => !existsSync(pathOf(own)))) {
    writeFileSync(pathOf(file), `${JSON.stringify(makeGolden(rungs[file]()), null, 1)}\n`);
  }
}

describe.each(GOLDEN_FILES)('payloads of every kind of rung: %s', (file) => {
  const golden = readGolden(file);
  const ladder = goldenLadder(golden);
  const rungOf = (name: string): Rung => ladder.rungs.find((rung) => rung.name === name)!;

  it.each(Object.keys(golden.streams))('%s is decoded as ever', (name) => {
    const stream = golden.streams[name]!;
    const payload = Buffer.from(stream.payload, 'base64');
    const rung = rungOf(stream.rung);
    if (rung.kind === 'transform') {
      const decoded = readSegment(ladder, { rung: rung.index, start: 0, length: WINDOW, payload }, LEAD);
      expect('samples' in decoded && base64Of(decoded.samples)).toBe(stream.samples);
      expect(base64Of(encodeTransform(decodeTransform(payload, rung), rung))).toBe(stream.payload);
    } else {
      const { scale, latents } = decodeLatentPayload(rung as LatentRung, payload);
      expect({ scale, latents: base64Of(latents) }).toEqual({ scale: stream.scale, latents: stream.latents });
      expect(base64Of(encodeLatentPayload(rung as LatentRung, scale, latents))).toBe(stream.payload);
    }
  });

  it('are of every kind that the ladder can hold', () => {
    const kinds = Object.values(golden.streams).map(({ rung }) => rungOf(rung).kind);
    // Lossless payloads have a test of their own.
    expect([...new Set(kinds)].sort()).toEqual(
      file === 'rungs' ? ['neural', 'paper', 'transform'] : ['neural', 'transform'],
    );
  });
});

function base64Of(values: Uint8Array | Int8Array | Int16Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Rows of a table that falls off from 0, each its own way; the escape's count last where there is one. */
function rowsOf(contexts: number, range: number, symbols: number, escapes: boolean): string[] {
  return Array.from({ length: contexts }, (_, row) => {
    const counts = Array.from({ length: symbols }, (_, s) =>
      Math.floor(600 / (1 + (s - range) ** 2 / (1 + (row % 9)))),
    );
    return [...counts, ...(escapes ? [1 + (row % 3)] : [])].join(' ');
  });
}

function fixedRungs(): GoldenRung[] {
  const coefficients = rowsOf(COEFFICIENT_CONTEXTS, COEFFICIENT_RANGE, COEFFICIENT_SYMBOLS, true);
  const paper = rowsOf(LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS, false);
  const neural = rowsOf(NEURAL_CONTEXTS, NEURAL_RANGE, NEURAL_SYMBOLS, true);
  return [
    LOSSLESS,
    { name: 'fine', kind: 'transform', nominalGain: null, ratio: 16, counts: coefficients, expected: EXPECTED },
    { name: 'coarse', kind: 'transform', nominalGain: null, ratio: 300, counts: coefficients, expected: EXPECTED },
    { name: 'paper-32', kind: 'paper', nominalGain: 32, head: 32, counts: paper },
    { name: 'paper-64', kind: 'paper', nominalGain: 64, head: 64, counts: paper },
    { name: 'neural', kind: 'neural', nominalGain: null, gains: ONES, inverses: ONES, counts: neural },
  ];
}

/** Tables and contexts learned on made-up beats. */
function codedRungs(): GoldenRung[] {
  const windows = Array.from({ length: 12 }, (_, w) =>
    Float32Array.from(beats(WINDOW, 300), (v, i) => (v * (1 + w)) / 3000 + Math.sin(i / (50 + w)) / 10),
  );
  const latents = windows.map((samples, w) => ({
    scale: measureScale(samples),
    samples: samples.map((v) => 3 * v),
    values: Float32Array.from({ length: NEURAL_LATENTS }, (_, i) => 5 * Math.sin(((i >> 2) * (1 + (i % 4))) / 9 + w)),
  }));
  const rows = <T extends { readonly counts: readonly (readonly number[])[] }>(own: T) => ({
    ...own,
    counts: own.counts.map((row) => row.join(' ')),
  });
  const transform = (ratio: number) => rows(transformTables(windows.map(transformWindow), ratio));
  return [
    LOSSLESS,
    { name: 'fine', kind: 'transform', nominalGain: null, ratio: 16, ...transform(16), expected: EXPECTED },
    { name: 'coarse', kind: 'transform', nominalGain: null, ratio: 300, ...transform(300), expected: EXPECTED },
    {
      name: 'neural',
      kind: 'neural',
      nominalGain: null,
      gains: ONES,
      inverses: ONES,
      ...rows(neuralTables(latents, ONES, 3)),
    },
  ];
}

function makeGolden(rungs: readonly GoldenRung[]): GoldenRungs {
  const own = goldenLadder({ ladder: rungs });
  const streams: Record<string, GoldenStream> = {};
  const signals = {
    beats: Float32Array.from(beats(WINDOW, 300), (v) => v / 1000),
    'a wandering line': Float32Array.from(beats(WINDOW, 300), (v, i) => v / 2000 + i / 500 - 1),
    silence: new Float32Array(WINDOW).fill(0.37),
    'noise at full scale': Float32Array.from(noise(WINDOW, 65_536), (v) => v / 200),
  };
  for (const rung of own.rungs.filter((each): each is TransformRung => each.kind === 'transform')) {
    for (const [name, millivolts] of Object.entries(signals)) {
      const payload = encodeTransform(quantiseWindow(millivolts, rung), rung);
      const decoded = readSegment(own, { rung: rung.index, start: 0, length: WINDOW, payload }, LEAD);
      if (!('samples' in decoded)) throw new Error('a transform rung decodes at once');
      streams[`${rung.name}: ${name}`] = {
        rung: rung.name,
        payload: base64Of(payload),
        samples: base64Of(decoded.samples),
      };
    }
  }
  const scales = [{ index: 0, offset: 0 }, { index: 47, offset: -29 * offsetUnit(47) }, { index: 127, offset: offsetUnit(127) }]; // prettier-ignore
  for (const rung of own.rungs.filter((each): each is LatentRung => 'tables' in each && each.kind !== 'transform')) {
    const largest = rung.kind === 'paper' ? LATENT_RANGE : NEURAL_LARGEST;
    const kinds: Record<string, (v: number) => number> = {
      'all zero': () => 0,
      small: (v) => v % 4,
      'the whole range': (v) => Math.max(-largest, Math.min(largest, v)),
    };
    Object.entries(kinds).forEach(([name, of], k) => {
      const latents = Int8Array.from(noise(latentCount(rung), 2 * largest + 2), of);
      const payload = encodeLatentPayload(rung, scales[k]!, latents);
      streams[`${rung.name}: ${name}`] = { rung: rung.name, payload: base64Of(payload), scale: scales[k]!, latents: base64Of(latents) }; // prettier-ignore
    });
  }
  return { ladder: rungs, streams };
}
