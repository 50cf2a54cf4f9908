// Damaged payloads, frames and files against their decoders: each must give some value or its own error, quickly.
// node bench/run.mjs mutations [COUNT] [SEED]; a million by default. The result goes to bench/results/mutations.json;
// anything else than a value or the expected error ends the run with the bytes that caused it.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLadder, type Ladder } from '../src/lib/codec/ladder.js';
import { encodeLosslessPayload } from '../src/lib/codec/payload.js';
import { decodeSegments, readSegment } from '../src/lib/codec/window-decoder.js';
import { DynamicDeepError, messageOf, type ErrorCode } from '../src/lib/errors/index.js';
import { WINDOW } from '../src/lib/signal/grid.js';
import { seededRandom, type Random } from '../src/lib/signal/random.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { buildFrames, decode as decodeFrame } from '../src/lib/wire/index.js';
import { restoreRecordings } from '../src/operations/compress/restore.js';
import { writeResult } from './result.js';

interface Target {
  /** Share of the mutations. */
  readonly share: number;
  /** Whole inputs that are damaged. */
  readonly seeds: readonly Uint8Array[];
  readonly decode: (bytes: Uint8Array, seed: number) => unknown;
  readonly refusals: readonly ErrorCode[];
}

interface GoldenFile {
  readonly ladder: readonly { readonly name: string; readonly kind: string; readonly counts?: readonly string[] }[];
  readonly streams: Readonly<Record<string, { readonly rung: string; readonly payload: string }>>;
}

const LEAD = { rate: 300, gain: 200, baseline: 0 };
const golden = JSON.parse(readFileSync('test/lib/codec/golden/rungs.json', 'utf8')) as GoldenFile;
const ladder = goldenLadder();
const folder = mkdtempSync(join(tmpdir(), 'mutations-'));

function goldenLadder(): Ladder {
  const rungs = golden.ladder.map((rung) =>
    rung.counts === undefined ? rung : { ...rung, counts: rung.counts.map((row) => row.split(' ').map(Number)) },
  );
  return readLadder({
    hash: 'c0'.repeat(32),
    manifest: {
      ...{ name: 'codec', version: 1, architecture: { kind: 'neural-codec', config: {} }, networks: {}, training: {} },
      parameters: { ladder: rungs, scaleRange: [0, 127], tau: 1 },
    },
  });
}

/** A few random edits: bits, bytes, a lost tail or head, bytes put in or doubled, another input's tail. */
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
    // A slice shares its bytes with the input: edits go to a copy.
    out = Buffer.from(out);
  }
  return out;
}

function rungTarget(kind: string, share: number): Target {
  const streams = Object.values(golden.streams).filter(
    ({ rung }) => golden.ladder.find(({ name }) => name === rung)?.kind === kind,
  );
  const rungs = streams.map(({ rung }) => golden.ladder.findIndex(({ name }) => name === rung));
  return {
    share,
    seeds: streams.map(({ payload }) => Buffer.from(payload, 'base64')),
    decode: (payload, seed) => readSegment(ladder, { rung: rungs[seed]!, start: 0, length: WINDOW, payload }, LEAD),
    refusals: ['PAYLOAD_CORRUPT'],
  };
}

async function targets(): Promise<Record<string, Target>> {
  const { leads } = await readRecording('samples/mitdb-228-pvc');
  const native = Int16Array.from(leads[0]!.samples);
  const lossless = [WINDOW, 256, 700].map((count, i) =>
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
    ...{ ladder, encode: () => Promise.resolve(new Map()), decode: () => Promise.reject(new Error('no networks')) },
    load: () => Promise.resolve(),
  };
  return {
    lossless: {
      share: 0.15,
      seeds: lossless,
      decode: (payload) => readSegment(ladder, { rung: 0, start: 0, length: WINDOW, payload }, LEAD),
      refusals: ['PAYLOAD_CORRUPT'],
    },
    transform: rungTarget('transform', 0.25),
    paper: rungTarget('paper', 0.2),
    neural: rungTarget('neural', 0.25),
    frame: {
      share: 0.1,
      seeds: buildFrames('ecg.segments', unsent, { version: 1, model: ladder.id, run: 7, sentAt: 2 }),
      decode: (bytes) => decodeFrame('ecg.segments', Buffer.from(bytes)),
      refusals: ['MESSAGE_INVALID'],
    },
    file: {
      share: 0.05,
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
        // A damaged file is refused, or the damage is where nothing depends on it.
        const digest = hash.digest('hex');
        if (digest !== (whole ??= digest)) throw new Error('a damaged file gave other samples');
      },
      refusals: ['COMPRESSED_FILE_INVALID'],
    },
  };
}

async function attack(name: string, { seeds, decode, refusals }: Target, count: number, random: Random) {
  let [refused, slowestMs] = [0, 0];
  for (let n = 0; n < count; n++) {
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
  return { mutations: count, refused, decoded: count - refused, slowestMs: Math.round(slowestMs) };
}

const count = Number(process.argv[2] ?? 1_000_000);
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
writeResult('mutations', { mutations: count, seed, faults: 0, peakMiB, kinds });
