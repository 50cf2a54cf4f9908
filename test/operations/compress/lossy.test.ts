import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLadder, type Ladder } from '../../../src/lib/codec/ladder.js';
import { encodePieceCodes } from '../../../src/lib/codec/window-encoder.js';
import { readRuns } from '../../../src/lib/compressed-file/index.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { openCodec, type OfflineCodec } from '../../../src/lib/offline/codec.js';
import { SHIPPED_MODELS, SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { nativeIndex } from '../../../src/lib/signal/grid.js';
import { joinNative } from '../../../src/lib/signal/model-rate.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { MISSING, type Lead } from '../../../src/lib/signal/types.js';
import { toMillivolts } from '../../../src/lib/signal/units.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { prdn } from '../../../src/lib/tasks/reconstruction.js';
import { certificate } from '../../lib/certification/certificates.js';
import { temporaryFolder } from '../../lib/model/tiny.js';
import { lead, recordOf, runCompress, runDecompress } from './records.js';

const folder = await temporaryFolder();
const bounds = { rhythm: 0.75, peaks: 0.1 };
/** PRDN is left free. */
const free = { bound: bounds.rhythm, prdnBound: 1000 };
let ladder: Ladder;
let record: string;
const out = (name: string): string => join(folder, name);

beforeAll(async () => {
  ladder = readLadder(await readManifest(join(SHIPPED_MODELS, 'codec')));
  const gaps: [number, number][] = [[7000, 7100]]; // prettier-ignore
  record = await recordOf(folder, { name: 'rec', leads: [lead(360, 40, {}, gaps), lead(360, 40, { name: 'V1' })] });
});

/** Certificates as `calibrate` writes them, without its minutes. */
async function certify(
  models: string,
  predictor: 'synthesis' | 'dense',
  reconstruction: number | null = null,
): Promise<void> {
  const hashOf = async (name: string): Promise<string> => (await readManifest(join(models, name))).hash;
  const hashes = {
    codec: await hashOf('codec'),
    rhythm: await hashOf('rhythm'),
    peaks: await hashOf('peaks'),
    ...(predictor === 'dense' ? { dense: await hashOf('codec/dense') } : {}),
  };
  const own = certificate({
    models: hashes,
    predictor,
    bounds: { ...bounds, reconstruction, weightedSum: null },
  });
  await writeFile(join(models, 'certificates.json'), JSON.stringify({ policies: [own] }));
}

async function payloadsOf(file: string): Promise<string[]> {
  const payloads: string[] = [];
  for await (const { segments } of readRuns(file))
    payloads.push(...segments.map(({ rung, payload }) => `${rung} ${payload.toString('base64')}`));
  return payloads;
}

/** Percent, of each segment by itself at the native rate. */
async function prdnOfSegments(file: string, own: Lead, codec: OfflineCodec): Promise<number[]> {
  const errors: number[] = [];
  let end = 0;
  for await (const { segments } of readRuns(file)) {
    for (const { gap, length, rung, payload } of segments) {
      const start = end + gap;
      end = start + length;
      const [decoded] = await codec.decodeSegments([{ rung, start, length, payload, lead: own }]);
      const original = toMillivolts(own, nativeIndex(start, own.rate), nativeIndex(end, own.rate));
      errors.push(prdn(original, joinNative([{ ...decoded!, start, length }], own.rate)));
    }
  }
  return errors;
}

describe('a record compressed under the bounds', () => {
  it('holds the very segments that the edge would send', async () => {
    const file = out('dense.avro');
    const models = out('dense-models');
    await cp(SHIPPED_MODELS, models, { recursive: true });
    await certify(models, 'dense');
    const { summary } = await runCompress([record], file, { ...free, predictor: 'dense', models });
    const { leads } = await readRecording(record);
    const pieces = [...cutPieces(leads[0]!.samples, leads[0]!)].map((piece) => ({
      piece,
      lead: leads[0]!,
      stream: 's',
    }));
    const { encode } = await openCodec(join(SHIPPED_MODELS, 'codec'));
    const codes = await encodePieceCodes(pieces, { ladder: { ...ladder, tau: 0.5 }, bounds, encode });
    expect(await payloadsOf(file)).toEqual(
      codes.map(({ code: { rung, payload } }) => `${rung.index} ${Buffer.from(payload).toString('base64')}`),
    );
    expect(summary).toMatchObject({
      predictor: 'dense',
      rung: null,
      bounds: { ...bounds, reconstruction: null },
      model: ladder.hash,
    });
  });

  it('comes back at its own rate and length, its gaps kept, with the error that the summary says', async () => {
    const file = out('forced.avro');
    const rung = ladder.rungs.at(-1)!;
    const { summary, stdout } = await runCompress([record], file, { rung: rung.name, leads: 'all' });
    await runDecompress(file, out('forced'));
    const [before, after] = [await readRecording(record), await readRecording(out('forced/rec'))];
    expect(after.rate).toBe(360);
    before.leads.forEach(({ samples, gain, baseline }, i) => {
      const decoded = after.leads[i]!.samples;
      expect(decoded.length).toBe(samples.length);
      expect(decoded.map((v) => Number(v === MISSING))).toEqual(samples.map((v) => Number(v === MISSING)));
      const present = [...samples.keys()].filter((k) => samples[k] !== MISSING);
      const millivolts = (of: Int32Array): Float32Array =>
        Float32Array.from(present, (k) => (of[k]! - baseline) / gain);
      expect(prdn(millivolts(samples), millivolts(decoded))).toBeCloseTo(summary.leads[i]!.prdn!, 6);
    });
    // Windows with the gap, and what is left at the end, go losslessly.
    expect(summary.losslessPieces).toBe(4);
    expect(summary.losslessWindows).toBe(0);
    expect(summary.rungShares[rung.name]).toBeGreaterThan(0.8);
    expect(stdout).toContain('0 whole windows, 4 pieces');
  });

  it('goes losslessly where no lossy rung carries a window, whichever is asked for', async () => {
    const samples = new Int32Array(31 * 300).fill(32_000);
    const far = { name: 'far', leads: [lead(300, 31, { gain: 0.1, baseline: 0, samples })] };
    const path = await recordOf(folder, far);
    const names = [ladder.rungs.find(({ kind }) => kind === 'transform')!.name, ladder.rungs.at(-1)!.name];
    for (const rung of names) {
      const { summary } = await runCompress([path], out('far.avro'), { rung });
      expect(summary).toMatchObject({ rung, rungShares: { lossless: 1 }, leads: [{ prdn: 0 }] });
      expect(summary.losslessWindows).toBeGreaterThan(0);
      await runDecompress(out('far.avro'), out('far'), { overwrite: true });
      expect((await readRecording(out('far/far'))).leads[0]!.samples).toEqual(samples);
    }
  });

  it('takes any rung of the ladder by its name, and says which there are', async () => {
    for (const { name, index } of ladder.rungs) {
      await runCompress([record], out('one.avro'), { rung: name, verify: false });
      expect((await payloadsOf(out('one.avro')))[0]).toMatch(new RegExp(`^${index} `));
    }
    const refused = runCompress([record], out('none.avro'), { rung: 'paper-65' });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(refused).rejects.toThrow(ladder.rungs.map(({ name }) => name).join(', '));
  });

  it('keeps the bound on PRDN in every segment of the file, and reaches for it', async () => {
    const sample = join(SHIPPED_SAMPLES, 'A00282');
    const { leads } = await readRecording(sample);
    const codec = await openCodec(join(SHIPPED_MODELS, 'codec'));
    const payloads: number[] = [];
    const models = out('prdn-models');
    await cp(SHIPPED_MODELS, models, { recursive: true });
    const under = (prdnBound: number) => ({ bound: bounds.rhythm, prdnBound, models, verify: false });
    for (const prdnBound of [8, 30]) {
      const file = out(`prdn-${prdnBound}.avro`);
      await certify(models, 'synthesis', prdnBound);
      const { summary, stdout } = await runCompress([sample], file, under(prdnBound));
      expect(summary.bounds).toEqual({ ...bounds, reconstruction: prdnBound });
      expect(stdout).toContain(`${prdnBound}% (PRDN of a window)`);
      payloads.push(summary.payloadBytes);
      const errors = await prdnOfSegments(file, leads[0]!, codec);
      expect(Math.max(...errors)).toBeLessThanOrEqual(prdnBound);
      expect(Math.max(...errors)).toBeGreaterThan(prdnBound / 2);
    }
    expect(payloads[1]!).toBeLessThan(0.6 * payloads[0]!);
    await certify(models, 'synthesis', 1e-3);
    const { summary } = await runCompress([sample], out('exact.avro'), under(1e-3));
    expect(summary.rungShares['lossless']).toBe(1);
  }, 60_000); // prettier-ignore

  it('by the synthesis predictor, the default where the codec was measured with it; a decoder with another codec refuses', async () => {
    const models = out('models');
    await mkdir(models, { recursive: true });
    await cp(SHIPPED_MODELS, models, { recursive: true });
    const manifest = join(models, 'codec', 'manifest.json');
    const stored = JSON.parse(await readFile(manifest, 'utf8')) as { parameters: Record<string, unknown> };
    stored.parameters['synthesisTau'] = 0.9;
    await writeFile(manifest, JSON.stringify(stored));
    const other = (await readManifest(join(models, 'codec'))).hash;
    await certify(models, 'synthesis');
    const { summary, stdout } = await runCompress([record], out('synthesis.avro'), { ...free, models, peaksBound: 1 });
    expect(summary.predictor).toBe('synthesis');
    expect(stdout).toContain('and none on PRDN');
    expect(summary.certified).toMatchObject({ tau: 0.5, n: 900, k: 2, alpha: 0.01, delta: 0.01 });
    expect(summary.rungShares['lossless']).toBeLessThan(1);
    const refused = runDecompress(out('synthesis.avro'), out('refused'));
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    await expect(refused).rejects.toThrow(new RegExp(`${other}.*${ladder.hash}`));
    await runDecompress(out('synthesis.avro'), out('accepted'), { models });
  });

  it('loses nothing where no certificate stands behind the bounds, says so, and names the command', async () => {
    const { summary, stderr } = await runCompress([record], out('uncertified.avro'), { bound: 1e-9 });
    expect(summary).toMatchObject({ certified: null, rungShares: { lossless: 1 } });
    expect(stderr).toContain('everything goes losslessly');
    expect(stderr).toContain('dynamic-deep calibrate --models');
  });
});
