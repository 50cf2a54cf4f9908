import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLadder, rungAt } from '../../../src/lib/codec/ladder.js';
import { END_RANGE } from '../../../src/lib/codec/window-ends.js';
import { LATENT_CONTEXTS, LATENT_SYMBOLS } from '../../../src/lib/codec/latents.js';
import { latentNeighbours, NEURAL_SYMBOLS } from '../../../src/lib/codec/neural-latents.js';
import { OFFSET_RANGE, SCALES } from '../../../src/lib/codec/window-scale.js';
import { readManifest, type Manifest } from '../../../src/lib/model/manifest.js';
import { MODELS } from '../../models.js';

const counts = Array.from({ length: LATENT_CONTEXTS }, () => new Array<number>(LATENT_SYMBOLS).fill(1));
const lossless = { name: 'lossless', kind: 'lossless', nominalGain: 1 };
const paper = { name: 'paper-64', kind: 'paper', nominalGain: 64, head: 64, counts };
const table = (symbols: number): number[] => new Array<number>(symbols + 1).fill(1);
const weights = (channel: number): number[] => new Array<number>(latentNeighbours(channel)).fill(0.1);
const coding = {
  scales: table(SCALES),
  offsets: table(2 * OFFSET_RANGE + 1),
  ends: { unit: 0.1, counts: table(2 * END_RANGE + 1) },
  contexts: {
    groups: Array.from({ length: 4 }, (_, channel) => ({
      constant: 1,
      magnitudes: weights(channel),
      values: weights(channel),
    })),
    sizeEdges: [1],
    valueEdges: [] as number[],
  },
};
const neural = {
  name: 'neural',
  kind: 'neural',
  nominalGain: null,
  gains: [1, 1, 1, 1],
  inverses: [1, 1, 1, 1],
  counts: [table(NEURAL_SYMBOLS), table(NEURAL_SYMBOLS)],
  coding,
};
const withContexts = (some: object) => ({
  ladder: [lossless, { ...neural, coding: { ...coding, contexts: { ...coding.contexts, ...some } } }],
  ...REST,
});
const REST = { scaleRange: [2, 60], tau: 0.5 };
const HASH = 'ab'.repeat(32);

function ladderOf(parameters: Record<string, unknown>) {
  const manifest: Manifest = {
    name: 'codec',
    version: 1,
    architecture: { kind: 'paper-codec', config: {} },
    networks: {},
    parameters,
    training: {},
  };
  return readLadder({ manifest, hash: HASH });
}

describe('the ladder', () => {
  it('of the models has a lossless rung, gains that rise, and the manifest’s first 8 bytes as its id', async () => {
    const stored = await readManifest(join(MODELS, 'codec'));
    const ladder = readLadder(stored);
    expect(ladder.rungs.map(({ index }) => index)).toEqual(ladder.rungs.map((_, i) => i));
    expect(ladder.lossless.nominalGain).toBe(1);
    const gains = ladder.rungs.flatMap(({ nominalGain }) => nominalGain ?? []);
    expect(gains).toEqual([...gains].sort((a, b) => a - b));
    expect(ladder.id.toString('hex')).toBe(stored.hash.slice(0, 16));
    expect(new Set(ladder.rungs.map(({ name }) => name)).size).toBe(ladder.rungs.length);
  });

  it('takes a neural rung with as many tables as its contexts choose from', () => {
    expect(ladderOf({ ladder: [lossless, neural], ...REST }).rungs[1]).toMatchObject({
      coding: { ends: { unit: 0.1 } },
    });
  });

  it('names a rung by its place and refuses a place that it does not have', () => {
    const ladder = ladderOf({ ladder: [lossless, paper], ...REST });
    expect(rungAt(ladder, 1).name).toBe('paper-64');
    for (const index of [2, -1, 0.5]) {
      expect(() => rungAt(ladder, index)).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }));
    }
  });

  it.each([
    ['no ladder', { ...REST }],
    ['no rung', { ladder: [], ...REST }],
    ['tables for other contexts', withContexts({ sizeEdges: [] })],
    ['weights of other groups', withContexts({ groups: coding.contexts.groups.slice(1) })],
    ['weights of other neighbours', withContexts({ groups: coding.contexts.groups.toReversed() })],
    ['a weight too few', withContexts({ groups: coding.contexts.groups.map((own) => ({ ...own, values: [] })) })],
    ['edges that fall', withContexts({ sizeEdges: [2, 1] })],
    ['no range of scales', { ladder: [lossless], tau: 0.5 }],
    ['no tau', { ladder: [lossless], scaleRange: [2, 60] }],
    ['a tau above 1', { ladder: [lossless], scaleRange: [2, 60], tau: 1.5 }],
    ['an unknown kind', { ladder: [lossless, { ...paper, kind: 'wavelet' }], ...REST }],
    ['an unknown head', { ladder: [lossless, { ...paper, head: 8 }], ...REST }],
    ['too few counts', { ladder: [lossless, { ...paper, counts: counts.slice(1) }], ...REST }],
    [
      'a count that is not whole',
      { ladder: [lossless, { ...paper, counts: counts.map((row) => row.map(() => 0.5)) }], ...REST },
    ],
  ])('with %s is MODEL_INVALID', (_, parameters) => {
    expect(() => ladderOf(parameters)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  });
});
