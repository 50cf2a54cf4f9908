/** Policies as an operator sets them, and what a running edge makes of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { readShippedPolicy, setPolicy } from '../../src/lib/policy/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { encode } from '../../src/lib/wire/index.js';
import { changeOf, MINIMAL, policyOf } from '../lib/policy/policies.js';
import { connect, produce, unique, until } from './kafka-helpers.js';
import { drained, start, startService, temporaryFolder, untilReady } from './processes.js';
import { rawSegments } from './raw-segments.js';
import { readTopics } from './raw-reader.js';

/** Samples of a record at 300 Hz. */
const RECORD = 8960;
const LOSSLESS = 0;

let connection: KafkaConnection;
let folder: string;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
  folder = await temporaryFolder();
});
afterAll(() => connection.close());

const policy = (...args: string[]) => start(['policy', ...args]).ended;
async function fileOf(name: string, value: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(value));
  return file;
}
async function versionOf(scope: string): Promise<number> {
  return Number(/^version (\d+) by/m.exec((await policy('get', '--scope', scope)).stderr)?.[1]);
}
async function endOfPolicies(): Promise<string | undefined> {
  return (await connection.admin.fetchTopicOffsets('ecg.policy'))[0]?.high;
}

it('one with mistakes is refused with all of them, and nothing is written', async () => {
  const before = await endOfPolicies();
  const bounds = { rhythm: -1, peaks: 0.1 };
  const rungs = ['neural-99'];
  const bad = await fileOf('bad.json', { ...MINIMAL, scope: 'bed:7', bounds, alpha: 3, rungs, alarms: { tachycardia: 10 } }); // prettier-ignore
  const { code, stderr } = await policy('set', bad, '--author', 'physician-2');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error POLICY_INVALID: .*bad.json is no policy\n/);
  for (const field of ['scope', 'bounds.rhythm', 'alpha', 'rungs', 'alarms.tachycardia']) {
    expect(stderr).toContain(`\n  ${field}: `);
  }
  const twice = await policy('set', bad, '--default', '--withdraw');
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringMatching(/exactly one of them[^]*--withdraw needs --scope/)]); // prettier-ignore
  expect(await endOfPolicies()).toBe(before);
});

it('is set, read again, listed with author and time, replaced where it is the one expected, and withdrawn', async () => {
  const scope = `ward:${unique('listed')}`;
  const begun = Date.now();
  const first = await policy('set', '--default', '--scope', scope, '--author', 'physician-2');
  expect({ ...first, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
  const version = Number(/version (\d+)/.exec(first.stdout)?.[1]);
  const got = await policy('get', '--scope', scope);
  const shipped = await readShippedPolicy(scope);
  expect(JSON.parse(got.stdout)).toEqual({ scope, ...shipped.policy });
  // What was read is what can be set.
  const again = await fileOf('again.json', { ...(JSON.parse(got.stdout) as object), auditShare: 0.5 });
  const stale = await policy('set', again, '--author', 'physician-3', '--expect-version', '0');
  expect([stale.code, stale.stderr]).toEqual([1, expect.stringContaining(`it is version ${version} by physician-2`)]);
  expect((await policy('set', again, '--author', 'physician-3', '--expect-version', String(version))).code).toBe(0);
  expect((await policy('get')).stdout).toMatch(new RegExp(`${scope} .*physician-3 .*0\\.5`));
  expect((await policy('set', '--withdraw', '--scope', scope, '--author', 'physician-4')).code).toBe(0);
  expect(await policy('get', '--scope', scope)).toMatchObject({
    code: 1,
    stderr: `${scope} has no policy of its own\n`,
  });
  const json = join(folder, 'history.json');
  const { stdout } = await policy('history', '--scope', scope, '--json', json);
  expect(stdout.split('\n').filter((line) => line.includes(scope))).toHaveLength(3);
  const history = JSON.parse(await readFile(json, 'utf8')) as { author: string; at: number; version: number }[];
  expect(history.map(({ author }) => author)).toEqual(['physician-2', 'physician-3', 'physician-4']);
  expect(history[0]?.version).toBe(version);
  for (const { at } of history) expect(at).toBeGreaterThanOrEqual(begun);
});

it('of one scope set several times at a time is set once; those of other scopes are all set', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, other, third] = [`ward:${unique('race')}`, `ward:${unique('race')}`, `ward:${unique('race')}`];
    const own = policyOf();
    const set = (scope: string, author: string) => setPolicy(connection, { scope, policy: own, author, expected: 0 });
    const results = await Promise.allSettled([set(one, 'a'), set(one, 'b'), set(one, 'c'), set(other, 'd'), set(third, 'e')]); // prettier-ignore
    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(done.map(({ scope }) => scope).sort()).toEqual([one, other, third].sort());
    expect(new Set(done.map(({ version }) => version)).size).toBe(3);
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect(result).toMatchObject({ reason: { code: 'POLICY_CONFLICT' } });
    }
  }
});

