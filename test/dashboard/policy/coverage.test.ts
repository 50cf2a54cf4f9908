import { expect, it } from 'vitest';
import { Coverage } from '../../../src/dashboard/policy/coverage.js';
import { PolicyLog, readShippedPolicy } from '../../../src/lib/policy/index.js';
import { SAMPLES } from '../../lib/wire/samples.js';

it('counts for a scope what no nearer policy covers', async () => {
  const { policy } = await readShippedPolicy();
  const coverage = new Coverage();
  const log = new PolicyLog();
  const put = (version: number, scope: string, withdrawn = false): void => {
    log.take({ id: `${version}`, version, scope, author: 'a', at: 0, policy: withdrawn ? null : policy });
  };
  const take = (stream: string, ward: string | null): void => {
    coverage.takeStream(stream, { ...SAMPLES['ecg.streams'], stream, device: stream, ward });
  };
  const of = (scope: string): string[] => coverage.of(scope, log).map(({ stream }) => stream);
  take('a', 'icu');
  take('b', 'icu');
  take('c', null);
  expect(coverage.uncovered(log)).toBe(3);
  expect(of('default')).toEqual(['a', 'b', 'c']);
  put(1, 'ward:icu');
  expect([of('default'), of('ward:icu'), of('ward:er')]).toEqual([['c'], ['a', 'b'], []]);
  expect(coverage.uncovered(log)).toBe(1);
  put(2, 'stream:b');
  expect([of('ward:icu'), of('stream:b')]).toEqual([['a'], ['b']]);
  put(3, 'ward:icu', true);
  expect([of('default'), of('ward:icu')]).toEqual([['a', 'c'], ['a']]);
  coverage.takeStream('a', null);
  expect(of('default')).toEqual(['c']);
});
