import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { openCodec } from '../../src/lib/offline/codec.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { nativeIndex } from '../../src/lib/signal/grid.js';
import { joinNative } from '../../src/lib/signal/model-rate.js';
import { toMillivolts } from '../../src/lib/signal/units.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { prdn } from '../../src/lib/tasks/reconstruction.js';
import { MODELS } from '../models.js';
import { connect, unique } from './kafka-helpers.js';
import { startService } from './processes.js';
import { rawSegments } from './raw-segments.js';
import { readTopics, type Value } from './raw-reader.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

/** Segments in the log of one record of 29.9 s, replayed once. */
async function sent(sample: string, predictor: string, prdnBound: number): Promise<Value[]> {
  const gateway = unique('prdn');
  const edge = await startService('edge-producer', [
    ...['--records', join(SHIPPED_SAMPLES, sample), '--gateway', gateway, '--seconds', '29.5', '--speed', '25'],
    ...['--predictor', predictor, '--prdn-bound', String(prdnBound), '--audit-share', '0'],
  ]);
  const { code, stdout } = await edge.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`"prdnBound":${prdnBound}`);
  const frames = (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);
  return rawSegments(frames, await readTopics(['ecg.streams']));
}

it.each(['A00282', 'A04040'])('keeps the bound on PRDN in every segment of %s that it sends', async (sample) => {
  const lead = (await readRecording(join(SHIPPED_SAMPLES, sample))).leads[0]!;
  const codec = await openCodec(join(MODELS, 'codec'));
  const segments = await sent(sample, 'synthesis', 12);
  const decoded = await codec.decodeSegments(
    segments.map(({ rung, start, length, payload }) => {
      return { rung: Number(rung), start: Number(start), length: Number(length), payload: payload as Buffer, lead };
    }),
  );
  const errors = segments.map((segment, i) => {
    const [start, length] = [Number(segment['start']), Number(segment['length'])];
    const [from, to] = [nativeIndex(start, lead.rate), nativeIndex(start + length, lead.rate)];
    return prdn(toMillivolts(lead, from, to), joinNative([{ ...decoded[i]!, start, length }], lead.rate));
  });
  expect(segments.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...errors)).toBeLessThanOrEqual(12);
  expect(Math.max(...errors)).toBeGreaterThan(4);
});

it('runs by the dense predictor too, which decodes without a task', async () => {
  expect((await sent('A00282', 'dense', 12)).length).toBeGreaterThanOrEqual(5);
});