it(
  'is applied by a running edge from the next record on; without one, and after a bad one, nothing changes',
  { timeout: 240_000 },
  async () => {
    const gateway = unique('policy');
    const scope = `ward:${gateway}`;
    const edge = await startService('edge-producer', [
      ...['--records', join(SHIPPED_SAMPLES, 'mitdb-100-normal'), '--gateway', gateway, '--ward', gateway],
      ...['--speed', '25', '--linger-ms', '100'],
    ]);
    await untilReady(edge);
    expect(edge.output()).toMatch(/no policy: streams without one of their own are sent losslessly/);
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`${edge.url}/metrics`)).text();
      return Number(new RegExp(`^dynamic_deep_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
    };
    const sent = async (topic: 'ecg.segments' | 'ecg.audits') => {
      const records = await readTopics([topic, 'ecg.streams']);
      const ours = records.filter(({ key }) => key.startsWith(gateway));
      const frames = ours.filter(({ topic: from }) => from === topic);
      return rawSegments(frames, ours.filter(({ topic: from }) => from === 'ecg.streams')); // prettier-ignore
    };
    const come = (what: string, version: number) =>
    until(what, async () => (await sent('ecg.segments')).filter(({ policyVersion }) => policyVersion === version).length > 12); // prettier-ignore
    await come('a record without a policy', 0);
    expect(await metric('edge_segments_without_policy_total')).toBeGreaterThan(10);

    const loose = await fileOf('loose.json', { ...MINIMAL, scope, bounds: { rhythm: 9, peaks: 9 }, auditShare: 1 });
    expect((await policy('set', loose, '--author', 'physician-2')).code).toBe(0);
    const version = await versionOf(scope);
    await come('segments under the policy', version);
    expect(edge.output()).toContain(`"version":${version}`);

    // Past the command line: a policy with a mistake, and no policy at all.
    const invalid = changeOf(version + 1, { scope, policy: { ...policyOf(), alpha: 7 } });
    await produce(connection, 'ecg.policy', [
      { key: 'bad', value: encode('ecg.policy', invalid) },
      { key: 'worse', value: Buffer.from('nonsense') },
    ]);
    await until('both are refused', async () => (await metric('policy_refused_total{reason="undecodable"}')) > 0);
    expect(await metric('policy_refused_total{reason="invalid"}')).toBeGreaterThan(0);
    await until('the log says so', () => edge.output().includes('the last valid policy stands'));
    expect((await policy('get', '--scope', scope)).stderr).toContain('alpha: ');
    const under = async () =>
      (await sent('ecg.segments')).filter(({ policyVersion }) => policyVersion === version).length;
    const before = await under();
    await until('more under the last valid one', async () => (await under()) > before + 5);
    expect((await policy('set', '--withdraw', '--scope', scope, '--author', 'physician-2')).code).toBe(0);
    await until('the policy is gone', async () => (await sent('ecg.segments')).at(-1)?.['policyVersion'] === 0);
    expect(await drained(edge)).toBe(0);

    const segments = await sent('ecg.segments');
    expect(segments.map(({ rung, policyVersion }) => [policyVersion, rung]).filter(([v, rung]) => v === 0 && rung !== LOSSLESS)).toEqual([]); // prettier-ignore
    const ruled = segments.filter(({ policyVersion }) => policyVersion === version);
    expect(ruled.some(({ rung }) => rung !== LOSSLESS)).toBe(true);
    // One policy a record, and all of its windows audited or none.
    const versions = new Map<string, Set<unknown>>();
    for (const { epoch, start, policyVersion } of segments) {
      const record = `${String(epoch)} ${Math.floor(Number(start) / RECORD)}`;
      versions.set(record, (versions.get(record) ?? new Set()).add(policyVersion));
    }
    expect([...versions.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(await sent('ecg.audits')).toHaveLength(ruled.length);
  },
);
