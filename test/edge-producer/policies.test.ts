/** What an edge says, in log and metric, of the policies that may cover its streams. */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followPolicies } from '../../src/edge-producer/policies.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { CompactedTable, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import type { PolicyChange, TopicValues } from '../../src/lib/wire/index.js';
import { certificate } from '../lib/certification/certificates.js';
import { changeOf, policyOf } from '../lib/policy/policies.js';
import { MODELS } from '../models.js';

const ladder = readLadder(await readManifest(join(MODELS, 'codec')));
const LOSSLESS = policyOf({ rungs: ['lossless'] });
const UNCERTIFIED = policyOf({ bounds: { rhythm: 0.001, peaks: 0.1 } });

afterEach(() => {
  vi.restoreAllMocks();
});

/** An edge `g` of the ward `icu` over a topic with these changes; only a rhythm bound of 0.25 is certified. */
async function follow(...changes: PolicyChange[]) {
  let hand: (change: PolicyChange) => void = () => undefined;
  vi.spyOn(CompactedTable, 'open').mockImplementation(({ onChange }) => {
    hand = (change) => onChange?.(change.id, change, { offset: 0 } as never);
    for (const change of changes) hand(change);
    const table = { ready: () => Promise.resolve(), close: () => Promise.resolve() };
    return Promise.resolve(table as unknown as CompactedTable<keyof TopicValues>);
  });
  const lines: string[] = [];
  const say = (fields: object, text: string): void => {
    lines.push(`${JSON.stringify(fields)} ${text}`);
  };
  const setCertified = vi.fn<(certified: boolean) => void>();
  await followPolicies({
    connection: {} as KafkaConnection,
    ladder,
    predictor: 'synthesis',
    gateway: 'g',
    ward: 'icu',
    certificates: {
      find: ({ bounds }) =>
        bounds.rhythm === 0.25
          ? { certificate: certificate() }
          : { certificate: undefined, reason: 'no bounds as tight', command: 'dynamic-deep calibrate' },
    },
    metrics: { setCertified, setPolicyVersion: () => undefined, countPolicyRefused: () => undefined },
    logger: { debug: say, info: say, warn: say, error: say },
    onFailure: () => undefined,
  });
  return { lines, hand, certified: () => setCertified.mock.lastCall?.[0] };
}

describe('the certified edge', () => {
  it('is one whose every policy has a certificate', async () => {
    const edge = await follow(changeOf(1));
    expect(edge.certified()).toBe(true);
    edge.hand(changeOf(2, { scope: 'stream:g-001.1', policy: UNCERTIFIED }));
    expect(edge.certified()).toBe(false);
    expect(edge.lines.join('\n')).toContain('no certificate stands behind the policy');
    edge.hand(changeOf(3, { scope: 'stream:g-001.1', policy: null }));
    expect(edge.certified()).toBe(true);
  });

  it.each(['default', 'ward:icu', 'stream:g-001.1'])('is also one that sends %s losslessly by its policy', async (scope) => {
    const edge = await follow(changeOf(1), changeOf(2, { scope, policy: LOSSLESS }));
    expect(edge.certified()).toBe(true);
    expect(edge.lines.filter((line) => line.includes('lossless rung alone'))).toHaveLength(1);
    expect(edge.lines.join('\n')).not.toContain('no certificate stands behind');
  }); // prettier-ignore

  it.each(['ward:er', 'stream:h-001.1', 'stream:gg-001.1'])('is not asked about %s, which it does not serve', async (scope) => {
    const edge = await follow(changeOf(1), changeOf(2, { scope, policy: UNCERTIFIED }));
    expect(edge.certified()).toBe(true);
    expect(edge.lines.join('\n')).not.toContain('no certificate stands behind');
  }); // prettier-ignore

  it('is one without any policy: none lacks a certificate, and the log says that there is none', async () => {
    const edge = await follow();
    expect(edge.certified()).toBe(true);
    expect(edge.lines).toEqual([expect.stringContaining('no policy')]);
  });
});
