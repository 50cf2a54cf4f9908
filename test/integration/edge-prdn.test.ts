import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { openCodec } from '../../src/lib/offline/codec.js';
import { readShippedPolicy, setPolicy } from '../../src/lib/policy/index.js';
import { SHIPPED_BOUNDS } from '../../src/lib/runtime/bound-options.js';
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

/** Segments in the log of one record of 29.9 s, replayed once under the policy that ships. */
async function sent(sample: string): Promise<Value[]> {
  const gateway = unique('prdn');
  const { policy } = await readShippedPolicy();
  await setPolicy(connection, { scope: `ward:${gateway}`, policy: { ...policy, auditShare: 0 }, author: 'test' });
  const edge = await startService('edge-producer', [
    ...['--records', join(SHIPPED_SAMPLES, sample), '--gateway', gateway, '--ward', gateway],
    ...['--seconds', '29.5', '--speed', '25'],
  ]);
  const { code, stdout } = await edge.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('a certificate stands behind the policy');
  const frames = (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);
  return rawSegments(frames, await readTopics(['ecg.streams']));
}

it.each(['A00282', 'A04040'])('keeps the bound on PRDN in every segment of %s that it sends', async (sample) => {
  const lead = (await readRecording(join(SHIPPED_SAMPLES, sample))).leads[0]!;
  const codec = await openCodec(join(MODELS, 'codec'));
  const segments = await sent(sample);
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
  expect(Math.max(...errors)).toBeLessThanOrEqual(SHIPPED_BOUNDS.reconstruction);
  expect(Math.max(...errors)).toBeGreaterThan(SHIPPED_BOUNDS.reconstruction / 3);
});
