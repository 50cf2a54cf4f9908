/** `--answer-violations`: an edge sends more carefully while audits show too many violations, and no longer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readModelHashes } from '../../src/lib/certification/model-hashes.js';
import { loadLadder } from '../../src/lib/codec/dense-manifest.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { setPolicy } from '../../src/lib/policy/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { encode } from '../../src/lib/wire/index.js';
import { certificate } from '../lib/certification/certificates.js';
import { policyOf } from '../lib/policy/policies.js';
import { auditResultOf } from '../tasks-stream/audit-results.js';
import { MODELS } from '../models.js';
import { connect, produce, unique, until } from './kafka-helpers.js';
import { drained, startService, temporaryFolder, untilReady } from './processes.js';
import { rawSegments } from './raw-segments.js';
import { readTopics } from './raw-reader.js';

/** Wide, so that few records show that it is exceeded, and few that it is kept. */
const ALPHA = 0.2;
const LOSSLESS = 0;

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

it('goes losslessly from a record on where no smaller tau is certified, and back', { timeout: 240_000 }, async () => {
  const gateway = unique('cautious');
  const policy = policyOf({ bounds: { rhythm: 9, peaks: 9 }, alpha: ALPHA });
  const { version } = await setPolicy(connection, { scope: `ward:${gateway}`, policy, author: 'physician-2' });
  const { codec, rhythm, peaks } = await readModelHashes(MODELS, (await loadLadder(join(MODELS, 'codec'))).hash);
  const certificates = join(await temporaryFolder(), 'certificates.json');
  const bounds = { rhythm: 9, peaks: 9, reconstruction: null, weightedSum: null };
  const own = certificate({ bounds, tau: 1, models: { codec, rhythm, peaks }, tests: [{ tau: 1, rejected: true }] });
  await writeFile(certificates, JSON.stringify({ policies: [own] }));
  const edge = await startService('edge-producer', [
    ...['--records', join(SHIPPED_SAMPLES, 'A00282'), '--gateway', gateway, '--ward', gateway, '--answer-violations'],
    ...['--certificates', certificates, '--speed', '25', '--linger-ms', '100'],
  ]);
  await untilReady(edge);
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${edge.url}/metrics`)).text();
    return Number(new RegExp(`^dynamic_deep_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const results = (count: number, violated: boolean) =>
    Array.from({ length: count }, (_, bed) => {
      const device = `${gateway}-${bed}`;
      const of = { device, stream: `${device}.1`, policyVersion: version, violated, rhythmError: violated ? 10 : 0.1 };
      return { key: device, value: encode('ecg.audit-results', auditResultOf(of)) };
    });
  await produce(connection, 'ecg.audit-results', results(90, true));
  await until('the edge is cautious', async () => (await metric('edge_cautious')) === 1, 60_000);
  const log = (line: RegExp) => until(`the log says ${line}`, () => line.test(edge.output()));
  await log(/"cautious":true.*audits show more violations than the policies allow/);
  const rungs = async (): Promise<unknown[]> => {
    const frames = (await readTopics(['ecg.segments'])).filter(({ key }) => key === gateway);
    return rawSegments(frames, await readTopics(['ecg.streams'])).map(({ rung }) => rung);
  };
  // A record under way ends as it began.
  const before = (await rungs()).length;
  await until('two records more', async () => (await rungs()).length > before + 12, 60_000);
  expect((await rungs()).slice(before + 6, before + 12)).toEqual(new Array<number>(6).fill(LOSSLESS));

  await produce(connection, 'ecg.audit-results', results(1500, false));
  await until('the edge is as before', async () => (await metric('edge_cautious')) === 0, 60_000);
  await log(/"cautious":false.*back under what the policies allow/);
  const after = (await rungs()).length;
  await until('lossy segments again', async () => (await rungs()).slice(after).some((rung) => rung !== LOSSLESS), 60_000); // prettier-ignore
  // The predictor was asked: the input of the one stream is compared with the reference.
  await until('the drift of the input is measured', async () => (await metric('edge_input_drift_streams')) === 1);
  expect(await metric('edge_input_drift{feature="scale"}')).toBeGreaterThan(0);
  expect(await drained(edge)).toBe(0);
});
