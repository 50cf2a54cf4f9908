// Damaged payloads, frames and files against their decoders: each must yield a value or its own error, quickly.
// Payloads are golden ones, and ones that the shipped ladder makes now from samples/ (coded heads, ends, learned contexts).
// node bench/run.mjs mutations [COUNT] [SEED]: a million by default, whose result goes to bench/results/mutations.json; a
// smaller COUNT is a trial and writes nothing. Anything other than a value or the expected error ends the run with the
// bytes that caused it.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDecoder } from '../src/lib/codec/codec-networks.js';
import { readLadder, type Rung } from '../src/lib/codec/ladder.js';
import { encodeLosslessPayload } from '../src/lib/codec/payload.js';
import { decodeSegments, readSegment } from '../src/lib/codec/window-decoder.js';
import { DynamicDeepError, messageOf, type ErrorCode } from '../src/lib/errors/index.js';
import { readManifest } from '../src/lib/model/manifest.js';
import { WINDOW } from '../src/lib/signal/grid.js';
import { seededRandom, type Random } from '../src/lib/signal/random.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { buildFrames, decode as decodeFrame } from '../src/lib/wire/index.js';
import { restoreRecordings } from '../src/operations/compress/restore.js';
import { goldenLadder, type GoldenRungs } from '../test/lib/codec/golden-rungs.js';
import { payloadsOf } from '../test/lib/codec/shipped-payloads.js';
import { writeResult } from './result.js';
import { recordsOf } from './windows.js';

interface Target {
  /** Share of the mutations. */
  readonly share: number;
  /** Intact inputs, from which the damaged ones are made. */
  readonly seeds: readonly Uint8Array[];
  readonly decode: (bytes: Uint8Array, seed: number) => unknown;
  readonly refusals: readonly ErrorCode[];
}

const LEAD = { rate: 300, gain: 200, baseline: 0 };
const WHOLE = { start: 0, length: WINDOW };
const MILLION = 1_000_000;
const WINDOWS_OF_EACH = 3;
const PROGRESS_MS = 10_000;
const CODEC = join('models', 'codec');
const golden = JSON.parse(readFileSync('test/lib/codec/golden/rungs.json', 'utf8')) as GoldenRungs;
const ladder = goldenLadder(golden);
const shipped = readLadder(await readManifest(CODEC));
const folder = mkdtempSync(join(tmpdir(), 'mutations-'));

/** Makes a few random edits: flipped bits, changed bytes, a lost tail, inserted or doubled bytes, another input's tail. */
function mutate(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let out = Buffer.from(bytes);
  for (let edits = 1 + random.integer(4); edits > 0; edits--) {
    const at = random.integer(out.length + 1);
    const kind = random.integer(7);
    if (kind < 2 && at < out.length) out[at]! ^= 1 << random.integer(8);
    else if (kind === 2 && at < out.length) out[at] = random.integer(256);
    else if (kind === 3) out = out.subarray(0, at);
    else if (kind === 4) out = Buffer.concat([out.subarray(0, at), Buffer.of(random.integer(256)), out.subarray(at)]);
    else if (kind === 5) out = Buffer.concat([out.subarray(0, at), out.subarray(Math.max(0, at - random.integer(16)))]);
    else if (kind === 6)
      out = Buffer.concat([out.subarray(0, at), others[random.integer(others.length)]!.subarray(at)]);
    // A slice shares its bytes with the input: later edits go to a copy.
    out = Buffer.from(out);
  }
  return out;
}

function goldenTarget(kind: Rung['kind'], share: number): Target {
  const streams = Object.values(golden.streams).map(({ rung, payload }) => ({
    rung: ladder.rungs.find(({ name }) => name === rung)!,
    payload: Buffer.from(payload, 'base64'),
  }));
  return payloadTarget(streams, ladder, kind, share);
}

type Streams = readonly { readonly rung: Rung; readonly payload: Uint8Array }[];

/** Target of payloads of one kind of rung, decoded up to their samples or latents. */
function payloadTarget(streams: Streams, of: typeof ladder, kind: Rung['kind'], share: number): Target {
  const own = streams.filter(({ rung }) => rung.kind === kind);
  return {
    share,
    seeds: own.map(({ payload }) => payload),
    decode: (payload, seed) => readSegment(of, { ...WHOLE, rung: own[seed]!.rung.index, payload }, LEAD),
    refusals: ['PAYLOAD_CORRUPT'],
  };
}

/** Targets of payloads of the shipped ladder; a few go through its networks to samples. */
async function shippedTargets(): Promise<Record<string, Target>> {
  const recordings = (await recordsOf('samples')).map((name) => join('samples', name));
  const payloads = await payloadsOf(CODEC, recordings, WINDOWS_OF_EACH);
  const decoder = await loadDecoder(CODEC);
  const networks = (...given: Parameters<typeof decoder.decode>) => Promise.resolve(decoder.decode(...given));
  const neural = payloads.filter(({ rung }) => rung.kind === 'neural');
  return {
    'shipped-transform': payloadTarget(payloads, shipped, 'transform', 0.2),
    'shipped-neural': payloadTarget(payloads, shipped, 'neural', 0.3),
    'shipped-samples': {
      share: 0.005,
      seeds: neural.map(({ payload }) => payload),
      decode: async (payload, seed) => {
        const segment = { ...WHOLE, rung: neural[seed]!.rung.index, payload, lead: LEAD };
        const [decoded] = await decodeSegments(shipped, [segment], networks);
        if (decoded?.samples.length !== WINDOW) throw new Error('a window of another length');
      },
      refusals: ['PAYLOAD_CORRUPT'],
    },
  };
}

