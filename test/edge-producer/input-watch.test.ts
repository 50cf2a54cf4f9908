import { readFile, writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openInputWatch } from '../../src/edge-producer/input-watch.js';
import type { RecordedStream } from '../../src/edge-producer/sources.js';
import type { Drift } from '../../src/lib/audit/input-drift.js';
import { INPUT_FEATURES } from '../../src/lib/codec/input-features.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { encodePieceCodes, type WindowCandidates } from '../../src/lib/codec/window-encoder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { MODELS } from '../models.js';
import { edgeWorker } from '../workers.js';
import { closedPieces, sampleStream } from './streams.js';

const codec = join(MODELS, 'codec');
const ladder = readLadder(await readManifest(codec));
const edge = edgeWorker();
/** Recordings of CinC 2017, as training saw many. */
const RECORDS = ['A00282', 'A00624', 'A00823', 'A01938', 'A02370', 'A04040', 'A05798'];
const sources = await Promise.all(RECORDS.map(sampleStream));
const limits = { bounds: { rhythm: 1, peaks: 1, reconstruction: Infinity }, tau: 1, rungs: undefined };

/** What the predictor is asked about when the recordings come in, each altered. */
async function windowsOf(altered: (samples: Int32Array, gain: number) => Int32Array) {
  const asked: WindowCandidates[] = [];
  for (const source of sources) {
    const lead = { ...source.lead, samples: altered(source.lead.samples, source.lead.gain) };
    const own: RecordedStream = { ...source, lead };
    const pieces = closedPieces(own).map(({ piece }) => ({ piece, stream: source.lead.name + RECORDS[sources.indexOf(source)]!, lead, limits })); // prettier-ignore
    await encodePieceCodes(pieces, {
      ladder,
      encode: (windows, n) => edge.call('encode', { windows, n }),
      choose: (windows) => {
        asked.push(...windows);
        return Promise.resolve(windows.map(() => undefined));
      },
    });
  }
  return asked;
}

const logger = { info: vi.fn(), warn: vi.fn() };
const same = (samples: Int32Array): Int32Array => samples;

async function driftOf(windows: readonly WindowCandidates[]): Promise<Drift> {
  const said: Drift[] = [];
  vi.useFakeTimers();
  try {
    const metrics = { setInputDrift: (drift: Drift) => void said.push(drift) };
    const watch = await openInputWatch({ codec, ladder, reference: undefined, metrics, logger });
    watch.take(windows);
    vi.advanceTimersByTime(15_000);
    await watch.close();
    vi.advanceTimersByTime(60_000);
  } finally {
    vi.useRealTimers();
  }
  expect(said).toHaveLength(1);
  return said[0]!;
}

afterEach(() => {
  vi.clearAllMocks();
});

describe('the drift of the input', () => {
  it('is measured on every window that the predictor is asked about, and tells a changed gain from a changed shape', async () => {
    const asIs = await driftOf(await windowsOf(same));
    const quiet = await driftOf(await windowsOf((samples) => samples.map((v) => v / 4)));
    const scale = INPUT_FEATURES.indexOf('scale');
    expect(asIs.streams).toBeGreaterThan(5);
    expect(quiet.indices[scale]).toBeGreaterThan(asIs.indices[scale]! + 0.5);
    // The encoder sees windows of one deviation: but for rounding it cannot tell.
    const shape = INPUT_FEATURES.indexOf('energy-1');
    expect(Math.abs(quiet.indices[shape]! - asIs.indices[shape]!)).toBeLessThan(0.2);
  });

  it('sees noise, which leaves the scale nearly as it was', async () => {
    const random = seededRandom(3);
    const noisy = (samples: Int32Array, gain: number): Int32Array => {
      let wander = 0;
      return samples.map((v) => {
        wander += 0.03 * random.normal() - 0.002 * wander;
        return Math.max(-32_000, Math.min(32_000, v + gain * wander));
      });
    };
    const [before, after] = [await driftOf(await windowsOf(same)), await driftOf(await windowsOf(noisy))];
    const shapes = INPUT_FEATURES.map((_, i) => i).slice(1);
    const most = (drift: Drift): number => Math.max(...shapes.map((i) => drift.indices[i]!));
    expect(most(after)).toBeGreaterThan(most(before) + 0.5);
  });

  it('is not measured against a reference of another encoder, and the log says why', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'input-watch-'));
    const text = await readFile(join(codec, 'reference.json'), 'utf8');
    const other = JSON.stringify({ ...(JSON.parse(text) as object), encoder: '0'.repeat(64) });
    await writeFile(join(folder, 'reference.json'), other);
    await writeFile(join(folder, 'manifest.json'), await readFile(join(codec, 'manifest.json')));
    const metrics = { setInputDrift: vi.fn() };
    const options = { codec: folder, ladder, metrics, logger };
    const watch = await openInputWatch({ ...options, reference: undefined });
    watch.take(await windowsOf(same));
    await watch.close();
    expect(logger.warn.mock.calls[0]?.[0]).toMatchObject({ why: 'it is of another encoder' });
    // One that was asked for by name must be the right one.
    for (const name of ['reference.json', 'none.json']) {
      const asked = openInputWatch({ ...options, reference: join(folder, name) });
      await expect(asked).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    }
  });
});
