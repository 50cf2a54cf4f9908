import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder } from '../../../src/lib/codec/codec-networks.js';
import { denseFeatureCount } from '../../../src/lib/codec/dense-features.js';
import { denseFolder, loadLadder } from '../../../src/lib/codec/dense-manifest.js';
import { readLadder, type Ladder } from '../../../src/lib/codec/ladder.js';
import { encodePieceCodes, type RungCandidate } from '../../../src/lib/codec/window-encoder.js';
import { buildDenseErrors, buildDenseStudent } from '../../../src/lib/model/architectures/dense-predictor.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { writeModel } from '../../../src/lib/model/store.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { MODELS } from '../../models.js';
import { beats } from './signals.js';

const SHIPPED = join(MODELS, 'codec');
const lead = { rate: 300, gain: 200, baseline: 0 };
const pieces = [...cutPieces(Int32Array.from(beats(300 * 20, 300)), lead)]
  .filter(({ whole }) => whole)
  .map((piece) => ({ piece, lead, stream: 'stream' }));

/** Every candidate of the windows. */
async function candidates(codec: string, ladder: Ladder, predicts = true): Promise<RungCandidate[][]> {
  const encoder = await loadEncoder(codec, predicts);
  const found: RungCandidate[][] = [];
  await encodePieceCodes(pieces, {
    ladder,
    bounds: { rhythm: 1, peaks: 1 },
    encode: (windows, n) => Promise.resolve(encoder.encode(windows, n)),
    choose: (windows) => {
      found.push(...windows.map((window) => [...window.candidates]));
      return Promise.resolve(windows.map(() => undefined));
    },
  });
  return found;
}

describe('a dense predictor in a folder of its own', () => {
  let [codec, ladder]: [string?, Ladder?] = [];
  const rungs = (): string[] => ladder!.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);

  /** Networks that were never trained. */
  async function write(some: { readonly encoder?: string; readonly rungs?: readonly string[] } = {}): Promise<void> {
    const { manifest } = await readManifest(codec!);
    const names = some.rungs ?? rungs();
    const width = denseFeatureCount(ladder!.rungs.filter(({ kind }) => kind === 'neural').length);
    await writeModel(
      denseFolder(codec!),
      {
        name: 'dense',
        version: 1,
        architecture: { kind: 'dense-predictor', config: {} },
        training: {},
        parameters: {
          encoder: manifest.networks['encoder']!.sha256,
          tau: 0.5,
          rungs: names,
          floors: [0.005, 0.002],
          mean: new Array<number>(width).fill(0),
          deviation: new Array<number>(width).fill(1),
          ...(some.encoder === undefined ? {} : { encoder: some.encoder }),
        },
      },
      {
        student: { network: buildDenseStudent(), dtype: 'float16' },
        errors: { network: buildDenseErrors(width, 2 * names.length), dtype: 'float16' },
      },
    );
  }

  beforeAll(async () => {
    codec = join(await mkdtemp(join(tmpdir(), 'dense-')), 'codec');
    for (const file of ['manifest.json', 'encoder.bin', 'predictor.bin']) {
      await cp(join(SHIPPED, file), join(codec, file));
    }
    ladder = readLadder(await readManifest(codec));
  });

  it('has its word of every lossy rung, its own tau, and leaves the payloads as they are', async () => {
    const before = await candidates(codec!, ladder!);
    for (const { rung, predicted } of before.flat()) {
      const own = ladder!.rungs[rung]!;
      if (own.kind === 'transform') expect(predicted).toEqual(own.expected);
    }
    await write();
    const loaded = await loadLadder(codec!);
    expect([loaded.tau, loaded.hash]).toEqual([0.5, ladder!.hash]);
    const after = await candidates(codec!, loaded);
    expect(after.map((own) => own.map(({ rung, code }) => [rung, code.payload]))).toEqual(
      before.map((own) => own.map(({ rung, code }) => [rung, code.payload])),
    );
    expect(after[0]).toHaveLength(rungs().length);
    after.flat().forEach(({ predicted }, i) => {
      const other = before.flat()[i]!.predicted;
      for (const task of ['rhythm', 'peaks'] as const) {
        expect(predicted[task]).toBeGreaterThan(0);
        expect(predicted[task]).not.toBe(other[task]);
      }
    });
  });

  it('is not run where another predicts: the word on neural rungs is then no number', async () => {
    for (const { rung, predicted } of (await candidates(codec!, ladder!, false)).flat()) {
      if (ladder!.rungs[rung]!.kind === 'neural') expect(predicted).toEqual({ rhythm: Number.NaN, peaks: Number.NaN });
    }
  });

  it('is refused beside an encoder or a ladder that it was not learnt with', async () => {
    await write({ encoder: '0'.repeat(64) });
    await expect(loadEncoder(codec!)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    await write({ rungs: ['neural-99'] });
    await expect(loadEncoder(codec!)).rejects.toThrow('neural-99');
  });
});