async function targets(): Promise<Record<string, Target>> {
  const { leads } = await readRecording('samples/mitdb-228-pvc');
  const native = Int16Array.from(leads[0]!.samples);
  const lengths = [WINDOW, 256, 700];
  const lossless = lengths.map((count, i) =>
    encodeLosslessPayload(0, 300, { firstIndex: 0, samples: native.subarray(i * 2000, i * 2000 + count) }),
  );
  const segment = { stream: 'g-001.1', epoch: 1, sequence: 0, start: 0, length: WINDOW, rung: 1, policyVersion: 0 };
  const unsent = Object.values(golden.streams).map(({ payload }) => ({
    segment: { ...segment, flags: 0, predicted: [0.1, 0.2], payload: Buffer.from(payload, 'base64') },
    channel: 3,
    closedAt: 0,
  }));
  const path = join(folder, 'damaged.avro');
  let whole: string | undefined;
  const codec = {
    ladder,
    encode: () => Promise.resolve(new Map()),
    decode: () => Promise.reject(new Error('no networks')),
    load: () => Promise.resolve(),
  };
  return {
    lossless: {
      share: 0.1,
      seeds: lossless,
      decode: (payload, seed) => readSegment(ladder, { rung: 0, start: 0, length: lengths[seed]!, payload }, LEAD),
      refusals: ['PAYLOAD_CORRUPT'],
    },
    'golden-transform': goldenTarget('transform', 0.1),
    'golden-paper': goldenTarget('paper', 0.1),
    'golden-neural': goldenTarget('neural', 0.1),
    ...(await shippedTargets()),
    frame: {
      share: 0.07,
      seeds: buildFrames('ecg.segments', unsent, { version: 1, model: ladder.id, run: 7, sentAt: 2 }),
      decode: (bytes) => decodeFrame('ecg.segments', Buffer.from(bytes)),
      refusals: ['MESSAGE_INVALID'],
    },
    file: {
      share: 0.025,
      seeds: [readFileSync('test/operations/compress/golden/version-1.avro')],
      decode: async (bytes) => {
        writeFileSync(path, bytes);
        const decode = (segments: Parameters<typeof decodeSegments>[1]) =>
          decodeSegments(ladder, segments, codec.decode);
        const options = { codec: () => Promise.resolve({ ...codec, decodeSegments: decode }), models: 'golden' };
        const hash = createHash('sha256');
        for await (const { name, leads } of restoreRecordings(path, options)) {
          hash.update(name);
          for (const { samples } of leads) hash.update(new Uint8Array(samples.buffer));
        }
        // A damaged file must be refused, unless nothing depends on the damaged place.
        const digest = hash.digest('hex');
        if (digest !== (whole ??= digest)) throw new Error('a damaged file gave other samples');
      },
      refusals: ['COMPRESSED_FILE_INVALID'],
    },
  };
}

async function attack(name: string, { seeds, decode, refusals }: Target, count: number, random: Random) {
  let [refused, slowestMs] = [0, 0];
  const begun = performance.now();
  let said = begun;
  for (let n = 0; n < count; n++) {
    if (performance.now() - said > PROGRESS_MS) {
      said = performance.now();
      console.error(`${name}: ${n} of ${count}, ${Math.round((said - begun) / 1000)} s`);
    }
    const seed = random.integer(seeds.length);
    const bytes = mutate(seeds[seed]!, seeds, random);
    const started = performance.now();
    try {
      await decode(bytes, seed);
    } catch (error) {
      if (!(error instanceof DynamicDeepError && refusals.includes(error.code))) {
        throw new Error(`${name}, input ${seed}: ${messageOf(error)}: ${Buffer.from(bytes).toString('hex')}`, {
          cause: error,
        });
      }
      refused++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - started);
  }
  return {
    mutations: count,
    refused,
    decoded: count - refused,
    slowestMs: Math.round(slowestMs),
    seconds: Math.round((performance.now() - begun) / 1000),
  };
}

const count = Number(process.argv[2] ?? MILLION);
const seed = Number(process.argv[3] ?? 1);
const kinds: Record<string, object> = {};
try {
  for (const [i, [name, target]] of Object.entries(await targets()).entries()) {
    for (const [n, bytes] of target.seeds.entries()) await target.decode(bytes, n);
    kinds[name] = await attack(name, target, Math.round(count * target.share), seededRandom(seed + i));
    console.log(name, JSON.stringify(kinds[name]));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
if (count < MILLION) console.log(`no fault; a trial of ${count} is not written`);
else writeResult('mutations', { mutations: count, seed, codec: shipped.hash, faults: 0, peakMiB, kinds });
