/** A task of one's own from policy to audit: the edge keeps its bound, and ecg.audit-results carries its true error. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readModelHashes } from '../../src/lib/certification/model-hashes.js';
import { loadLadder } from '../../src/lib/codec/dense-manifest.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { openOwnTasks } from '../../src/lib/offline/own-tasks.js';
import { setPolicy } from '../../src/lib/policy/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { joinStretches } from '../../src/lib/signal/model-rate.js';
import type { AuditResult, SignalWindow } from '../../src/lib/wire/index.js';
import { stretchOf } from '../../src/tasks-stream/windows.js';
import { certificate } from '../lib/certification/certificates.js';
import { policyOf } from '../lib/policy/policies.js';
import { MODELS } from '../models.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, startService, temporaryFolder, untilReady, type Service } from './processes.js';
import { readTopics } from './raw-reader.js';

const TASK = 'examples/tasks/pan-tompkins';
const NAME = 'pan-tompkins';
/** Coarse rungs lose more of the first two of these. No window of theirs is urgent: behind one the context begins anew. */
const BOUND = 0.02;
const SAMPLES = ['A01938', 'A02370', 'A04040'];

let connection: KafkaConnection;
let services: Service[];
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
  const own = ['--group-id', unique('own-task')];
  services = await Promise.all([
    startService('decoder-stream'),
    startService('tasks-stream', [...own, '--tasks', TASK]),
  ]);
  await Promise.all(services.map(untilReady));
});
afterAll(async () => {
  for (const service of services) await drained(service);
  await connection.close();
});

/** An audited record, and what Pan and Tompkins make of both of its signals as they lie in the topics. */
interface Audited {
  readonly result: AuditResult;
  readonly recount: number;
}

/** A minute of the samples, all records audited, rhythm and peaks as good as free. */
async function audited(tasks: Readonly<Record<string, number>> | null): Promise<Audited[]> {
  const gateway = unique('own-task');
  const bounds = { rhythm: 9, peaks: 9, reconstruction: null, weightedSum: null, tasks };
  const policy = policyOf({ bounds, auditShare: 1 });
  await setPolicy(connection, { scope: `ward:${gateway}`, policy, author: 'physician-2' });
  const { codec, rhythm, peaks } = await readModelHashes(MODELS, (await loadLadder(join(MODELS, 'codec'))).hash);
  const ownTasks = await openOwnTasks(MODELS, [TASK], () => undefined);
  const models = { codec, rhythm, peaks, ...(tasks === null ? {} : { tasks: ownTasks.hashes }) };
  const certificates = join(await temporaryFolder(), 'certificates.json');
  await writeFile(certificates, JSON.stringify({ policies: [certificate({ bounds, tau: 1, models })] }));
  const edge = await startService('edge-producer', [
    ...['--records', SAMPLES.map((name) => join(SHIPPED_SAMPLES, name)).join(','), '--gateway', gateway],
    ...['--ward', gateway, '--tasks', TASK, '--certificates', certificates, '--seconds', '60', '--speed', '10'],
  ]);
  const { code, stdout } = await edge.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('a certificate stands behind the policy');
  const of = async <T>(topic: string): Promise<T[]> =>
    (await readTopics([topic])).filter(({ key }) => key.startsWith(gateway)).map(({ value }) => value as T);
  let results: AuditResult[] = [];
  await until(
    'the audits of all beds',
    async () => {
      results = (await of<AuditResult>('ecg.audit-results')).filter(({ outcome }) => outcome === 'COMPLETE');
      return results.length >= 2 * SAMPLES.length;
    },
    180_000,
  );
  const [signals, originals] = [await of<SignalWindow>('ecg.signals'), await of<SignalWindow>('ecg.originals')];
  return Promise.all(
    results.map(async (result) => {
      const [original, decoded] = [originals, signals].map((all) => {
        const own = all.filter(
          ({ stream, epoch, sequence }) =>
            stream === result.stream && epoch === result.epoch && result.sequences.includes(sequence),
        );
        return joinStretches(own.map(stretchOf));
      });
      const [recount = Number.NaN] = await ownTasks.errors(NAME, [{ original: original!, decoded: decoded! }]);
      return { result, recount };
    }),
  );
}

const errorsOf = (all: readonly Audited[]): number[] =>
  all.map(({ result }) => result.taskErrors?.[NAME] ?? Number.NaN);

it(
  'is kept by its bound where a policy has one, broken where none does, and its true error stands in the audit',
  { timeout: 480_000 },
  async () => {
    const [bounded, free] = [await audited({ [NAME]: BOUND }), await audited(null)];
    for (const { result, recount } of [...bounded, ...free]) {
      expect(result.models[NAME]).toMatch(/^[0-9a-f]{64}$/);
      expect(result.taskErrors?.[NAME]).toBeCloseTo(recount, 9);
    }
    expect(Math.max(...errorsOf(bounded))).toBeLessThanOrEqual(BOUND);
    for (const { result } of bounded) expect([result.violated, result.bounds.tasks?.[NAME]]).toEqual([false, BOUND]);
    // By choice, not by going losslessly throughout.
    const rungs = bounded.flatMap(({ result }) => result.rungs);
    expect(rungs.filter((rung) => rung !== 'lossless').length).toBeGreaterThan(rungs.length / 2);
    expect(Math.max(...errorsOf(free))).toBeGreaterThan(2 * BOUND);
  },
);
