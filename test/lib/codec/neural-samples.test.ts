/**
 * Payloads of the neural rungs that ship and the samples that their weights made of them, one file a codec. UPDATE_GOLDEN=1 writes
 * that of the codec at hand where it is missing; one that is there is never written anew. TEST_MODELS=FOLDER decodes those of
 * a released codec by the models of that release.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../src/lib/codec/codec-networks.js';
import { neuralRungs, readLadder } from '../../../src/lib/codec/ladder.js';
import { decodeLatentPayload, encodeLatentPayload } from '../../../src/lib/codec/payload.js';
import { decodeSegments } from '../../../src/lib/codec/window-decoder.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { SHIPPED_MODELS, SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { MODELS } from '../../models.js';
import { payloadsOf } from './shipped-payloads.js';

interface GoldenSamples {
  /** SHA-256 of the codec's manifest, and of the weights that decode. */
  readonly codec: string;
  readonly networks: Readonly<Record<string, string>>;
  readonly streams: readonly {
    readonly rung: string;
    readonly recording: string;
    readonly start: number;
    readonly payload: string;
    /** int8, base64. */
    readonly latents: string;
    /** Steps of 5 microvolts: differences from sample to sample, int16, little endian, deflated, base64. */
    readonly samples: string;
  }[];
}

const FOLDER = fileURLToPath(new URL('golden', import.meta.url));
const CODEC = join(MODELS, 'codec');
const LEAD = { rate: 300, gain: 200, baseline: 0 };
const RECORDINGS = ['A04040', 'mitdb-202-af', 'mitdb-228-pvc'];
/** Of a sample, from machine to machine (docs/compatibility.md). */
const LSB = 1;

const stored = await readManifest(CODEC);
const ladder = readLadder(stored);
const name = fileOf(ladder.hash);
const path = join(FOLDER, name);
if (process.env['UPDATE_GOLDEN'] === '1' && !existsSync(path) && neuralRungs(ladder).length > 0) await write();

describe('samples that neural rungs decode to', () => {
  // Models on trial have none, and need none.
  it.skipIf(MODELS !== SHIPPED_MODELS)('are golden for the codec that ships', () => {
    if (existsSync(path)) return;
    expect.fail(
      `codec ${ladder.hash.slice(0, 8)} has no golden samples. Write them: UPDATE_GOLDEN=1 npx vitest run --project unit test/lib/codec/neural-samples.test.ts; and commit test/lib/codec/golden/${name}. Files of released codecs stay; those of codecs that no release had may go.`,
    );
  });

  it.skipIf(!existsSync(path))('are what they were, within 1 LSB, one by one and in a batch', async () => {
    const { streams } = read(name);
    const decoder = await loadDecoder(CODEC);
    const segments = streams.map(({ rung, payload }) => ({
      rung: ladder.rungs.find((own) => own.name === rung)!.index,
      payload: Buffer.from(payload, 'base64'),
      start: 0,
      length: WINDOW,
      lead: LEAD,
    }));
    const decode = (some: typeof segments) =>
      decodeSegments(ladder, some, (...given) => Promise.resolve(decoder.decode(...given)));
    const alone = await Promise.all(segments.map((own) => decode([own])));
    for (const decoded of [await decode(segments), alone.flat()]) {
      const off = streams.map(({ samples }, i) => farthest(decoded[i]!.samples, samplesOf(samples)));
      expect(Math.max(...off), `LSB by stream: ${off.join(' ')}`).toBeLessThanOrEqual(LSB);
    }
  });

  it.skipIf(!existsSync(path))('come of the same latents, bit by bit, in every neural rung', () => {
    const { streams } = read(name);
    expect([...new Set(streams.map(({ rung }) => rung))]).toEqual(neuralRungs(ladder).map((rung) => rung.name));
    for (const { rung, payload, latents: expected } of streams) {
      const own = neuralRungs(ladder).find((each) => each.name === rung)!;
      const { scale, latents } = decodeLatentPayload(own, Buffer.from(payload, 'base64'));
      expect(Buffer.from(latents).toString('base64')).toBe(expected);
      expect(Buffer.from(encodeLatentPayload(own, scale, latents)).toString('base64')).toBe(payload);
    }
  });

  it('stand in a file that its codec names', () => {
    const files = readdirSync(FOLDER).filter((file) => file.startsWith('neural-samples-'));
    expect(files).toEqual(files.map((file) => fileOf(read(file).codec)));
  });
});

function fileOf(hash: string): string {
  return `neural-samples-${hash.slice(0, 8)}.json`;
}

function read(file: string): GoldenSamples {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as GoldenSamples;
}

function samplesOf(text: string): Int16Array {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'));
  let last = 0;
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => (last += bytes.readInt16LE(2 * i)));
}

function textOf(samples: Int16Array): string {
  const bytes = Buffer.alloc(2 * samples.length);
  // A difference of 16-bit values may need 17 bits; modulo 2^16 it adds up all the same.
  samples.forEach((value, i) => bytes.writeInt16LE(((value - (samples[i - 1] ?? 0)) << 16) >> 16, 2 * i));
  return deflateRawSync(bytes, { level: 9 }).toString('base64');
}

/** The largest difference, in LSB. */
function farthest(found: Int16Array, expected: Int16Array): number {
  expect(found).toHaveLength(expected.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

async function write(): Promise<void> {
  const decoder = await loadDecoder(CODEC);
  const recordings = RECORDINGS.map((recording) => join(SHIPPED_SAMPLES, recording));
  const all = (await payloadsOf(CODEC, recordings, 1)).filter(({ rung }) => rung.kind === 'neural');
  all.sort((a, b) => a.rung.index - b.rung.index);
  const streams = await Promise.all(all.map((own) => streamOf(own, decoder)));
  const networks = Object.fromEntries(['decoder', 'borders'].flatMap((key) => (stored.manifest.networks[key] === undefined ? [] : [[key, stored.manifest.networks[key].sha256]]))); // prettier-ignore
  const golden: GoldenSamples = { codec: ladder.hash, networks, streams };
  writeFileSync(path, `${JSON.stringify(golden, null, 1)}\n`);
}

async function streamOf(
  { rung, recording, start, payload }: Awaited<ReturnType<typeof payloadsOf>>[number],
  decoder: Awaited<ReturnType<typeof loadDecoder>>,
): Promise<GoldenSamples['streams'][number]> {
  if (rung.kind !== 'neural') throw new Error(`${rung.name} is no neural rung`);
  const segment = { rung: rung.index, payload, start: 0, length: WINDOW, lead: LEAD };
  const [decoded] = await decodeSegments(ladder, [segment], (...given) => Promise.resolve(decoder.decode(...given)));
  return {
    rung: rung.name,
    recording,
    start,
    payload: Buffer.from(payload).toString('base64'),
    latents: Buffer.from(decodeLatentPayload(rung, payload).latents).toString('base64'),
    samples: textOf(decoded!.samples),
  };
}
